// Long: `./dev soak [MINUTES]` (30 unless said otherwise). Does picture stay with sound, and the file with the clock?
import { after, before, test } from 'node:test';

import { LightClients } from '../support/light_clients.mjs';
import { check_lips, record_lips } from '../support/lips.mjs';
import { TesseraServer } from '../support/server.mjs';

const minutes = Number(process.env.TESSERA_SOAK_MINUTES ?? 30);
let server, clients;

before(async () => {
  server = await TesseraServer.start({ config: { room: { width: 640, height: 360 } } });
  clients = LightClients.start();
});
after(async () => {
  await clients?.stop();
  await server?.stop();
});

test(`a flash and a beep stay together for ${minutes} minutes of recorded time, with ten pauses`, { timeout: minutes * 150_000 + 300_000 }, async () => {
  const seconds = minutes * 60;
  check_lips(await record_lips({ server, clients, room: 'soak', seconds, pauses: 10 }), seconds);
});
