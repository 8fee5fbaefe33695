// A participant with sound alone: sends packets coded before, counts what comes back, decodes nothing.
import rtc from 'node-datachannel';

import { until } from '../../support/deadline.mjs';
import { build_rtp, header_extensions, is_rtcp, sender_report } from '../../support/rtp.mjs';

const opus = 111, level_id = 1, packet_ms = 20;
const now = () => performance.timeOrigin + performance.now();
let next_ssrc = 5000;

export class AudioPeer {
  received = 0;
  sent = 0;
  late = 0;
  #ssrc = next_ssrc++;
  #octets = 0;
  #start = 0;
  #reported = 0;
  #early = [];

  /** packets: a loop; level: as RFC 6464 has it (0…127), or null to say none; address: of this machine. */
  constructor({ name, packets, level, address }) {
    Object.assign(this, { name, packets });
    this.extension = level === null ? undefined : header_extensions([{ id: level_id, data: [(level < 127 ? 0x80 : 0) | level] }]);
    this.pc = new rtc.PeerConnection(name, { iceServers: [], bindAddress: address, disableAutoNegotiation: true });
    const audio = new rtc.Audio('0', 'SendRecv');
    audio.addOpusCodec(opus);
    if (level !== null) audio.parseSdpLine(`a=extmap:${level_id} urn:ietf:params:rtp-hdrext:ssrc-audio-level`);
    audio.addSSRC(this.#ssrc, name, name, 'sound');
    this.track = this.pc.addTrack(audio);
    this.track.onMessage((packet) => { if (!is_rtcp(packet)) this.received++; });
  }

  /** Without candidates: the server learns where we are from our checks (see light_peer.mjs). */
  async offer() {
    this.pc.setLocalDescription('offer');
    await until('candidates are gathered', () => this.pc.gatheringState() === 'complete', { interval: 2 });
    return this.pc.localDescription().sdp.replace(/^a=(candidate:|end-of-candidates).*\r?\n/gm, '');
  }

  /** Candidates may overtake the answer. */
  add_candidate(candidate) {
    if (this.pc.remoteDescription()) this.pc.addRemoteCandidate(candidate, '0');
    else this.#early.push(candidate);
  }

  async take_answer(sdp) {
    const candidates = [...sdp.matchAll(/^a=(candidate:.*?)\r?$/gm)].map((match) => match[1]);
    this.pc.setRemoteDescription(sdp.replace(/^a=(candidate:|end-of-candidates).*\r?\n/gm, ''), 'answer');
    for (const candidate of [...this.#early, ...candidates]) this.pc.addRemoteCandidate(candidate, '0');
    await until(`${this.name} connects`, () => this.track.isOpen(), { interval: 10, timeout: 20_000 });
    // Not all in the same millisecond: neither are people.
    this.#start = now() + Math.random() * packet_ms;
  }

  /** Sends what is due; returns the time until something is, ms. */
  tick() {
    if (!this.#start || !this.track.isOpen()) return 10;
    const elapsed = now() - this.#start;
    if (elapsed - this.sent * packet_ms > 20) this.late++;
    while (this.sent * packet_ms <= elapsed) {
      const payload = this.packets[this.sent % this.packets.length];
      this.track.sendMessageBinary(build_rtp({ payload_type: opus, marker: this.sent === 0, sequence: this.sent, timestamp: this.sent * 960,
        ssrc: this.#ssrc, extension: this.extension }, payload));
      this.sent++;
      this.#octets += payload.length;
    }
    if (elapsed >= this.#reported) {
      this.track.sendMessageBinary(sender_report({ ssrc: this.#ssrc, cname: this.name, ms: now(), timestamp: Math.round(elapsed * 48), packets: this.sent, octets: this.#octets }));
      this.#reported = elapsed + 1000;
    }
    return this.sent * packet_ms - (now() - this.#start);
  }

  close() {
    this.pc.close();
  }
}
