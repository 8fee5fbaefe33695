// Full screen: the picture takes everything, the bars lie over it and go away while nobody moves. The whole page goes
// full screen and not only the picture, so that messages, dialogs and the recording badge stay visible.

const IDLE_AFTER = 3000;

export function createImmersion({ root, video, onchange, signal }) {
  let timer = null;
  let on = false;

  function awake() {
    clearTimeout(timer);
    root.classList.remove('idle');
    if (on) timer = setTimeout(() => root.classList.add('idle'), IDLE_AFTER);
  }

  function changed() {
    on = Boolean(document.fullscreenElement ?? document.webkitFullscreenElement);
    root.classList.toggle('immersive', on);
    awake();
    onchange(on);
  }

  for (const type of ['pointermove', 'pointerdown', 'keydown', 'focusin']) document.addEventListener(type, awake, { signal });
  for (const type of ['fullscreenchange', 'webkitfullscreenchange']) document.addEventListener(type, changed, { signal });

  return {
    toggle() {
      const page = document.documentElement;
      if (on) (document.exitFullscreen ?? document.webkitExitFullscreen).call(document);
      else if (page.requestFullscreen) page.requestFullscreen().catch(() => {});
      else if (page.webkitRequestFullscreen) page.webkitRequestFullscreen();
      else video.webkitEnterFullscreen?.();      // a phone that knows only full-screen video
    },
    close() {
      clearTimeout(timer);
      if (on) (document.exitFullscreen ?? document.webkitExitFullscreen).call(document);
    },
  };
}
