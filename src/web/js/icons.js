// Inline SVG icons, drawn on a 24 × 24 grid with a stroke of the current colour.

const PATHS = {
  mic: '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>',
  'mic-off': '<path d="M15 9.5V6a3 3 0 0 0-5.8-1.1M9 9v2a3 3 0 0 0 4.6 2.5M5.5 11.5a6.5 6.5 0 0 0 10 5.5M18.5 11.5a6.4 6.4 0 0 1-.6 2.7M12 18v3M4 4l16 16"/>',
  camera: '<rect x="3" y="6.5" width="12" height="11" rx="2.5"/><path d="m15 11 5.2-3.1a.5.5 0 0 1 .8.4v7.4a.5.5 0 0 1-.8.4L15 13"/>',
  'camera-off': '<path d="M10 6.5h2.5A2.5 2.5 0 0 1 15 9v2l5.2-3.1a.5.5 0 0 1 .8.4v7.4M15 15v.2a2.5 2.5 0 0 1-2.5 2.3h-7A2.5 2.5 0 0 1 3 15V9a2.5 2.5 0 0 1 2.5-2.5M4 4l16 16"/>',
  hand: '<path d="M8 12.5V6a1.4 1.4 0 0 1 2.8 0v5M10.8 10.5V4.4a1.4 1.4 0 0 1 2.8 0v6.1M13.6 10.8V6a1.4 1.4 0 0 1 2.8 0v8c0 4-2.2 6.5-5.4 6.5-2.7 0-4-1.3-5.2-3.6L4 13.2a1.4 1.4 0 0 1 2.4-1.4L8 14"/>',
  screen: '<rect x="3" y="4.5" width="18" height="12" rx="2"/><path d="M8.5 20h7M12 13.5V8M9.5 10.2 12 7.7l2.5 2.5"/>',
  'screen-off': '<rect x="3" y="4.5" width="18" height="12" rx="2"/><path d="M8.5 20h7M9.8 8.3l4.4 4.4M14.2 8.3l-4.4 4.4"/>',
  leave: '<path d="M13 4H6.5A1.5 1.5 0 0 0 5 5.5v13A1.5 1.5 0 0 0 6.5 20H13M10 12h10M16.5 8.5 20 12l-3.5 3.5"/>',
  people: '<circle cx="9" cy="8" r="3.2"/><path d="M3 19c.4-3.2 2.7-5 6-5s5.6 1.8 6 5M15.5 5.2a3 3 0 0 1 0 5.6M17.5 14.4c2 .6 3.2 2.2 3.5 4.6"/>',
  chat: '<path d="M5.5 4.5h13A2 2 0 0 1 20.5 6.5v8.5a2 2 0 0 1-2 2H11l-4.5 3.5V17h-1a2 2 0 0 1-2-2V6.5a2 2 0 0 1 2-2ZM8 9h8M8 12.5h5"/>',
  stats: '<path d="M4 20V4M4 20h16M8.5 16v-4M12.5 16V7.5M16.5 16v-6"/>',
  record: '<circle cx="12" cy="12" r="8.5"/><circle cx="12" cy="12" r="4" fill="currentColor" stroke="none"/>',
  stop: '<circle cx="12" cy="12" r="8.5"/><rect x="9" y="9" width="6" height="6" rx="1" fill="currentColor" stroke="none"/>',
  settings: '<path d="M4 7.5h9M17 7.5h3M4 16.5h3M11 16.5h9"/><circle cx="15" cy="7.5" r="2"/><circle cx="9" cy="16.5" r="2"/>',
  sun: '<circle cx="12" cy="12" r="3.8"/><path d="M12 3v1.8M12 19.2V21M3 12h1.8M19.2 12H21M5.6 5.6l1.3 1.3M17.1 17.1l1.3 1.3M5.6 18.4l1.3-1.3M17.1 6.9l1.3-1.3"/>',
  moon: '<path d="M19.5 14.3A8 8 0 0 1 9.7 4.5a8 8 0 1 0 9.8 9.8Z"/>',
  auto: '<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16Z" fill="currentColor" stroke="none"/>',
  help: '<circle cx="12" cy="12" r="8.5"/><path d="M9.6 9.6a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.8M12 16.6v.1"/>',
  fullscreen: '<path d="M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9M15 4h3.5A1.5 1.5 0 0 1 20 5.5V9M20 15v3.5a1.5 1.5 0 0 1-1.5 1.5H15M9 20H5.5A1.5 1.5 0 0 1 4 18.5V15"/>',
  'fullscreen-exit': '<path d="M9 4v3.5A1.5 1.5 0 0 1 7.5 9H4M15 4v3.5A1.5 1.5 0 0 0 16.5 9H20M20 15h-3.5a1.5 1.5 0 0 0-1.5 1.5V20M9 20v-3.5A1.5 1.5 0 0 0 7.5 15H4"/>',
  link: '<path d="M10 14a4 4 0 0 0 6 .4l2.6-2.6a4 4 0 0 0-5.7-5.7L11.5 7.5M14 10a4 4 0 0 0-6-.4L5.4 12.2a4 4 0 0 0 5.7 5.7l1.4-1.4"/>',
  copy: '<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M6 15H5.5A1.5 1.5 0 0 1 4 13.5v-8A1.5 1.5 0 0 1 5.5 4h8A1.5 1.5 0 0 1 15 5.5V6"/>',
  check: '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  more: '<g fill="currentColor" stroke="none"><circle cx="5.5" cy="12" r="1.6"/><circle cx="12" cy="12" r="1.6"/><circle cx="18.5" cy="12" r="1.6"/></g>',
  volume: '<path d="M4 9.5h3L11.5 6v12L7 14.5H4ZM15 9.2a4 4 0 0 1 0 5.6M17.5 6.7a7.5 7.5 0 0 1 0 10.6"/>',
  play: '<path d="M8 5.5v13l10.5-6.5Z"/>',
  pause: '<path d="M8.5 5.5v13M15.5 5.5v13"/>',
  megaphone: '<path d="M4 10v4h3l9 4.5v-13L7 10ZM8 14l1.2 5h2.4l-1-4M19 9.5a4 4 0 0 1 0 5"/>',
  warning: '<path d="M12 4.5 3.5 19h17ZM12 10v4M12 16.6v.1"/>',
  info: '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 8v.1"/>',
  send: '<path d="M4.5 12 20 4.5 15.5 20l-3.5-6ZM12 14l8-9.5"/>',
  pin: '<path d="M9 4h6l-.7 6 3.2 3.5H6.5L9.7 10ZM12 13.5V20"/>',
  remove: '<circle cx="10" cy="8" r="3.2"/><path d="M4 19c.4-3.2 2.7-5 6-5 1.2 0 2.3.2 3.2.7M15.5 15.5l5 5M20.5 15.5l-5 5"/>',
  layout: '<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><path d="M14.5 4.5v15M14.5 9.5h6M14.5 14.5h6"/>',
  eye: '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"/><circle cx="12" cy="12" r="2.8"/>',
  download: '<path d="M12 4v11M7.5 11 12 15.5 16.5 11M5 19.5h14"/>',
  play: '<path d="M8 5.5v13l10.5-6.5Z" fill="currentColor"/>',
  pause: '<path d="M8.5 5.5v13M15.5 5.5v13" stroke-width="3.2"/>',
  'skip-back': '<path d="M6.5 6v12M18 6v12l-8.5-6Z" fill="currentColor"/>',
  'skip-forward': '<path d="M17.5 6v12M6 6v12l8.5-6Z" fill="currentColor"/>',
  'volume-off': '<path d="M4 9.5h3L11.5 6v12L7 14.5H4ZM15.5 9.5l5 5M20.5 9.5l-5 5"/>',
  film: '<rect x="3.5" y="5" width="17" height="14" rx="2"/><path d="M8 5v14M16 5v14M3.5 9.7H8M3.5 14.3H8M16 9.7h4.5M16 14.3h4.5"/>',
  trash: '<path d="M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.3 10.5v6M13.7 10.5v6"/>',
  search: '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5 5"/>',
  back: '<path d="M19 12H5M11 6l-6 6 6 6"/>',
  chevron: '<path d="m7 10 5 5 5-5"/>',
};

