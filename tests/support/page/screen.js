// Shares a "screen" (a canvas of one colour) over a joined WebSocket participant's connection.

/** Resolves when it is connected: {pc, stop()}. `connection`: as of join_by_websocket. */
export async function share_screen(connection, { color, width = 1280, height = 720, rate = 15 }) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  document.body.append(canvas);
  const pen = canvas.getContext('2d', { alpha: false });
  let count = 0;
  const timer = setInterval(() => {
    pen.fillStyle = color;
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = '#808080';
    pen.fillRect((count++ * 9) % width, 20, 30, 20);
  }, 1000 / rate);
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  pc.addTransceiver(canvas.captureStream(rate).getVideoTracks()[0], { direction: 'sendonly' });
  pc.onicecandidate = ({ candidate }) =>
    connection.request('candidate', { endpoint: 'screen', candidate: candidate?.candidate ?? '', sdpMid: candidate?.sdpMid ?? '0', sdpMLineIndex: candidate?.sdpMLineIndex ?? 0 }).catch(() => {});
  const offer = await pc.createOffer();
  const heard = connection.events.length;
  const answered = connection.request('offer', { endpoint: 'screen', sdp: offer.sdp });
  answered.catch(() => {});
  await pc.setLocalDescription(offer);
  await pc.setRemoteDescription({ type: 'answer', sdp: (await answered).sdp });
  let taken = heard;
  const take = () => {
    for (; taken < connection.events.length; taken++) {
      const event = connection.events[taken];
      if (event.type === 'candidate' && event.endpoint === 'screen' && event.candidate) pc.addIceCandidate(event);
    }
  };
  while (pc.connectionState !== 'connected') {
    take();
    if (pc.connectionState === 'failed') throw new Error('the screen does not connect');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    pc,
    stop() {
      clearInterval(timer);
      pc.close();
      canvas.remove();
    },
  };
}
