// coturn on loopback with a shared secret, as Debian ships it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from './deadline.mjs';
import { free_port } from './ports.mjs';

export class Coturn {
  #child;
  #folder;
  log = '';

  /** tls: also listens with TLS, with a certificate of its own making. */
  static async start({ secret, tls = false }) {
    const turn = new Coturn();
    turn.port = await free_port();
    turn.#folder = mkdtempSync(join(tmpdir(), 'tessera-turn-'));
    const secure = [];
    if (tls) {
      turn.tls_port = await free_port();
      const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(turn.#folder, name));
      execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert,
        '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'], { stdio: 'ignore' });
      secure.push('--tls-listening-port', String(turn.tls_port), '--cert', cert, '--pkey', key);
    }
    const args = ['-n', '--listening-ip', '127.0.0.1', '--relay-ip', '127.0.0.1', '--listening-port', String(turn.port), '--no-dtls', ...(tls ? secure : ['--no-tls']),
      '--no-cli', '--allow-loopback-peers', '--use-auth-secret', '--static-auth-secret', secret, '--realm', 'test', '--fingerprint',
      '--log-file', 'stdout', '--simple-log', '--verbose', '--userdb', join(turn.#folder, 'turndb'), '--pidfile', join(turn.#folder, 'pid')];
    turn.#child = spawn('turnserver', args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: turn.#folder });
    for (const stream of [turn.#child.stdout, turn.#child.stderr]) stream.on('data', (chunk) => (turn.log += chunk));
    await until('coturn listens', () => {
      if (turn.#child.exitCode !== null) throw new Error(turn.log.slice(-1000));
      return turn.log.includes(`127.0.0.1:${turn.port}`);
    });
    return turn;
  }

  get url() {
    return `turn:127.0.0.1:${this.port}?transport=udp`;
  }

  get tcp_url() {
    return `turn:127.0.0.1:${this.port}?transport=tcp`;
  }

  get tls_url() {
    return `turns:localhost:${this.tls_port}?transport=tcp`;
  }

  async stop() {
    this.#child.kill('SIGTERM');
    await until('coturn ends', () => this.#child.exitCode !== null || this.#child.signalCode !== null).catch(() => this.#child.kill('SIGKILL'));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
