// Light, dark, or as the system says. theme-boot.js sets the stored choice before the first paint.

const KEY = 'tessera.theme';
const ORDER = ['auto', 'light', 'dark'];

export function currentTheme() {
  const stored = read(KEY);
  return ORDER.includes(stored) ? stored : 'auto';
}

export function setTheme(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  write(KEY, theme);
}

export const nextTheme = (theme) => ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];

/** localStorage may be forbidden; then nothing is remembered, and nothing breaks. */
export function read(key, storage = globalThis.localStorage) {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

export function write(key, value, storage = globalThis.localStorage) {
  try {
    if (value === null) storage.removeItem(key);
    else storage.setItem(key, value);
  } catch {
    // Not remembered.
  }
}
