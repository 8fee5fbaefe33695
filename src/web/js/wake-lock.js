// Keeps the screen on during a meeting, where the browser can. It lets go whenever the page is hidden, so ask again after.

export function createWakeLock() {
  let lock = null;
  let wanted = true;

  async function acquire() {
    if (!wanted || document.visibilityState !== 'visible' || !navigator.wakeLock) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      if (!wanted) lock.release();
    } catch {
      // Low battery, or not allowed: the screen may sleep.
    }
  }

  document.addEventListener('visibilitychange', acquire);
  acquire();
  return {
    release() {
      wanted = false;
      document.removeEventListener('visibilitychange', acquire);
      lock?.release().catch(() => {});
    },
  };
}
