// Plain RTCPeerConnection code for the three ways into a room. It knows the RFCs and docs/api.md, nothing else.

const prefer = (transceiver, codec) => {
  if (!codec) return;
  const all = RTCRtpReceiver.getCapabilities('video').codecs;
  const wanted = all.filter((c) => c.mimeType === `video/${codec}`);
  const helpers = all.filter((c) => /rtx|red|ulpfec/i.test(c.mimeType));
  transceiver.setCodecPreferences([...wanted, ...helpers]);
};

function build(pc, { stream, receive, codec }) {
  for (const kind of ['audio', 'video']) {
    const track = stream?.getTracks().find((t) => t.kind === kind);
    if (!track && !receive) continue;
    const direction = track && receive ? 'sendrecv' : track ? 'sendonly' : 'recvonly';
    const transceiver = pc.addTransceiver(track ?? kind, { direction, streams: stream ? [stream] : [] });
    if (kind === 'video') prefer(transceiver, codec);
  }
}

const gathered = (pc) =>
  new Promise((resolve) => {
    const look = () => pc.iceGatheringState === 'complete' && resolve();
    pc.addEventListener('icegatheringstatechange', look);
    look();
  });

const connected = (pc) =>
  new Promise((resolve, reject) => {
    const look = () => {
      if (pc.connectionState === 'connected') resolve();
      if (pc.connectionState === 'failed') reject(new Error('the connection failed'));
    };
    pc.addEventListener('connectionstatechange', look);
    look();
  });

const edit = (sdp, replacements = []) =>
  replacements.reduce((text, [search, replacement]) => text.replace(new RegExp(search, 'gm'), replacement), sdp);

/** A WebSocket participant. Returns {pc, participant, snapshot, events, request, leave}. */
export async function join_by_websocket(options) {
  const socket = new WebSocket(`${options.server.replace(/^http/, 'ws')}/ws`);
  const events = [];
  const waiting = new Map();
  let next_id = 1;
  let pc;
  const early = [];
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    const promise = waiting.get(message.id);
    if (promise) {
      waiting.delete(message.id);
      if (message.type === 'error') promise.reject(new Error(`${message.code}: ${message.detail}`));
      else promise.resolve(message);
      return;
    }
    events.push({ ...message, received_at: performance.now() });
    if (message.type !== 'candidate' || message.endpoint === 'screen') return;
    if (pc?.remoteDescription) pc.addIceCandidate(message.candidate ? message : undefined);
    else early.push(message);
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('the WebSocket does not open'));
  });
  const request = (type, fields = {}) =>
    new Promise((resolve, reject) => {
      const id = next_id++;
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ type, id, ...fields }));
    });
  const joined = await request('join', { room: options.room, name: options.name, token: options.token, resume: options.resume });
  pc = new RTCPeerConnection({
    iceServers: options.ice_servers ?? joined.iceServers,
    iceTransportPolicy: options.relay_only ? 'relay' : 'all',
    bundlePolicy: 'max-bundle',
  });
  const tracks = collect_tracks(pc);
  build(pc, options);
  pc.onicecandidate = ({ candidate }) =>
    request('candidate', {
      endpoint: 'main',
      candidate: candidate?.candidate ?? '',
      sdpMid: candidate?.sdpMid ?? '0',
      sdpMLineIndex: candidate?.sdpMLineIndex ?? 0,
    }).catch(() => {});
  const offer = await pc.createOffer();
  const answered = request('offer', { endpoint: 'main', sdp: edit(offer.sdp, options.edit_offer) });
  answered.catch(() => {});
  // Only now, so that no candidate is sent before the offer it belongs to.
  await pc.setLocalDescription(offer);
  const { sdp } = await answered;
  const answered_at = performance.now();
  await pc.setRemoteDescription({ type: 'answer', sdp: edit(sdp, options.edit_answer) });
  for (const message of early) pc.addIceCandidate(message.candidate ? message : undefined);
  if (!options.no_media_expected) await connected(pc);
  return {
    pc,
    tracks,
    events,
    request,
    answered_at,
    participant: joined.participant,
    resume: joined.resume,
    snapshot: joined.room,
    drop: () => (socket.close(), pc.close()),
    async leave() {
      await request('leave').catch(() => {});
      socket.close();
      pc.close();
    },
  };
}

/** WHIP (sends) or WHEP (receives), by `options.via`. WHIP trickles by PATCH, WHEP gathers first: both must work. */
export async function join_by_http(options) {
  const { server, room, name, via, token } = options;
  const authorization = token ? { authorization: `Bearer ${token}` } : {};
  const pc = new RTCPeerConnection({
    iceServers: options.ice_servers ?? [],
    iceTransportPolicy: options.relay_only ? 'relay' : 'all',
    bundlePolicy: 'max-bundle',
  });
  const tracks = collect_tracks(pc);
  build(pc, options);
  const trickled = [];
  pc.onicecandidate = ({ candidate }) => candidate && trickled.push(candidate);
  await pc.setLocalDescription(await pc.createOffer());
  const trickle = via === 'whip' && !options.relay_only;
  if (!trickle) await gathered(pc);
  const endpoint = `${server}/${via}/${room}?name=${encodeURIComponent(name ?? '')}`;
  const offer = edit(pc.localDescription.sdp, options.edit_offer);
  const response = await fetch(endpoint, { method: 'POST', headers: { 'content-type': 'application/sdp', ...authorization }, body: offer });
  const body = await response.text();
  if (response.status !== 201) throw new Error(`${via}: ${response.status} ${body}`);
  const answered_at = performance.now();
  const session = new URL(response.headers.get('location'), endpoint).href;
  const etag = response.headers.get('etag');
  await pc.setRemoteDescription({ type: 'answer', sdp: edit(body, options.edit_answer) });
  if (trickle) {
    await gathered(pc);
    const line = (name) => new RegExp(`^a=${name}:.*$`, 'm').exec(pc.localDescription.sdp)[0];
    const fragment = [line('ice-ufrag'), line('ice-pwd'), 'm=audio 9 UDP/TLS/RTP/SAVPF 0', 'a=mid:0',
      ...trickled.map((c) => `a=${c.candidate}`), 'a=end-of-candidates', ''].join('\r\n');
    const patch = await fetch(session, {
      method: 'PATCH',
      headers: { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': etag, ...authorization },
      body: fragment,
    });
    if (patch.status !== 204) throw new Error(`PATCH: ${patch.status} ${await patch.text()}`);
  }
  if (!options.no_media_expected) await connected(pc);
  return {
    pc,
    tracks,
    events: [],
    answered_at,
    session,
    etag,
    drop: () => pc.close(),
    async leave() {
      const gone = await fetch(session, { method: 'DELETE', headers: authorization });
      pc.close();
      return gone.status;
    },
  };
}

function collect_tracks(pc) {
  const tracks = new MediaStream();
  pc.addEventListener('track', (event) => tracks.addTrack(event.track));
  return tracks;
}
