// The captured screen, window or tab: asks for it, holds it, notices when the person ends it from the browser's own bar.

export const canShare = () => Boolean(globalThis.navigator?.mediaDevices?.getDisplayMedia);

export class ScreenShare extends EventTarget {
  #stream = null;

  get active() {
    return this.track('video')?.readyState === 'live';
  }

  track(kind) {
    return this.#stream?.getTracks().find((track) => track.kind === kind) ?? null;
  }

  /** false when the person thought better of it. */
  async start() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: true });
    } catch (error) {
      if (error.name === 'NotAllowedError' || error.name === 'AbortError') return false;
      throw error;
    }
    this.#stream = stream;
    const video = this.track('video');
    // Text must stay readable: give up frames before sharpness.
    video.contentHint = 'detail';
    video.onended = () => this.dispatchEvent(new Event('ended'));
    return true;
  }

  stop() {
    for (const track of this.#stream?.getTracks() ?? []) {
      track.onended = null;
      track.stop();
    }
    this.#stream = null;
  }
}
