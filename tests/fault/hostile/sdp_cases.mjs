// Offers that nobody should send: [name, body, status]. Every one goes to /whip as a POST.
// 400: not a session description. 422: one that the server cannot serve as a whole.
import { media, offer, offer_lines, text_of } from '../../support/offers.mjs';

const publish = { direction: 'sendonly' };
const lines = () => offer_lines(publish);
const without = (pattern) => text_of(lines().filter((line) => !pattern.test(line)));
const replaced = (pattern, value) => text_of(lines().map((line) => line.replace(pattern, value)));
const audio = (options) => media('audio', 0, { ...publish, ...options });
const video = (mid = 1, options = {}) => media('video', mid, { ...publish, ...options });
const candidate = (i) => `a=candidate:${i} 1 udp ${2130706431 - i} 10.0.${i >> 8 & 255}.${i & 255} ${1024 + (i % 60000)} typ host`;

export const sdp_cases = [
  ['an empty body', '', 400],
  ['prose', 'hello, I would like to join', 400],
  ['JSON instead of SDP', '{"type":"offer","sdp":"v=0"}', 400],
  ['an SDP without media', text_of(lines().slice(0, 5)), [400, 422]],
  ['cut within the first m-line', text_of(lines()).slice(0, text_of(lines()).indexOf('m=audio') + 14), 400],
  ['cut within the fingerprint', replaced(/^(a=fingerprint:sha-256 .{20}).*/, '$1'), [400, 422]],
  ['lines in reverse order', text_of(lines().reverse()), 400],
  ['media before the session', text_of([...lines().slice(5), ...lines().slice(0, 5)]), 400],
  ['attributes before any m-line only', text_of([...lines().slice(0, 5), ...lines().slice(5).filter((l) => !l.startsWith('m='))]), [400, 422]],
  ['NUL in a line', replaced(/^a=mid:0/, 'a=mid:0\0'), 400],
  ['bytes that are not UTF-8', Buffer.concat([Buffer.from(text_of(lines())), Buffer.from([0x61, 0x3d, 0xff, 0xfe, 0xc0, 0x0d, 0x0a])]), [400, 422, 201]],
  ['one line of 100 kB', text_of([...lines(), `a=x:${'y'.repeat(100_000)}`]), [400, 413]],
  ['1,000 m-lines', offer({ sections: Array.from({ length: 1000 }, (_, i) => media('audio', i, publish)) }), [400, 413, 422]],
  ['10,000 candidates', text_of([...lines(), ...Array.from({ length: 10_000 }, (_, i) => candidate(i))]), [400, 413, 422]],
  ['no BUNDLE', offer({ ...publish, session: [] }), 422],
  ['BUNDLE of a mid that is not there', offer({ ...publish, session: ['a=group:BUNDLE 0 7'] }), [400, 422]],
  ['two audio', offer({ sections: [audio(), media('audio', 1, publish), video(2)] }), 422],
  ['two video', offer({ sections: [audio(), video(1), video(2, { ssrc: 77 })] }), 422],
  ['only codecs that the server does not know', offer({ sections: [video(0, { formats: '45', lines: ['a=rtpmap:45 AV1/90000'] })] }), 422],
  ['only sound that the server does not know', offer({ sections: [audio({ formats: '97 13', lines: ['a=rtpmap:97 speex/8000', 'a=rtpmap:13 CN/8000'] })] }), 422],
  ['only a data channel', offer({ sections: [media('application', 0, {})] }), 422],
  ['receiving only, at WHIP', offer({ direction: 'recvonly' }), 422],
  ['inactive', offer({ direction: 'inactive' }), 422],
  ['no fingerprint', without(/^a=fingerprint/), [400, 422]],
  ['a fingerprint of SHA-1', replaced(/^a=fingerprint:.*/, `a=fingerprint:sha-1 ${Array(20).fill('AB').join(':')}`), [400, 422]],
  ['a fingerprint that is not hexadecimal', replaced(/^a=fingerprint:.*/, `a=fingerprint:sha-256 ${Array(32).fill('ZZ').join(':')}`), [400, 422]],
  ['no ICE user name', without(/^a=ice-ufrag/), [400, 422]],
  ['an ICE password of one character', replaced(/^a=ice-pwd:.*/, 'a=ice-pwd:x'), [400, 422]],
  ['an ICE user name of 10 kB', replaced(/^a=ice-ufrag:.*/, `a=ice-ufrag:${'u'.repeat(10_000)}`), [400, 422]],
  ['a payload type of 300', offer({ sections: [video(0, { formats: '300', lines: ['a=rtpmap:300 VP8/90000'] })] }), [400, 422]],
  ['a payload type that overflows', offer({ sections: [video(0, { formats: '99999999999999999999', lines: ['a=rtpmap:99999999999999999999 VP8/90000'] })] }), [400, 422]],
  ['a negative payload type', offer({ sections: [video(0, { formats: '-1', lines: ['a=rtpmap:-1 VP8/90000'] })] }), [400, 422]],
  ['a clock rate of 0', offer({ sections: [video(0, { lines: ['a=rtpmap:96 VP8/0'] })] }), [400, 422]],
  ['an unknown setup', replaced(/^a=setup:.*/, 'a=setup:whatever'), [400, 422]],
  ['setup:passive, so that nobody begins', replaced(/^a=setup:.*/, 'a=setup:holdconn'), [400, 422]],
  ['equal mids', offer({ ...publish, sections: [audio(), media('video', 0, publish)], session: ['a=group:BUNDLE 0'] }), [400, 422]],
  ['a mid of 1,000 characters', replaced(/^a=mid:0/, `a=mid:${'m'.repeat(1000)}`), [400, 422]],
  ['a format string in a mid', text_of(lines().map((l) => l.replace(/^a=mid:0/, 'a=mid:%s%n%s').replace('BUNDLE 0', 'BUNDLE %s%n%s'))), [201, 400, 422]],
  ['plain RTP', replaced(/UDP\/TLS\/RTP\/SAVPF/, 'RTP/AVP'), [400, 422]],
  ['header extension ids out of range', text_of(lines().flatMap((l) => (l.startsWith('a=mid') ? [l, 'a=extmap:99999 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'] : [l]))), [201, 400, 422]],
  ['a port of 99999', replaced(/^m=audio 9 /, 'm=audio 99999 '), [400, 422]],
  ['every m-line refused', replaced(/^m=(audio|video) 9 /, 'm=$1 0 '), [400, 422]],
  ['an SSRC that overflows', replaced(/^a=ssrc:\d+/, 'a=ssrc:4294967296999'), [201, 400, 422]],
];

/** A good offer cut off after every so many bytes. */
export function truncated_offers(step) {
  const whole = text_of(lines());
  return Array.from({ length: Math.floor(whole.length / step) }, (_, i) => whole.slice(0, (i + 1) * step));
}
