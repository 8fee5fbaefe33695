// Connections that speak HTTP byte by byte: what no HTTP library of Node would send, or not read.
import net from 'node:net';
import tls from 'node:tls';

import { within } from './deadline.mjs';

export class RawConnection {
  closed = false;
  received = '';

  /** from: local address to connect from (127.0.0.2 …); secure: speak TLS. Resolves when connected. */
  static async open(port, { from, secure = false } = {}) {
    const self = new RawConnection();
    self.socket = net.connect({ port, host: '127.0.0.1', localAddress: from });
    self.socket.on('error', () => {});
    self.socket.on('close', () => (self.closed = true));
    await within(10_000, 'a connection is taken', new Promise((resolve, reject) => {
      self.socket.once('connect', resolve);
      self.socket.once('error', reject);
    }));
    if (secure) {
      self.socket = tls.connect({ socket: self.socket, rejectUnauthorized: false });
      self.socket.on('error', () => {});
      self.socket.on('close', () => (self.closed = true));
    }
    self.socket.on('data', (chunk) => (self.received += chunk.toString('latin1')));
    return self;
  }

  /** Many at once; those that are not taken are left out. */
  static async many(count, port, options) {
    const opened = await Promise.allSettled(Array.from({ length: count }, () => RawConnection.open(port, options)));
    return opened.filter((one) => one.status === 'fulfilled').map((one) => one.value);
  }

  send(text) {
    if (!this.closed) this.socket.write(text);
  }
  /** Leaves everything that arrives in the kernel. */
  stop_reading() {
    this.socket.pause();
  }
  close() {
    this.socket.destroy();
  }
  get status() {
    return Number(/^HTTP\/1\.[01] (\d+)/.exec(this.received)?.[1]);
  }
}

export const head = (method, path, headers = {}) =>
  `${method} ${path} HTTP/1.1\r\n${Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;

export const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': 13, 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' };
