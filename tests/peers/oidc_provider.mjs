// SPDX-License-Identifier: GPL-3.0-or-later
// A certified OpenID Connect server on loopback, as strict as it gets: PKCE for everybody, one-time refresh tokens,
// JWT access tokens for the resource "urn:apex:api", short lives, device grant, its own login and consent pages.
// usage: oidc_provider.mjs [--plain-id-tokens]     prints one JSON line {"issuer":...}; ends with its stdin
// With --plain-id-tokens the ID token holds only `sub`, so that a client has to ask the userinfo endpoint.
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

const accessTokenSeconds = 8;
const plainIdTokens = process.argv.includes('--plain-id-tokens');
const algorithms = { RS256: {}, PS256: {}, ES256: {}, EdDSA: { crv: 'Ed25519' } };

const keys = [];
for (const [alg, options] of Object.entries(algorithms)) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, ...options });
  keys.push({ ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `key-${alg}` });
}

const client = (name, alg) => ({
  client_id: name,
  client_name: `Apex <b>"Desktop"</b> ${alg}`,
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  response_types: ['code'],
  redirect_uris: ['http://127.0.0.1/callback'],
  id_token_signed_response_alg: alg,
});

const configuration = {
  clients: [client('apex-desktop', 'RS256'), ...Object.keys(algorithms).map((alg) => client(`apex-${alg}`, alg))],
  clientAuthMethods: ['none'],
  enabledJWA: { idTokenSigningAlgValues: Object.keys(algorithms) },
  jwks: { keys },
  cookies: { keys: [crypto.randomUUID()] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async (ctx, { }, code) => code.scopes.has('offline_access'),
  conformIdTokenClaims: plainIdTokens,
  scopes: ['openid', 'offline_access', 'profile', 'email', 'chat'],
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  findAccount: (ctx, login) => ({
    accountId: login,
    claims: () => ({ sub: login, name: `Person ${login}`, email: `${login}@example.com`, email_verified: true }),
  }),
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true, mask: '****-****' },
    revocation: { enabled: true },
    userinfo: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'chat',
        audience: 'urn:apex:api',
        accessTokenFormat: 'jwt',
        accessTokenTTL: accessTokenSeconds,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  ttl: {
    AccessToken: accessTokenSeconds, AuthorizationCode: 30, DeviceCode: 60, IdToken: 30, RefreshToken: 300,
    Interaction: 120, Session: 120, Grant: 300,
  },
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  server.on('request', new Provider(issuer, configuration).callback());
  console.log(JSON.stringify({ schema: 'apex/peer/1', issuer }));
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
