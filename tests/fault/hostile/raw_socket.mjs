// A WebSocket client that sends any bytes and knows no restraint: frames as they are written, as fast as they go.
import { once } from 'node:events';
import net from 'node:net';

import { within } from '../../support/deadline.mjs';

/** A client's frame. first: its first byte (0x81: a whole text). The mask is zeros. */
export function frame(payload, first = 0x81) {
  const body = Buffer.from(payload);
  let header;
  if (body.length < 126) header = Buffer.from([first, 0x80 | body.length]);
  else if (body.length < 65536) header = Buffer.from([first, 0x80 | 126, body.length >> 8, body.length & 255]);
  else {
    header = Buffer.alloc(10);
    header[0] = first;
    header[1] = 0x80 | 127;
    header.writeBigUInt64BE(BigInt(body.length), 2);
  }
  return Buffer.concat([header, Buffer.alloc(4), body]);
}

export class RawSocket {
  #socket;
  #incoming = Buffer.alloc(0);
  #upgraded = false;
  closed = false;
  /** JSON messages of the server, in order. */
  messages = [];
  /** The close frame's code and reason, when one came. */
  close_code;
  close_reason;

  /** reads: false for a client that never takes anything from its socket after the handshake. */
  static async open(server, { reads = true } = {}) {
    const self = new RawSocket();
    self.#socket = net.connect(server.port, '127.0.0.1');
    self.#socket.on('error', () => {}); // 'close' follows
    self.#socket.on('close', () => (self.closed = true));
    self.#socket.on('data', (bytes) => self.#receive(bytes));
    self.#socket.write('GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n');
    await within(20_000, 'the handshake', once(self.#socket, 'data'));
    if (!reads) self.#socket.pause();
    return self;
  }

  #receive(bytes) {
    this.#incoming = Buffer.concat([this.#incoming, bytes]);
    if (!this.#upgraded) {
      const end = this.#incoming.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#upgraded = true;
      this.#incoming = this.#incoming.subarray(end + 4);
    }
    for (;;) {
      const data = this.#incoming;
      if (data.length < 2) return;
      const short = data[1] & 127;
      const at = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (data.length < at) return;
      const size = short === 127 ? Number(data.readBigUInt64BE(2)) : short === 126 ? data.readUInt16BE(2) : short;
      if (data.length < at + size) return;
      const payload = data.subarray(at, at + size);
      this.#incoming = data.subarray(at + size);
      if ((data[0] & 15) === 1) this.messages.push(JSON.parse(payload.toString()));
      if ((data[0] & 15) === 8 && size >= 2) {
        this.close_code = payload.readUInt16BE(0);
        this.close_reason = payload.subarray(2).toString();
      }
    }
  }

  /** Writes, and waits while the server does not take it. Does nothing once the server has hung up. */
  async send(bytes) {
    if (this.closed || this.#socket.destroyed || !this.#socket.writable) return;
    if (!this.#socket.write(bytes))
      await Promise.race([once(this.#socket, 'drain'), once(this.#socket, 'close')]).catch(() => {});
  }

  say(message) {
    return this.send(frame(JSON.stringify(message)));
  }

  destroy() {
    this.#socket.destroy();
  }
}
