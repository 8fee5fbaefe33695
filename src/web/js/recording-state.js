// What a recording is doing, as the page says it. Pure.

/** Its room's process died, and the next one has not come yet: it neither records nor can be paused, only stopped. */
export const isInterrupted = ({ state, interrupted }) => Boolean(interrupted) && (state === 'recording' || state === 'paused');

export const stateOf = (recording) => (isInterrupted(recording) ? 'interrupted' : recording.state);
