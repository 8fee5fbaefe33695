// One endpoint of the server: one RTCPeerConnection, one offer, one answer, never renegotiated. When it fails the
// session makes a new one under the same endpoint name.

import { encodingFor, mergeEncoding } from './source-hint.js';
import { withStereo } from './stereo.js';

const CONNECT_WITHIN = 20_000;
const RECOVER_WITHIN = 6_000;

// Firefox learnt connectionState late.
const stateOf = (pc) => pc.connectionState ?? { checking: 'connecting', completed: 'connected' }[pc.iceConnectionState] ?? pc.iceConnectionState;

/** Events: `connected`, `failed` (at most once; the peer is then of no more use). */
export class Peer extends EventTarget {
  #signalling;
  #stereo;
  #senders = {};
  #hint = null;
  #outgoing = [];      // our candidates, until the offer is on its way
  #incoming = [];      // theirs, until the answer is set
  #offered = false;
  #answered = false;
  #timer = null;
  #closed = false;

  constructor({ endpoint, signalling, iceServers = [], relayOnly = false, stereo = false }) {
    super();
    this.endpoint = endpoint;
    this.#signalling = signalling;
    this.#stereo = stereo;
    this.pc = new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle', iceTransportPolicy: relayOnly ? 'relay' : 'all' });
    this.stream = new MediaStream();
    this.pc.ontrack = (event) => this.#onTrack(event);
    this.pc.onicecandidate = (event) => this.#onCandidate(event.candidate);
    this.pc.onconnectionstatechange = () => this.#onState();
    this.pc.oniceconnectionstatechange = () => this.#onState();
  }

  get state() {
    return this.#closed ? 'closed' : stateOf(this.pc);
  }

  /**
   * `audio` and `video`: a track, null (an m-line without one, to be filled later), or undefined (no m-line).
   * Rejects when the server refuses the offer.
   */
  async start({ direction, audio, video }) {
    this.#arm(CONNECT_WITHIN, 'no connection in time');
    for (const [kind, track] of Object.entries({ audio, video })) {
      if (track === undefined) continue;
      const transceiver = this.pc.addTransceiver(track ?? kind, { direction });
      if (direction !== 'recvonly') this.#senders[kind] = transceiver.sender;
      if (direction !== 'sendonly') preferLowDelay(transceiver.receiver);
    }
    const { type, sdp: offered } = await this.pc.createOffer();
    if (this.#closed) return;
    await this.pc.setLocalDescription({ type, sdp: this.#stereo ? withStereo(offered) : offered });
    if (this.#closed) return;
    const reply = this.#signalling.request('offer', { endpoint: this.endpoint, sdp: this.pc.localDescription.sdp });
    this.#offered = true;
    for (const candidate of this.#outgoing.splice(0)) this.#sendCandidate(candidate);
    const { sdp } = await reply;
    if (this.#closed) return;
    await this.pc.setRemoteDescription({ type: 'answer', sdp });
    this.#answered = true;
    for (const candidate of this.#incoming.splice(0)) this.#applyCandidate(candidate);
    if (this.#hint) await this.applyHint(this.#hint);
  }

  async replaceTrack(kind, track) {
    await this.#senders[kind]?.replaceTrack(track);
    if (kind === 'video' && track && this.#hint) await this.applyHint(this.#hint);
  }

  /** A `source-hint`: sends no more than the mix shows. Kept, for a camera may be switched on later. */
  async applyHint(hint) {
    this.#hint = hint;
    const sender = this.#senders.video;
    if (!sender || !this.#answered) return;
    const wanted = encodingFor(hint, sender.track?.getSettings() ?? {});
    try {
      const parameters = sender.getParameters();
      if (!parameters.encodings?.length) return;
      parameters.encodings = parameters.encodings.map((encoding) => mergeEncoding(encoding, wanted));
      await sender.setParameters(parameters);
    } catch (error) {
      console.debug(`source-hint on ${this.endpoint}: ${error.message}`);
    }
  }

  addCandidate(candidate) {
    if (this.#answered) this.#applyCandidate(candidate);
    else this.#incoming.push(candidate);
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.pc.ontrack = this.pc.onicecandidate = null;
    this.pc.onconnectionstatechange = this.pc.oniceconnectionstatechange = null;
    this.pc.close();
  }

  // Only event.track is looked at: the server's answers name no streams.
  #onTrack({ track }) {
    this.stream.addTrack(track);
    this.dispatchEvent(new Event('track'));
  }

  #onCandidate(candidate) {
    const message = candidate
      ? { candidate: candidate.candidate, sdpMid: candidate.sdpMid, sdpMLineIndex: candidate.sdpMLineIndex }
      : { candidate: '', sdpMid: '0', sdpMLineIndex: 0 };
    if (this.#offered) this.#sendCandidate(message);
    else this.#outgoing.push(message);
  }

  #sendCandidate(message) {
    this.#signalling.send('candidate', { endpoint: this.endpoint, ...message });
  }

  #applyCandidate({ candidate, sdpMid, sdpMLineIndex }) {
    if (!candidate || this.#closed) return;
    // One that belongs to an earlier connection of the same name, or that this browser cannot use, is no loss.
    this.pc.addIceCandidate({ candidate, sdpMid, sdpMLineIndex }).catch((error) => console.debug(`candidate: ${error.message}`));
  }

  #onState() {
    const state = this.state;
    if (state === 'connected') {
      clearTimeout(this.#timer);
      this.#timer = null;
      this.dispatchEvent(new Event('connected'));
    } else if (state === 'disconnected') {
      this.#arm(RECOVER_WITHIN, 'connection lost');
    } else if (state === 'failed') {
      this.#fail('connection failed');
    }
  }

  #arm(within, reason) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(reason), within);
  }

  #fail(reason) {
    if (this.#closed) return;
    this.close();
    this.dispatchEvent(new CustomEvent('failed', { detail: reason }));
  }
}

function preferLowDelay(receiver) {
  if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
  else if ('playoutDelayHint' in receiver) receiver.playoutDelayHint = 0;
}
