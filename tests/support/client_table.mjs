// docs/clients.md's table, from what the tests have shown.
//   node tests/support/client_table.mjs        after `./dev test e2e`: writes the table into docs/clients.md
// A test that has shown something of a client says so: proven('aiortc', version, 'WHIP').
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = path.join(root, 'build/clients');
const page = path.join(root, 'docs/clients.md');
const begin = '<!-- made by tests/support/client_table.mjs -->', end = '<!-- end -->';

/** Remembers that `client` of `version` has been seen doing `what`. */
export function proven(client, version, what) {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${client.replace(/[^A-Za-z0-9.-]+/g, '_')}.json`);
  let known = { client, version, what: [] };
  try {
    const before = JSON.parse(readFileSync(file, 'utf8'));
    if (before.version === version) known = before;
  } catch { /* the first */ }
  if (!known.what.includes(what)) known.what.push(what);
  writeFileSync(file, `${JSON.stringify(known, null, 2)}\n`);
}

function table() {
  const rows = readdirSync(folder).map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
  rows.sort((a, b) => a.client.localeCompare(b.client));
  return ['| client | version | shown |', '|---|---|---|',
    ...rows.map(({ client, version, what }) => `| ${client} | ${version} | ${[...what].sort().join(', ')} |`)].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < 0) throw new Error(`${page} has no place for the table`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n${table()}\n${text.slice(to)}`);
  console.log(`${page} is written`);
}
