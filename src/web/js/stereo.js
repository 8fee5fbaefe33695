// Two channels of sound: browsers decode Opus to one unless their own description says otherwise (RFC 7587, 7.1).

/** The description with `stereo=1` for every Opus payload type. */
export function withStereo(sdp) {
  const opus = [...sdp.matchAll(/^a=rtpmap:(\d+) opus\/48000/gim)].map((match) => match[1]);
  return opus.reduce((text, type) => {
    const parameters = new RegExp(`^(a=fmtp:${type} )(.*?)(\\r?)$`, 'm');
    if (!parameters.test(text))
      return text.replace(new RegExp(`^(a=rtpmap:${type} .*?)(\\r?)$`, 'm'), (line, map, end) => `${map}${end}\na=fmtp:${type} stereo=1${end}`);
    return text.replace(parameters, (line, head, values, end) => (/(^|;)\s*stereo=/.test(values) ? line : `${head}${values};stereo=1${end}`));
  }, sdp);
}
