// A peer that sends media encoded beforehand and does not decode what it receives. Lives in the child process of
// light_host.mjs.
import rtc from 'node-datachannel';

import { until, within } from './deadline.mjs';
import { opus_loop, vp8_loop } from './encoded_media.mjs';
import { ReceivedStream } from './received_stream.mjs';
import { build_rtp, header_extensions, is_rtcp, parse_rtcp, parse_rtp, picture_loss, receiver_report, sender_report } from './rtp.mjs';
import { Signalling } from './signalling.mjs';
import { packetise_vp8 } from './vp8_payload.mjs';

export const now = () => performance.timeOrigin + performance.now();

const audio_type = 111;
const video_types = { VP8: 96, H264: 102, VP9: 98 };
const extension = { audio_level: 1, twcc: 3 };
const packet_ms = 20;
/** Samples by which libopus's output is behind its input: taken off, so that timestamps say when sound was made. */
const encoder_delay = 312;
let next_ssrc = 1000 + (process.pid % 1000) * 1000;

export class LightPeer {
  #options;
  #pc;
  #tracks = {};
  #signalling;
  #session; // WHIP or WHEP resource
  #video = { frames: [], at: 0, sequence: 1, packets: 0, octets: 0, picture_id: 0 };
  #audio = { packets: [], at: 0, sequence: 1, count: 0, octets: 0 };
  #start = 0;
  #reported = 0;
  #twcc = 0;
  #invented = 0;
  #heard = { channels: [], messages: 0 };
  #jump = false;
  #frame_ms;
  #early_candidates = [];
  #received_codec = 'VP8';
  #received = { video: new ReceivedStream(), audio: new ReceivedStream() };
  sent = { frames: 0, packets: 0, key_frames_asked: 0, nacks: 0, twcc_feedback: 0, late: 0 };
  /** When the first packet of each loop frame, and each loop packet of sound, left; latest last: [{index, ms}]. */
  send_log = { video: [], audio: [] };

  /**
   * url, room, name; kind: "participant" (WebSocket), "publisher" (WHIP), "viewer" (WHEP); codec: what it offers, in
   * this order ("VP8", "H264", "VP9" or "VP8 H264", as browsers do; video it sends is VP8); video, audio: options of vp8_loop and opus_loop, or null to send none;
   * on_key_frame: "jump" to the loop's next key frame at once or "wait" for it (keeps sound and picture aligned);
   * frame_rate; token; endpoint: "main" or "screen"; resume: of a peer that joined before, whose seat this one shares (its own WebSocket
   * ends, its media go on); channels: labels of data channels that it opens; edit_offer, edit_answer: [[search, replacement]] on the SDP.
   */
  constructor(options) {
    this.#options = { kind: 'participant', codec: 'VP8', video: {}, audio: {}, on_key_frame: 'jump', frame_rate: 30, ...options };
    this.#frame_ms = 1000 / this.#options.frame_rate;
  }

