// One test participant in a page; window.participant is what the test talks to (see browser.mjs).
import { join_by_http, join_by_websocket } from './connection.js';
import { FrameClock, Listener, Viewer } from './receiver.js';
import { share_screen } from './screen.js';
import { make_source } from './source.js';

const base64 = (array) => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
};

class Participant {
  /** via: "ws" (sends and receives), "whip" (sends), "whep" (receives). */
  async join(options) {
    const via = options.via ?? 'ws';
    this.options = { ...options, via };
    const sends = via !== 'whep';
    if (sends) this.source = make_source(options);
    const settings = { ...this.options, stream: this.source?.stream, receive: via !== 'whip' };
    this.connection = await (via === 'ws' ? join_by_websocket(settings) : join_by_http(settings));
    if (settings.receive) {
      this.viewer = new Viewer(new MediaStream(this.connection.tracks.getVideoTracks()));
      const sound = this.connection.tracks.getAudioTracks();
      if (sound.length) this.listener = await Listener.open(new MediaStream(sound));
    }
    return { participant: this.connection.participant, resume: this.connection.resume, snapshot: this.connection.snapshot };
  }

  picture() {
    const p = this.viewer?.picture();
    return p && { width: p.width, height: p.height, data: base64(p.data) };
  }

  sound(seconds) {
    return base64(this.listener.samples(seconds));
  }

  async share_screen(options) {
    this.screen = await share_screen(this.connection, options);
  }

  /** When the server was asked to end it, ms since 1970. */
  async stop_screen() {
    const asked = performance.timeOrigin + performance.now();
    await this.connection.request('close', { endpoint: 'screen' });
    this.screen.stop();
    return asked;
  }

  async watch_frames() {
    this.clock = await FrameClock.open(this.connection.tracks.getVideoTracks()[0]);
  }

  async stats() {
    const found = {};
    for (const s of (await this.connection.pc.getStats()).values()) {
      if (s.type === 'inbound-rtp') found[`in_${s.kind}`] = s;
      if (s.type === 'outbound-rtp') found[`out_${s.kind}`] = s;
      if (s.type === 'candidate-pair' && s.nominated) found.pair = s;
      if (s.type === 'local-candidate') (found.local ??= {})[s.id] = s;
      if (s.type === 'codec') (found.codecs ??= {})[s.id] = s.mimeType;
    }
    return {
      ...found,
      connection: this.connection.pc.connectionState,
      first_frame_ms: this.viewer?.first_frame_at == null ? null : this.viewer.first_frame_at - this.connection.answered_at,
    };
  }
}

window.participant = new Participant();
