// A STUN server that tells everybody the same public address: what is behind a NAT, as a server sees it.
import dgram from 'node:dgram';

const magic = 0x2112a442;
const binding_request = 0x0001, binding_success = 0x0101, ipv4 = 0x0001;

/** A client of RFC 8489 sends the magic cookie and expects the address XORed with it; one of RFC 3489 expects it plain. */
function answer_to(request, address, port) {
  const key = request.readUInt32BE(4) === magic ? magic : 0;
  const reply = Buffer.alloc(32);
  reply.writeUInt16BE(binding_success, 0);
  reply.writeUInt16BE(12, 2);
  request.copy(reply, 4, 4, 20); // cookie and transaction
  reply.writeUInt16BE(key ? 0x0020 : 0x0001, 20); // XOR-MAPPED-ADDRESS or MAPPED-ADDRESS
  reply.writeUInt16BE(8, 22);
  reply.writeUInt16BE(ipv4, 24);
  reply.writeUInt16BE(port ^ (key >>> 16), 26);
  const bits = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  reply.writeUInt32BE((bits ^ key) >>> 0, 28);
  return reply;
}

export class StunServer {
  requests = 0;

  static async start(address) {
    const self = new StunServer();
    self.socket = dgram.createSocket('udp4');
    self.socket.on('message', (request, from) => {
      if (request.length < 20 || request.readUInt16BE(0) !== binding_request) return;
      self.requests++;
      self.socket.send(answer_to(request, address, from.port), from.port, from.address);
    });
    await new Promise((resolve) => self.socket.bind(0, '127.0.0.1', resolve));
    self.url = `stun:127.0.0.1:${self.socket.address().port}`;
    return self;
  }
  stop() {
    return new Promise((resolve) => this.socket.close(resolve));
  }
}
