// One table for the keys: it drives both what they do and what the help says.

export const SHORTCUTS = [
  { key: 'm', label: 'M', what: 'Mute or unmute', action: 'mute' },
  { key: 'v', label: 'V', what: 'Camera on or off', action: 'camera' },
  { key: 's', label: 'S', what: 'Share the screen, or stop', action: 'share' },
  { key: 'h', label: 'H', what: 'Raise or lower your hand', action: 'hand' },
  { key: 'r', label: 'R', what: 'Start or stop recording', action: 'record' },
  { key: 'l', label: 'L', what: 'Next layout', action: 'layout' },
  { key: 'p', label: 'P', what: 'Who is here', action: 'people' },
  { key: 'c', label: 'C', what: 'Chat', action: 'chat' },
  { key: 'i', label: 'I', what: 'Statistics', action: 'stats' },
  { key: 'f', label: 'F', what: 'Full screen', action: 'fullscreen' },
  { key: '?', label: '?', what: 'This help', action: 'help' },
];

/** The action of a key press, or null. Never while somebody types, and never with a modifier that belongs to the browser. */
export function actionOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return null;
  const target = event.target;
  if (target?.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target?.tagName ?? '')) return null;
  return SHORTCUTS.find((shortcut) => shortcut.key === event.key.toLowerCase())?.action ?? null;
}
