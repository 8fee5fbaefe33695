// Our own camera and microphone: which ones, whether they are on, and why not. Knows nothing of rooms.

const CONSTRAINTS = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } },
};
// What a browser does for voices ruins music. Its echo canceller also mixes to one channel.
const MUSIC = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: { ideal: 2 } };
const NAMES = { audio: 'microphone', video: 'camera' };

export const isSupported = () => Boolean(globalThis.navigator?.mediaDevices?.getUserMedia);

/** Why a device could not be used, in words that say what to do. */
export function explainDevice(kind, error) {
  const device = NAMES[kind];
  switch (error?.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return `This page may not use your ${device}. Allow it in the browser’s address bar, then switch it on again.`;
    case 'NotFoundError':
    case 'OverconstrainedError':
      return `No ${device} was found. Connect one, or join without.`;
    case 'NotReadableError':
    case 'AbortError':
      return `Your ${device} is in use by another program, or did not start.`;
    case 'Unsupported':
      return 'Camera and microphone need a secure page (https, or localhost). You can still join without them.';
    default:
      return `Your ${device} could not be used${error?.message ? ` (${error.message})` : ''}.`;
  }
}

function unsupported() {
  const error = new Error('no mediaDevices');
  error.name = 'Unsupported';
  return error;
}

/**
 * Events: `change` (tracks, state or device list), `track` (detail: kind, the track was replaced),
 * `lost` (detail: kind, the device went away by itself).
 */
export class MediaDevices extends EventTarget {
  #tracks = { audio: null, video: null };
  #errors = { audio: null, video: null };
  #chosen = { audio: '', video: '' };
  #on = { audio: false, video: false };
  #devices = [];
  #music = false;
  #turn = { audio: Promise.resolve(), video: Promise.resolve() };

  constructor({ remembered = {} } = {}) {
    super();
    this.#chosen = { ...this.#chosen, ...remembered };
    globalThis.navigator?.mediaDevices?.addEventListener?.('devicechange', () => this.refresh());
  }

  track = (kind) => this.#tracks[kind];
  isOn = (kind) => this.#on[kind];
  error = (kind) => this.#errors[kind];
  chosen = (kind) => this.#tracks[kind]?.getSettings().deviceId || this.#chosen[kind];

  /** [{id, label}] of `audioinput`, `videoinput` or `audiooutput`. */
  list(type) {
    return this.#devices
      .filter((device) => device.kind === type && device.deviceId)
      .map((device, index) => ({ id: device.deviceId, label: device.label || `${type === 'videoinput' ? 'Camera' : 'Device'} ${index + 1}` }));
  }

  async refresh() {
    try {
      this.#devices = await navigator.mediaDevices.enumerateDevices();
    } catch {
      this.#devices = [];
    }
    this.#changed();
  }

  /** Switches both on with a single question to the person; each may fail alone. */
  async start({ audio, video }) {
    audio &&= !this.#tracks.audio;
    video &&= !this.#tracks.video;
    if (audio && video && isSupported()) {
      try {
        const music = this.#music;
        const stream = await navigator.mediaDevices.getUserMedia({ audio: this.#constraints('audio'), video: this.#constraints('video') });
        this.#adopt('audio', stream.getAudioTracks()[0], true, music);
        this.#adopt('video', stream.getVideoTracks()[0], true, music);
        await this.refresh();
        return;
      } catch (error) {
        // One missing device refuses both: ask for each alone, except when the person has just said no.
        if (error.name === 'NotAllowedError') {
          for (const kind of ['audio', 'video']) this.#refuse(kind, error);
          await this.refresh();
          return;
        }
      }
    }
    if (audio) await this.set('audio', true);
    if (video) await this.set('video', true);
    if (!audio && !video && isSupported()) await this.refresh();
  }

  /** Switches a device on or off. A microphone that is off stays open, silent; a camera is released, and its light goes out. */
  set(kind, on) {
    return this.#serial(kind, async () => {
      const track = this.#tracks[kind];
      if (on && !track) await this.#acquire(kind);
      else if (!on && kind === 'video') this.#release(kind);
      this.#on[kind] = on && Boolean(this.#tracks[kind]);
      if (kind === 'audio' && this.#tracks.audio) this.#tracks.audio.enabled = this.#on.audio;
      this.#changed();
      return this.#on[kind];
    });
  }

  choose(kind, deviceId) {
    return this.#serial(kind, async () => {
      this.#chosen[kind] = deviceId;
      if (!this.#tracks[kind]) return this.#changed();
      const on = this.#on[kind];
      // Some systems cannot open two at once: the old one goes first.
      this.#tracks[kind].onended = null;
      this.#tracks[kind].stop();
      await this.#acquire(kind, on);
      return this.#changed();
    });
  }

  /** Whether the microphone is for music. An open one is opened anew, as its processing is chosen then; resolves when it is. */
  async setMusic(on) {
    if (on === this.#music) return;
    this.#music = on;
    if (this.#tracks.audio) await this.choose('audio', this.#chosen.audio);
  }

  stop() {
    for (const kind of ['audio', 'video']) {
      this.#release(kind);
      this.#on[kind] = false;
    }
    this.#changed();
  }

  #constraints(kind) {
    const id = this.#chosen[kind], wanted = kind === 'audio' && this.#music ? MUSIC : CONSTRAINTS[kind];
    return id ? { ...wanted, deviceId: { ideal: id } } : wanted;
  }

  async #acquire(kind, on = true) {
    if (!isSupported()) return this.#refuse(kind, unsupported());
    try {
      const music = this.#music;
      const stream = await navigator.mediaDevices.getUserMedia({ [kind]: this.#constraints(kind) });
      this.#adopt(kind, stream.getTracks()[0], on, music);
      await this.refresh();
    } catch (error) {
      this.#refuse(kind, error);
    }
    return undefined;
  }

  /** `on`: whether it is to be heard; `music`: what it was opened for. */
  #adopt(kind, track, on, music) {
    this.#tracks[kind] = track;
    this.#errors[kind] = null;
    this.#on[kind] = on;
    if (kind === 'audio') track.enabled = on;
    if (kind === 'video') track.contentHint = 'motion';
    track.onended = () => {
      this.#tracks[kind] = null;
      this.#on[kind] = false;
      this.#emit('track', kind);
      this.#emit('lost', kind);
      this.#changed();
    };
    this.#emit('track', kind);
    // The room turned out to be another kind while the browser asked for permission.
    if (kind === 'audio' && music !== this.#music) this.choose('audio', this.#chosen.audio);
  }

  #refuse(kind, error) {
    this.#tracks[kind] = null;
    this.#on[kind] = false;
    this.#errors[kind] = explainDevice(kind, error);
    this.#emit('track', kind);
    this.#changed();
  }

  #release(kind) {
    const track = this.#tracks[kind];
    if (!track) return;
    track.onended = null;
    track.stop();
    this.#tracks[kind] = null;
    this.#emit('track', kind);
  }

  // Two quick clicks must not open a camera twice.
  #serial(kind, step) {
    const turn = this.#turn[kind].then(step);
    this.#turn[kind] = turn.catch(() => {});
    return turn;
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