  get #sends() {
    return this.#options.kind !== 'viewer';
  }
  get #receives() {
    return this.#options.kind !== 'publisher';
  }

  async join() {
    const { kind, video, audio } = this.#options;
    if (this.#sends && video) this.#video.frames = await vp8_loop(video);
    if (this.#sends && audio) this.#audio.packets = await opus_loop(audio);
    this.#connect();
    const offer = await this.#complete_offer();
    this.offer = offer;
    const answer = kind === 'participant' ? await this.#join_by_websocket(offer) : await this.#join_by_http(offer);
    this.answered = now();
    this.#take_answer(this.#edit(answer, this.#options.edit_answer));
    if (!this.#options.no_media_expected)
      await until(`${this.#options.name} connects`, () => this.#tracks.audio.isOpen() && this.#tracks.video.isOpen() &&
        this.#heard.channels.every((channel) => channel.isOpen()), { interval: 10 });
    this.#start = now();
    return { participant: this.participant, resume: this.resume, snapshot: this.snapshot, answer, session: this.#session, offer: this.offer };
  }

  #connect() {
    const { name, codec } = this.#options;
    this.#pc = new rtc.PeerConnection(name ?? 'light', { iceServers: [], bindAddress: '127.0.0.1', disableAutoNegotiation: true });
    const direction = { participant: 'SendRecv', publisher: 'SendOnly', viewer: 'RecvOnly' }[this.#options.kind];
    const audio = new rtc.Audio('0', direction);
    audio.addOpusCodec(audio_type);
    audio.parseSdpLine(`a=extmap:${extension.audio_level} urn:ietf:params:rtp-hdrext:ssrc-audio-level`);
    const video = new rtc.Video('1', direction);
    for (const each of codec.split(' '))
      if (each === 'H264') video.addH264Codec(video_types.H264, 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1');
      else if (each === 'VP9') video.addVP9Codec(video_types.VP9);
      else video.addVP8Codec(video_types.VP8);
    for (const media of [audio, video])
      media.parseSdpLine(`a=extmap:${extension.twcc} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01`);
    for (const each of codec.split(' ')) video.parseSdpLine(`a=rtcp-fb:${video_types[each]} transport-cc`);
    this.#audio.ssrc = next_ssrc++;
    this.#video.ssrc = next_ssrc++;
    if (this.#sends) {
      audio.addSSRC(this.#audio.ssrc, 'light', 'light', 'sound');
      video.addSSRC(this.#video.ssrc, 'light', 'light', 'picture');
    }
    this.#tracks.audio = this.#pc.addTrack(audio);
    this.#tracks.video = this.#pc.addTrack(video);
    for (const label of this.#options.channels ?? []) {
      const channel = this.#pc.createDataChannel(label);
      channel.onMessage(() => (this.#heard.messages += 1));
      this.#heard.channels.push(channel);
    }
    this.#tracks.audio.onMessage((packet) => this.#receive('audio', packet));
    this.#tracks.video.onMessage((packet) => this.#receive('video', packet));
  }

  async #complete_offer() {
    this.#pc.setLocalDescription('offer');
    await until('candidates are gathered', () => this.#pc.gatheringState() === 'complete', { interval: 2 });
    const sdp = this.#pc.localDescription().sdp.replace(/^a=(candidate:|end-of-candidates).*\r?\n/gm, '');
    return this.#edit(sdp, this.#options.edit_offer);
  }

  // libdatachannel starts ICE with the answer before it notes the answer's fingerprint, and a quick server's handshake would
  // fail in between. So neither side knows where the other is until the answer is in: the offer tells no candidates, and
  // those of the answer are added afterwards. The server learns our address from our checks (RFC 8445, 7.3.1.3).
  #take_answer(sdp) {
    const candidates = [...sdp.matchAll(/^a=(candidate:.*?)\r?$/gm)].map((match) => match[1]);
    this.#pc.setRemoteDescription(sdp.replace(/^a=(candidate:|end-of-candidates).*\r?\n/gm, ''), 'answer');
    for (const [candidate, mid] of [...this.#early_candidates, ...candidates.map((c) => [c, '0'])]) this.#pc.addRemoteCandidate(candidate, mid);
  }

  #edit(sdp, replacements = []) {
    return replacements.reduce((text, [search, replacement]) => text.replace(new RegExp(search, 'gm'), replacement), sdp);
  }

  async #join_by_websocket(sdp) {
    const { url, room, name, token, resume, endpoint = 'main' } = this.#options;
    this.#signalling = await Signalling.open(url);
    this.#signalling.on_event((e) => {
      if (e.type === 'candidate' && e.candidate && this.#pc) this.#add_candidate(e.candidate, e.sdpMid ?? '0');
      if (e.type === 'bye') this.bye = e.reason;
      if (e.type === 'endpoint' && e.state === 'closed') this.endpoint_closed = e.reason;
      if (e.type === 'source-hint') this.source_hint = e;
      if (e.type === 'layout') this.layout = e;
    });
    const joined = await this.#signalling.request('join', { room, name, token, resume });
    this.participant = joined.participant;
    this.resume = joined.resume;
    this.snapshot = joined.room;
    this.layout = joined.room?.layout;
    return (await this.#signalling.request('offer', { endpoint, sdp })).sdp;
  }

  #add_candidate(candidate, mid) {
    // Candidates may overtake the answer.
    if (this.#pc.remoteDescription()) this.#pc.addRemoteCandidate(candidate, mid);
    else this.#early_candidates.push([candidate, mid]);
  }

  async #join_by_http(sdp) {
    const { url, room, name, token, kind } = this.#options;
    const endpoint = `${url}/${kind === 'viewer' ? 'whep' : 'whip'}/${room}?name=${encodeURIComponent(name ?? '')}`;
    const headers = { 'content-type': 'application/sdp', ...(token && { authorization: `Bearer ${token}` }) };
    const response = await within(10_000, `${kind} answer`, fetch(endpoint, { method: 'POST', headers, body: sdp }));
    const body = await response.text();
    if (response.status !== 201) throw new Error(`${endpoint}: ${response.status} ${body}`);
    this.#session = new URL(response.headers.get('location'), endpoint).href;
    return body;
  }

  /** Sends what is due. Returns the time until something is, ms. */
  tick() {
    if (!this.#start || this.left) return Infinity;
    const elapsed = now() - this.#start;
    if (this.#video.frames.length && this.#tracks.video.isOpen())
      while (this.#video.at * this.#frame_ms <= elapsed) this.#send_frame(elapsed);
    if (this.#audio.packets.length && this.#tracks.audio.isOpen())
      while (this.#audio.at * packet_ms <= elapsed) this.#send_packet();
    if (elapsed >= this.#reported) {
      this.#send_reports();
      this.#reported = elapsed + (this.#reported < 2000 ? 300 : 1000);
    }
    const next = [this.#reported];
    if (this.#video.frames.length) next.push(this.#video.at * this.#frame_ms);
    if (this.#audio.packets.length) next.push(this.#audio.at * packet_ms);
    return Math.min(...next) - (now() - this.#start);
  }

  #send_frame(elapsed) {
    const v = this.#video, frames = v.frames;
    v.loop_at ??= 0;
    if (this.#jump) {
      while (!frames[v.loop_at].key) v.loop_at = (v.loop_at + 1) % frames.length;
      this.#jump = false;
    }
    if (elapsed - v.at * this.#frame_ms > 20) this.sent.late++;
    const timestamp = Math.round(v.at * this.#frame_ms * 90);
    const payloads = packetise_vp8(frames[v.loop_at].data, v.picture_id++ & 0x7fff);
    this.#note('video', v.loop_at);
    payloads.forEach((payload, i) => {
      const packet = build_rtp({ payload_type: video_types.VP8, marker: i === payloads.length - 1, sequence: v.sequence++, timestamp,
        ssrc: v.ssrc, extension: header_extensions([this.#transport_sequence()]) }, payload);
      this.#tracks.video.sendMessageBinary(packet);
      v.packets++;
      v.octets += payload.length;
    });
    this.sent.frames++;
    v.at++;
    v.loop_at = (v.loop_at + 1) % frames.length;
  }

  #send_packet() {
    const a = this.#audio;
    const payload = a.packets[a.at % a.packets.length];
    this.#note('audio', a.at % a.packets.length);
    const level = this.#options.audio.shape === 'silence' ? 127 : 20;
    const elements = [{ id: extension.audio_level, data: [level === 127 ? 127 : 0x80 | level] }, this.#transport_sequence()];
    this.#tracks.audio.sendMessageBinary(build_rtp({ payload_type: audio_type, marker: a.at === 0, sequence: a.sequence++,
      timestamp: a.at * 960 - encoder_delay, ssrc: a.ssrc, extension: header_extensions(elements) }, payload));
    a.at++;
    a.count++;
    a.octets += payload.length;
    this.sent.packets++;
  }

  invent_sources(count) {
    for (let i = 0; i < count; i++) {
      const ssrc = 0x70000000 + this.#invented++;
      // A source counts after two packets in order (RFC 3550, A.1).
      for (let sequence = 1; sequence <= 4; sequence++)
        this.#tracks.audio.sendMessageBinary(build_rtp({ payload_type: audio_type, marker: sequence === 1, sequence,
          timestamp: sequence * 960, ssrc, extension: header_extensions([this.#transport_sequence()]) }, this.#audio.packets[0]));
    }
  }

  /**
   * Sends payloads as they are: [{payload: hex, marker, skip, padding}]. codec: "H264", "VP8", "VP9" or "opus". skip: as
   * many sequence numbers are left out before; padding: the last byte is said to count bytes of padding.
   */
  send_payloads(codec, packets) {
    const sound = codec === 'opus';
    const stream = sound ? this.#audio : this.#video;
    const track = sound ? this.#tracks.audio : this.#tracks.video;
    const timestamp = Math.round((now() - this.#start) * (sound ? 48 : 90));
    for (const { payload, marker = false, skip = 0, padding = false } of packets) {
      stream.sequence += skip;
      const packet = build_rtp({ payload_type: sound ? audio_type : video_types[codec], marker, sequence: stream.sequence++, timestamp,
        ssrc: stream.ssrc, extension: header_extensions([this.#transport_sequence()]) }, Buffer.from(payload, 'hex'));
      if (padding) packet[0] |= 0x20;
      track.sendMessageBinary(packet);
    }
  }

  #note(kind, index) {
    const log = this.send_log[kind];
    log.push({ index, ms: now() });
    if (log.length > 4000) log.splice(0, 2000);
  }

  #transport_sequence() {
    const n = this.#twcc++ & 0xffff;
    return { id: extension.twcc, data: [n >> 8, n & 255] };
  }

  #send_reports() {
    const ms = now(), elapsed = ms - this.#start, cname = 'light';
    const a = this.#audio, v = this.#video;
    const report = (track, stream, rate, count) =>
      track.isOpen() && track.sendMessageBinary(this.#sends
        ? sender_report({ ssrc: stream.ssrc, cname, ms, timestamp: Math.round((elapsed * rate) / 1000), packets: count, octets: stream.octets })
        : receiver_report(stream.ssrc, cname));
    report(this.#tracks.audio, a, 48000, a.count);
    report(this.#tracks.video, v, 90000, v.packets);
  }

  #receive(kind, packet) {
    if (is_rtcp(packet)) {
      const seen = parse_rtcp(packet);
      this.sent.nacks += seen.nacks.length;
      this.sent.twcc_feedback += seen.twcc;
      this.#received.video.note_reports(seen.reports);
      this.#received.audio.note_reports(seen.reports);
      if (seen.key_frame_wanted) {
        this.sent.key_frames_asked++;
        if (this.#options.on_key_frame === 'jump') this.#jump = true;
      }
      return;
    }
    const parsed = parse_rtp(packet);
    if (kind === 'video') this.#received_codec = parsed.payload_type === video_types.H264 ? 'H264' : 'VP8';
    this.#received[kind].push(parsed, now());
  }

  /** Keeps what is received from the next key frame on, for write_stored. */
  store() {
    this.#received.video.store(this.#received_codec);
    this.#received.audio.store('opus');
    this.request_key_frame();
  }

  request_key_frame() {
    const { ssrc } = this.#received.video;
    if (ssrc !== undefined && this.#tracks.video.isOpen()) this.#tracks.video.sendMessageBinary(picture_loss(this.#video.ssrc, ssrc));
  }

  /** What was stored: {video: {frames, log, reports}, audio: …}; written by the host. */
  stored() {
    return { video: this.#received.video.take(), audio: this.#received.audio.take() };
  }

  stats() {
    return {
      name: this.#options.name,
      participant: this.participant,
      at: now(),
      answered: this.answered,
      state: this.#pc?.state(),
      bye: this.bye,
      endpoint_closed: this.endpoint_closed,
      source_hint: this.source_hint,
      layout: this.layout,
      sent: this.sent,
      video: this.#received.video.counters(),
      audio: this.#received.audio.counters(),
    };
  }

  forget_pauses() {
    this.#received.video.forget_pauses();
  }

  /** Leaves as a polite client does; with `rude` it vanishes. */
  async leave({ rude = false } = {}) {
    this.left = true;
    if (!rude) {
      if (this.#session) await fetch(this.#session, { method: 'DELETE' }).catch(() => {});
      await this.#signalling?.request('leave').catch(() => {});
      this.#signalling?.close();
    } else this.#signalling?.terminate();
    this.#pc?.close();
    this.#pc = null;
  }
}
