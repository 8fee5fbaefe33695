// What a recording is doing, as the page says it. Pure.

/** Its room's process died, and the next one has not come yet: it neither records nor can be paused, only stopped. */
export const isInterrupted = ({ state, interrupted }) => Boolean(interrupted) && (state === 'recording' || state === 'paused');

/** Whether what is written in the chat now goes into the recording: not in a pause. `recording`: the one under way, or null. */
export const keepsChat = (recording) => Boolean(recording?.chat) && stateOf(recording) === 'recording';

/** What becomes of a chat message that is written now. */
export function fateOfChat(recording) {
  if (keepsChat(recording)) return 'The chat is recorded too: what is written here now is kept with the recording.';
  if (recording?.chat) return 'While the recording does not run, the chat is not kept. When it goes on, what is written is kept with it.';
  return recording ? 'The recording does not keep the chat: it is gone when the meeting ends.' : 'The chat is not kept: it is gone when the meeting ends.';
}

/** What a recording keeps, for those who are asked to agree. */
export const keptBy = (recording) => (recording?.chat ? 'Picture, sound, names and chat are kept.' : 'Picture, sound and names are kept. The chat is not.');

export const stateOf = (recording) => (isInterrupted(recording) ? 'interrupted' : recording.state);
