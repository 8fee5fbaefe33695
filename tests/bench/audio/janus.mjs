// Janus with its AudioBridge, as Debian ships it, driven over its WebSocket.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import WebSocket from 'ws';

import { until, within } from '../../support/deadline.mjs';
import { free_port } from '../../support/ports.mjs';

const room = 1;

/** Only what is measured: one plugin, one transport, no log lines, host candidates of one address. */
function write_config(folder, port, address) {
  writeFileSync(join(folder, 'janus.jcfg'), `
general: { configs_folder = "${folder}", daemonize = false, debug_level = 2, session_timeout = 0 }
nat: { ice_enforce_list = "${address}", ignore_mdns = true }
plugins: { disable = "libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_videoroom.so,libjanus_voicemail.so" }
transports: { disable = "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so" }
events: { broadcast = false }
loggers: { disable = "libjanus_jsonlog.so" }
`);
  writeFileSync(join(folder, 'janus.transport.websockets.jcfg'), `
general: { json = "compact", ws = true, ws_port = ${port}, ws_ip = "127.0.0.1", wss = false }
admin: { admin_ws = false }
`);
  writeFileSync(join(folder, 'janus.plugin.audiobridge.jcfg'), 'general: { }\n');
}

export class Janus {
  #child;
  #folder;
  #socket;
  #session;
  #waiting = new Map();
  log = '';

  static async start({ address }) {
    const janus = new Janus();
    const port = await free_port();
    janus.#folder = mkdtempSync(join(tmpdir(), 'tessera-janus-'));
    write_config(janus.#folder, port, address);
    janus.#child = spawn('janus', ['-F', janus.#folder, '-C', join(janus.#folder, 'janus.jcfg')], { stdio: ['ignore', 'pipe', 'pipe'], cwd: janus.#folder });
    for (const stream of [janus.#child.stdout, janus.#child.stderr]) stream.on('data', (chunk) => (janus.log = (janus.log + chunk).slice(-4000)));
    await until('Janus listens', () => {
      if (janus.#child.exitCode !== null) throw new Error(janus.log);
      return janus.#open(port);
    });
    janus.#session = (await janus.#request({ janus: 'create' })).data.id;
    const handle = await janus.#attach();
    // Sampled as ours is; no events about who talks, which ours does not send to these clients either.
    await janus.#message(handle, { request: 'create', room, sampling_rate: 48000, audiolevel_ext: true, audiolevel_event: false }, (d) => d.audiobridge === 'created');
    return janus;
  }

  get pid() {
    return this.#child.pid;
  }

  async #open(port) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, 'janus-protocol');
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    socket.on('message', (data) => this.#receive(JSON.parse(data.toString())));
    this.#socket = socket;
    return true;
  }

  #receive(message) {
    const waiting = this.#waiting.get(message.transaction);
    if (!waiting || message.janus === 'ack') return;
    if (message.janus === 'error') waiting.reject(new Error(JSON.stringify(message.error)));
    else if (waiting.enough(message)) waiting.resolve(message);
  }

  #request(body, enough = () => true) {
    const transaction = randomBytes(8).toString('hex');
    const answer = new Promise((resolve, reject) => this.#waiting.set(transaction, { resolve, reject, enough }));
    this.#socket.send(JSON.stringify({ ...body, transaction, ...(this.#session && { session_id: this.#session }) }));
    return within(15_000, `Janus answers ${body.janus}`, answer).finally(() => this.#waiting.delete(transaction));
  }

  async #attach() {
    return (await this.#request({ janus: 'attach', plugin: 'janus.plugin.audiobridge' })).data.id;
  }

  #message(handle_id, body, enough, jsep) {
    return this.#request({ janus: 'message', handle_id, body, ...(jsep && { jsep }) }, (m) => {
      const data = m.plugindata?.data ?? {};
      if (data.error) throw new Error(data.error);
      return enough(data, m);
    });
  }

  /** One participant: an SDP offer in, the answer out. */
  async join(name, sdp) {
    const handle = await this.#attach();
    await this.#message(handle, { request: 'join', room, display: name }, (d) => d.audiobridge === 'joined');
    const reply = await this.#message(handle, { request: 'configure', muted: false }, (_, m) => m.jsep, { type: 'offer', sdp });
    return reply.jsep.sdp;
  }

  async stop() {
    this.#socket?.close();
    const child = this.#child;
    child.kill('SIGTERM');
    await until('Janus ends', () => child.exitCode !== null || child.signalCode !== null).catch(() => child.kill('SIGKILL'));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
