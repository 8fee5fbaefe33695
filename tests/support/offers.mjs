// Offers as text, right and wrong, for tests that never connect media.

const fingerprint = `sha-256 ${Array.from({ length: 32 }, (_, i) => (i * 7 + 3).toString(16).padStart(2, '0').toUpperCase()).join(':')}`;

const codecs = {
  audio: ['a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10;useinbandfec=1'],
  video: ['a=rtpmap:96 VP8/90000', 'a=rtcp-fb:96 nack', 'a=rtcp-fb:96 nack pli'],
};

/** Lines of one m-section. */
export function media(kind, mid, { direction = 'sendrecv', lines = codecs[kind] ?? [], formats, ssrc = 1000 + mid, transport = [] } = {}) {
  const types = formats ?? { audio: '111', video: '96', application: 'webrtc-datachannel' }[kind];
  return [
    `m=${kind} 9 ${kind === 'application' ? 'UDP/DTLS/SCTP' : 'UDP/TLS/RTP/SAVPF'} ${types}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    `a=${direction}`,
    'a=rtcp-mux',
    ...lines,
    ...(direction.startsWith('send') && kind !== 'application' ? [`a=ssrc:${ssrc} cname:test`] : []),
    ...transport,
  ];
}

/** Lines of a whole offer; `sections` are of media(). */
export function offer_lines({ direction = 'sendrecv', sections, session, transport } = {}) {
  const parts = sections ?? [media('audio', 0, { direction }), media('video', 1, { direction })];
  const ice = transport ?? ['a=ice-ufrag:abcd', 'a=ice-pwd:aaaabbbbccccddddeeeeffff', 'a=ice-options:trickle', `a=fingerprint:${fingerprint}`, 'a=setup:actpass'];
  return [
    'v=0',
    'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    ...(session ?? [`a=group:BUNDLE ${parts.map((_, i) => i).join(' ')}`]),
    ...parts.flatMap((lines) => [...lines, ...ice]),
  ];
}

export const text_of = (lines) => `${lines.join('\r\n')}\r\n`;
export const offer = (options) => text_of(offer_lines(options));
