// How loud everybody is, beside their names: asked for only while the list can be seen.

/** Where a level stands on a meter of −60…0 dB: 0…1. Missing is silence. Pure. */
export const meterOf = (db) => (typeof db === 'number' ? Math.min(1, Math.max(0, (db + 60) / 60)) : 0);

/** `show(levels)` gets {participant: dB}; `watch(on)` says whether anybody looks. */
export function createMeters(session, { show, signal }) {
  let wanted = false, asked = false, ready = false;

  function ask() {
    const on = wanted && ready && !document.hidden;
    if (on === asked) return;
    asked = on;
    session.watchLevels(on);
    if (!on) show({});
  }
  // Levels that were on their way when nobody looked any more would leave the meters standing.
  session.addEventListener('levels', ({ detail }) => asked && show(detail), { signal });
  document.addEventListener('visibilitychange', ask, { signal });

  return {
    watch(on) {
      wanted = on;
      ask();
    },
    /** Another seat or connection knows nothing of what was asked before. */
    update(state) {
      const now = state.phase === 'room' && state.link === 'open';
      if (now && !ready) asked = false;
      ready = now;
      ask();
    },
  };
}