/** An <svg> that screen readers skip: its button has the name. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  setIcon(svg, name);
  return svg;
}

export function setIcon(svg, name) {
  if (svg.dataset.icon === name) return;
  svg.dataset.icon = name;
  svg.innerHTML = PATHS[name] ?? '';
}

/** Five levels of connection quality would be a lie; three bars are enough. */
export function qualityIcon() {
  const svg = icon('');
  svg.innerHTML = '<g stroke-width="3.4"><path class="bar" d="M6 18.5v-2"/><path class="bar" d="M12 18.5v-6.5"/><path class="bar" d="M18 18.5v-11"/></g>';
  return svg;
}

/** The sign of Tessera: four stones of a mosaic. */
export function logo() {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 32 32');
  svg.setAttribute('class', 'logo');
  svg.setAttribute('aria-hidden', 'true');
  svg.innerHTML =
    '<path class="stone-a" d="M4 6a2 2 0 0 1 2-2h9v11H4Z"/><path class="stone-b" d="M17 4h9a2 2 0 0 1 2 2v5H17Z"/>'
    + '<path class="stone-c" d="M17 13h11v13a2 2 0 0 1-2 2h-9Z"/><path class="stone-d" d="M4 17h11v11H6a2 2 0 0 1-2-2Z"/>';
  return svg;
}
