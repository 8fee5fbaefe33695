// The nginx configuration in docs/operating.md does what the text around it says. Skipped where there is no nginx.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { until } from '../support/deadline.mjs';
import { free_port } from '../support/ports.mjs';
import { head, RawConnection, upgrade } from '../support/raw_http.mjs';
import { Signalling } from '../support/signalling.mjs';
import { source_root, TesseraServer } from '../support/server.mjs';
import { make_token } from '../support/tokens.mjs';

const nginx = process.env.TESSERA_NGINX ?? '/usr/sbin/nginx';
const key = 'a-secret-for-tests-of-at-least-32-bytes';

/** The documented configuration on ports and with a certificate of the test. */
function documented(port, backend, folder) {
  const text = readFileSync(join(source_root, 'docs/operating.md'), 'utf8');
  const block = /```nginx\n([\s\S]*?)```/.exec(text)[1];
  const changed = block
    .replace('listen 443 ssl http2;', `listen 127.0.0.1:${port} ssl http2;`)
    .replace(/.*listen \[::\]:443.*\n/, '')
    .replace(/\/etc\/letsencrypt\/live\/meet\.example\//g, `${folder}/`)
    .replace('http://127.0.0.1:8080', `http://127.0.0.1:${backend}`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  return `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr; events {} http { access_log off; ${temporary}\n${changed}\n}`;
}

describe('behind nginx as documented', { skip: !existsSync(nginx) && `there is no ${nginx}` }, () => {
  let server, proxy, folder, port, log = '';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-nginx-'));
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=meet.example',
      '-keyout', join(folder, 'privkey.pem'), '-out', join(folder, 'fullchain.pem')], { stdio: 'ignore' });
    server = await TesseraServer.start({ config: { auth: { key }, http: { maxConnectionsPerAddress: 4 } } });
    port = await free_port();
    writeFileSync(join(folder, 'nginx.conf'), documented(port, server.port, folder));
    proxy = spawn(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] });
    proxy.stderr.on('data', (chunk) => (log += chunk));
    await until('nginx answers', async () => {
      if (proxy.exitCode !== null) throw new Error(log);
      return (await ask('GET', '/healthz')).status === 200;
    });
  });
  after(async () => {
    proxy?.kill('SIGTERM');
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  async function ask(method, path, headers = {}, options = {}) {
    const connection = await RawConnection.open(port, { secure: true, ...options });
    connection.send(head(method, path, { host: 'meet.example', ...headers }));
    await until(`${path} is answered`, () => connection.status);
    return connection;
  }

  test('pages come with HSTS', async () => {
    const answer = await ask('GET', '/healthz');
    assert.match(answer.received, /strict-transport-security/i);
    answer.close();
  });

  test('a meeting is joined through it', async () => {
    const token = make_token(key, { sub: 'ann', room: 'hall', role: 'speaker' });
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    const client = await Signalling.open(`https://127.0.0.1:${port}`);
    const joined = await client.request('join', { room: 'hall', name: 'Ann', token });
    assert.ok(joined.participant);
    client.close();
  });

  test('the client is whom the proxy saw, whatever the client claims', async () => {
    const opened = [];
    for (let i = 0; i < 8; i++) opened.push(await ask('GET', '/ws', { ...upgrade, 'x-forwarded-for': `198.51.100.${i}`, forwarded: 'for=198.51.100.9' }, { from: '127.0.0.5' }));
    const refused = opened.filter((connection) => connection.status === 429);
    assert.equal(refused.length, 4, opened.map((connection) => connection.status).join(' '));
    opened.forEach((connection) => connection.close());
  });
});
