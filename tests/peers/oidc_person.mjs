// SPDX-License-Identifier: GPL-3.0-or-later
// The person at the browser: one headless Chromium that follows orders, one JSON object a line on stdin, and answers
// each with one line. Every order gets a browser of its own memory (no cookies from an earlier one).
// {"do":"sign-in","url":U,"login":L}   fills the login page, presses Continue on the consent page, waits for the end
// {"do":"decline","url":U,"login":L}   signs in and presses Cancel on the consent page
// {"do":"capture","url":U,"login":L}   signs in, but the last redirect never leaves the browser; answers with it
// {"do":"device","url":U,"login":L,"code":C}   types the code (unless the address holds it) and agrees
// {"do":"refuse-device",...}           as above, but presses Abort
// {"do":"attack","target":T}           a hostile page tries everything on the listener at T (an address of ours)
import { createServer } from 'node:http';
import readline from 'node:readline';
import { chromium } from 'playwright-core';

const patience = 20000;
const browser = await chromium.launch({
  executablePath: process.env.APEX_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
    '--host-resolver-rules=MAP rebind.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
});

const logIn = async (page, login) => {
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', 'any password');
  await page.click('button[type=submit]');
  await page.waitForSelector('input[name=prompt][value=consent]', { state: 'attached' });
};

// What the page at the end shows and betrays.
const lookAt = async (page) => ({
  text: await page.innerText('body'),
  address: page.url(),
  referrer: await page.evaluate(() => document.referrer),
  history: await page.evaluate(() => history.state),
  links: await page.evaluate(() => document.querySelectorAll('a,img,script[src],link,iframe,form').length),
});

const signIn = async (page, { url, login }) => {
  await page.goto(url);
  await logIn(page, login);
  const arrived = page.waitForURL((u) => u.pathname === '/callback');
  await page.click('button[type=submit]');
  await arrived;
  return lookAt(page);
};

const decline = async (page, { url, login }) => {
  await page.goto(url);
  await logIn(page, login);
  const arrived = page.waitForURL((u) => u.pathname === '/callback');
  await page.click('a[href$="/abort"]');
  await arrived;
  return lookAt(page);
};

const capture = async (page, { url, login }) => {
  await page.goto(url);
  await logIn(page, login);
  const form = await page.evaluate(() => {
    const { action } = document.forms[0];
    return { action, body: new URLSearchParams(new FormData(document.forms[0])).toString() };
  });
  // Follows by hand until the address of our program comes up, which is never visited.
  let next = await page.request.post(form.action, {
    data: form.body, headers: { 'content-type': 'application/x-www-form-urlencoded' }, maxRedirects: 0,
  });
  for (let hops = 0; hops < 5; hops += 1) {
    const location = new URL(next.headers().location, next.url());
    if (location.pathname === '/callback') return { address: location.href };
    next = await page.request.get(location.href, { maxRedirects: 0 });
  }
  throw new Error('no redirect to the program');
};

const device = async (page, { url, login, code }, agree) => {
  await page.goto(url);
  if (await page.locator('input[name=user_code][type=text]').count()) {
    await page.fill('input[name=user_code]', code);
    await page.press('input[name=user_code]', 'Enter');
  }
  await page.waitForSelector('button[name=abort]');
  const shown = await page.innerText('body');
  await page.click(agree ? 'button[autofocus]' : 'button[name=abort]');
  if (agree) {
    await logIn(page, login);
    await page.click('button[type=submit]');
    await page.waitForSelector('text=Sign-in Success');
  } else {
    await page.waitForSelector('text=interrupted');
  }
  return { shown };
};

// A page of another origin on this computer, and the same listener under a foreign name (DNS rebinding).
const attack = async (page, { target }) => {
  const hostile = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>hostile</title>');
  });
  await new Promise((resolve) => { hostile.listen(0, '127.0.0.1', resolve); });
  await page.goto(`http://127.0.0.1:${hostile.address().port}/`);
  const found = await page.evaluate(async (listener) => {
    const forged = `${listener}?code=forged&state=guess`;
    const attempt = async (options, url = forged) => {
      try {
        const answer = await fetch(url, options);
        return answer.type === 'opaque' ? 'opaque' : `read: ${(await answer.text()).slice(0, 80)}`;
      } catch { return 'refused'; }
    };
    const load = (tag, attributes) => new Promise((resolve) => {
      const element = Object.assign(document.createElement(tag), attributes);
      element.onload = () => resolve('loaded');
      element.onerror = () => resolve('failed');
      document.body.append(element);
      setTimeout(() => resolve('nothing'), 2000);
    });
    const submitted = await new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.name = 'target';
      document.body.append(frame);
      const form = Object.assign(document.createElement('form'), { method: 'post', action: forged, target: 'target' });
      document.body.append(form);
      frame.onload = () => {
        try { resolve(`read: ${frame.contentDocument.body.innerText.slice(0, 80)}`); } catch { resolve('unreadable'); }
      };
      form.submit();
    });
    return {
      get: await attempt({}),
      blind: await attempt({ mode: 'no-cors' }),
      post: await attempt({ method: 'POST', body: 'code=forged&state=guess' }),
      preflight: await attempt({ headers: { 'x-extra': '1' } }),
      credentials: await attempt({ credentials: 'include' }),
      image: await load('img', { src: forged }),
      script: await load('script', { src: forged }),
      form: submitted === 'read: ' ? 'unreadable' : submitted,
    };
  }, target);
  const rebound = await page.goto(target.replace('127.0.0.1', 'rebind.example') + '?code=forged&state=guess');
  found.rebinding = rebound.status();
  hostile.close();
  return found;
};

const orders = {
  'sign-in': signIn,
  decline,
  capture,
  device: (page, order) => device(page, order, true),
  'refuse-device': (page, order) => device(page, order, false),
  attack,
};

console.log(JSON.stringify({ ready: true }));
for await (const line of readline.createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  const context = await browser.newContext();
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  let answer;
  try {
    answer = { ok: true, ...(await orders[order.do](page, order)) };
  } catch (error) {
    answer = { ok: false, why: `${error}`.split('\n')[0], address: page.url().split('?')[0] };
  }
  await context.close();
  console.log(JSON.stringify(answer));
}
await browser.close();
