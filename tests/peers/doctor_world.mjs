// SPDX-License-Identifier: GPL-3.0-or-later
// A backend, a sign-in server and proxies that can be made to fail one at a time: node's own HTTP and TLS, npm's ws.
// usage: node doctor_world.mjs CERTIFICATE_FOLDER
// Prints one JSON line with its ports; then each line on stdin is an object of settings and is answered by what was seen since the last one.
// Ends when stdin closes.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import crypto from 'node:crypto';
import path from 'node:path';
import readline from 'node:readline';
import { WebSocketServer } from 'ws';

const folder = process.argv[2];
const defaults = {
  certificate: 'good', dateOffsetMs: 0, issuer: null, discovery: 200, redirect: 'ok', refresh: 'ok', tokenBytes: 0,
  tokenLifetime: 3600, audience: null, socket: 'ok', ticket: 200, health: 200, proxySignIn: null, maxTls: 'TLSv1.3',
};
let world = { ...defaults };
const seen = { connects: [], socks: [], upgrades: 0, secrets: [], ticketsUsed: 0 };
const openTickets = new Set();

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
function accessToken() {
  const now = Math.floor((Date.now() + world.dateOffsetMs) / 1000);
  const claims = { sub: 'user_ana', name: 'Ana', iat: now, exp: now + world.tokenLifetime };
  if (world.audience) claims.aud = world.audience;
  if (world.tokenBytes) claims.groups = 'g'.repeat(world.tokenBytes);
  return `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}.${crypto.randomBytes(32).toString('base64url')}`;
}

