// A `source-hint` says what the mix has use for (the size of our tile). Sending more would only cost. Pure.

const positive = (value) => (Number.isFinite(value) && value > 0 ? value : null);

/** The fields for RTCRtpEncodingParameters, given the hint and the size of the picture that is captured. */
export function encodingFor(hint, { width, height } = {}) {
  const byWidth = positive(hint?.maxWidth) && positive(width) ? width / hint.maxWidth : 1;
  const byHeight = positive(hint?.maxHeight) && positive(height) ? height / hint.maxHeight : 1;
  const result = { scaleResolutionDownBy: Math.max(1, byWidth, byHeight) };
  if (positive(hint?.maxBitrate)) result.maxBitrate = Math.round(hint.maxBitrate);
  if (positive(hint?.maxFramerate)) result.maxFramerate = hint.maxFramerate;
  return result;
}

/** What a sender's current encoding becomes: limits that the hint no longer names are lifted. */
export function mergeEncoding(encoding, wanted) {
  const { scaleResolutionDownBy: _scale, maxBitrate: _bitrate, maxFramerate: _framerate, ...rest } = encoding;
  return { ...rest, ...wanted };
}
