// Runs before the first paint (a classic script), so that a chosen theme does not flash.
try {
  const theme = localStorage.getItem('tessera.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // No storage: the system's theme it is.
}