function answer(res, status, body, headers = {}) {
  res.sendDate = false;
  res.writeHead(status, {
    'Content-Type': 'application/json', Date: new Date(Date.now() + world.dateOffsetMs).toUTCString(), ...headers,
  });
  res.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function originOf(req) {
  return `${req.socket.encrypted ? 'https' : 'http'}://${req.headers.host}`;
}

async function handle(req, res) {
  const url = new URL(req.url, originOf(req));
  let body = '';
  for await (const part of req) body += part;
  if (url.pathname === '/health') return answer(res, world.health, { status: 'healthy' });
  if (url.pathname.startsWith('/.well-known/')) {
    if (world.discovery !== 200) return answer(res, world.discovery, {});
    const self = originOf(req);
    return answer(res, 200, {
      issuer: world.issuer ?? self, authorization_endpoint: `${self}/authorize`, token_endpoint: `${self}/token`,
      response_types_supported: ['code'], code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  }
  if (url.pathname === '/authorize') {
    if (world.redirect === 'refused') return answer(res, 400, { error: 'invalid_request', error_description: 'redirect_uri did not match any of the client\'s registered redirect_uris' });
    if (world.redirect === 'client') return answer(res, 400, { error: 'invalid_client' });
    const back = new URL(url.searchParams.get('redirect_uri'));
    back.searchParams.set('code', crypto.randomBytes(12).toString('hex'));
    back.searchParams.set('state', url.searchParams.get('state'));
    back.searchParams.set('iss', world.issuer ?? originOf(req));
    return answer(res, 302, '', { Location: back.toString() });
  }
  if (url.pathname === '/token') {
    const form = new URLSearchParams(body);
    if (form.get('grant_type') === 'refresh_token' && world.refresh === 'revoked') return answer(res, 400, { error: 'invalid_grant' });
    const access = accessToken();
    const refresh = crypto.randomBytes(16).toString('hex');
    seen.secrets.push(access.split('.')[2], refresh);
    return answer(res, 200, {
      access_token: access, token_type: 'Bearer', expires_in: world.tokenLifetime, refresh_token: refresh,
    });
  }
  if (url.pathname === '/api/websocket/ticket' && req.method === 'POST') {
    if (!/^Bearer ./.test(req.headers.authorization ?? '')) return answer(res, 401, { detail: 'no token' });
    if (world.ticket !== 200) return answer(res, world.ticket, { detail: 'tickets are switched off here' });
    const ticket = crypto.randomBytes(24).toString('hex');
    openTickets.add(ticket);
    seen.secrets.push(ticket);
    return answer(res, 200, { ticket_id: ticket, ttl_seconds: 300, single_use: true, websocket_url: 'wss://elsewhere.example/ws' });
  }
  if (url.pathname === '/auth/me') return answer(res, 200, { id: 'user_ana' });
  return answer(res, 404, { error: 'not_found' });
}

const sockets = new WebSocketServer({
  noServer: true, handleProtocols: (offered) => (world.socket === 'no_subprotocol' ? false : [...offered][0]),
});
function upgrade(req, socket, head) {
  seen.upgrades += 1;
  socket.on('error', () => {});
  const ticket = new URL(req.url, originOf(req)).searchParams.get('ticket');
  if (ticket !== null) {
    if (!openTickets.delete(ticket)) {
      socket.end('HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    seen.ticketsUsed += 1;
  }
  if (typeof world.socket === 'number') {
    socket.end(`HTTP/1.1 ${world.socket} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    return;
  }
  sockets.handleUpgrade(req, socket, head, (ws) => {
    ws.on('error', () => {});
    if (world.socket === 'mute') setTimeout(() => ws.terminate(), 300);
    if (world.socket === 'closes') ws.close(1008, 'Authentication failed');
    if (world.socket === 'names_ticket') ws.close(1008, `ticket ${ticket} is not known`);
    if (world.socket === 'ok' || world.socket === 'no_subprotocol') {
      ws.send(JSON.stringify({ type: 'connection_established', data: { connection_id: 'c1', user_id: 'user_ana' } }));
    }
  });
}

// A tunnel to a name goes to this computer: names such as apex.test exist only behind the proxies.
function tunnel(port, client, head, opened) {
  const server = net.connect(port, '127.0.0.1', () => {
    opened();
    if (head.length) server.write(head);
    server.pipe(client);
    client.pipe(server);
  });
  server.on('error', () => client.destroy());
  client.on('error', () => server.destroy());
}

function connectProxy() {
  const proxy = http.createServer((req, res) => { res.writeHead(405); res.end(); });
  proxy.on('connect', (req, client, head) => {
    client.on('error', () => {});
    const given = Buffer.from((req.headers['proxy-authorization'] ?? '').replace(/^Basic /, ''), 'base64').toString();
    if (world.proxySignIn && given !== world.proxySignIn) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="acme"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    seen.connects.push(req.url);
    tunnel(Number(req.url.split(':').pop()), client, head, () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'));
  });
  return proxy;
}

// RFC 1928 and 1929, as much as a client needs.
function socksProxy() {
  return net.createServer((client) => {
    let step = 'hello';
    let buffer = Buffer.alloc(0);
    client.on('error', () => {});
    const onData = (data) => {
      buffer = Buffer.concat([buffer, data]);
      if (step === 'hello' && buffer.length >= 2 && buffer.length >= 2 + buffer[1]) {
        const method = world.proxySignIn ? 2 : 0;
        const offered = [...buffer.subarray(2, 2 + buffer[1])].includes(method);
        buffer = buffer.subarray(2 + buffer[1]);
        client.write(Buffer.from([5, offered ? method : 0xff]));
        if (!offered) return client.end();
        step = method === 2 ? 'sign-in' : 'request';
      }
      if (step === 'sign-in' && buffer.length >= 2 && buffer.length >= 3 + buffer[1] + (buffer[2 + buffer[1]] ?? 999)) {
        const user = buffer.subarray(2, 2 + buffer[1]).toString();
        const start = 3 + buffer[1];
        const password = buffer.subarray(start, start + buffer[start - 1]).toString();
        buffer = buffer.subarray(start + buffer[start - 1]);
        const good = `${user}:${password}` === world.proxySignIn;
        client.write(Buffer.from([1, good ? 0 : 1]));
        if (!good) return client.end();
        step = 'request';
      }
      if (step === 'request' && buffer.length >= 5 && buffer[3] === 3 && buffer.length >= 7 + buffer[4]) {
        const name = buffer.subarray(5, 5 + buffer[4]).toString();
        const port = buffer.readUInt16BE(5 + buffer[4]);
        seen.socks.push(`${name}:${port}`);
        const head = buffer.subarray(7 + buffer[4]);
        step = 'open';
        client.off('data', onData);
        tunnel(port, client, head, () => client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0])));
      }
    };
    client.on('data', onData);
  });
}

const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
function serving(server) {
  server.on('request', handle);
  server.on('upgrade', upgrade);
  return listen(server);
}
const certificate = (name) => ({
  key: fs.readFileSync(path.join(folder, `${name}.key`)), cert: fs.readFileSync(path.join(folder, `${name}.pem`)),
});

const secure = https.createServer(certificate('good'));
const old = https.createServer({ ...certificate('good'), minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
const ports = {
  http: await serving(http.createServer()),
  smallHeaders: await serving(http.createServer({ maxHeaderSize: 4096 })),
  https: await serving(secure),
  oldTls: await serving(old),
  proxy: await listen(connectProxy()),
  socks: await listen(socksProxy()),
};
console.log(JSON.stringify(ports));

const input = readline.createInterface({ input: process.stdin });
input.on('line', (line) => {
  world = { ...defaults, ...JSON.parse(line) };
  secure.setSecureContext(certificate(world.certificate));
  console.log(JSON.stringify(seen));
  seen.connects = []; seen.socks = []; seen.upgrades = 0; seen.secrets = []; seen.ticketsUsed = 0;
});
input.on('close', () => process.exit(0));
