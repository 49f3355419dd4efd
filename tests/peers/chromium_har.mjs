// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a HAR file with the messages of a WebSocket, written by the DevTools of a real headless Chromium.
// Usage: node chromium_har.mjs FRAMES.jsonl OUT.har   FRAMES: one message of the server a line.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { WebSocketServer } from 'ws';

const [framesFile, outFile] = process.argv.slice(2);
const frames = readFileSync(framesFile, 'utf8').split('\n').filter((line) => line !== '');
const question = JSON.stringify({ type: 'user_message', payload: { content: 'Where is my AI spend going?' } });

/** A page with a socket; the server answers the page's first message with all frames, then closes. */
function startServer() {
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>waiting</title>');
  });
  new WebSocketServer({ server, path: '/ws' }).on('connection', (socket) => {
    socket.once('message', () => {
      for (const frame of frames) socket.send(frame);
      socket.close(1000);
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Waits until an asynchronous condition holds in the page; waitForFunction takes a promise for a yes. */
async function until(tools, condition, argument) {
  const deadline = Date.now() + 30000;
  while (!(await tools.evaluate(condition, argument))) {
    if (Date.now() > deadline) throw new Error('DevTools did not see the socket');
    await tools.waitForTimeout(20);
  }
}

/** Opens the page's own DevTools in a second tab: the same code that a person's "Save all as HAR" runs. */
async function openDevTools(browser, debugPort, page) {
  const targets = await (await fetch(`http://127.0.0.1:${debugPort}/json/list`)).json();
  const target = targets.find((candidate) => candidate.url === page.url());
  const tools = await browser.newPage();
  await tools.goto(`http://127.0.0.1:${debugPort}/devtools/devtools_app.html?ws=127.0.0.1:${debugPort}/devtools/page/${target.id}&panel=network`);
  await until(tools, async () => {
    const SDK = await import('./core/sdk/sdk.js');
    const target = SDK.TargetManager.TargetManager.instance().primaryPageTarget();
    return Boolean(target?.model(SDK.NetworkManager.NetworkManager));
  });
  return tools;
}

/** The tools are there before the browser reports to them: a request of the page shows when it does. */
async function seesTheNetwork(page, tools) {
  const deadline = Date.now() + 30000;
  const seen = async () => {
    const Logs = await import('./models/logs/logs.js');
    return Logs.NetworkLog.NetworkLog.instance().requests().some((request) => request.url().endsWith('/probe'));
  };
  while (!(await tools.evaluate(seen))) {
    if (Date.now() > deadline) throw new Error('DevTools saw no request');
    await page.evaluate(() => fetch('/probe').then((answer) => answer.text()));
  }
}

async function exportHar(tools) {
  return tools.evaluate(async () => {
    const [HAR, Logs] = await Promise.all([import('./models/har/har.js'), import('./models/logs/logs.js')]);
    const requests = Logs.NetworkLog.NetworkLog.instance().requests();
    const log = await HAR.Log.Log.build(requests, { sanitize: false });
    return JSON.stringify({ log }, null, 2);
  });
}

const profile = mkdtempSync(join(tmpdir(), 'apex-har-'));
const server = await startServer();
const site = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--remote-debugging-port=0', '--remote-allow-origins=*'],
});
try {
  const debugPort = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')[0];
  const page = await browser.newPage();
  await page.goto(site);
  const tools = await openDevTools(browser, debugPort, page);
  await seesTheNetwork(page, tools);
  await page.evaluate(([url, message]) => new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.onopen = () => socket.send(message);
    socket.onclose = resolve;
    socket.onerror = () => reject(new Error('the socket failed'));
  }), [`${site.replace('http', 'ws')}/ws`, question]);
  await until(tools, async (count) => {
    const Logs = await import('./models/logs/logs.js');
    return Logs.NetworkLog.NetworkLog.instance().requests().some((request) => request.frames().length >= count);
  }, frames.length + 1);
  writeFileSync(outFile, await exportHar(tools));
} finally {
  await browser.close();
  server.close();
  rmSync(profile, { recursive: true, force: true });
}
