// Other people's browser packages as one script for a page, as their users make it.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));

/** `imports`: {name: 'package'}, the module's namespaces that the page finds as window.<name>. */
export async function bundled(imports) {
  const lines = Object.entries(imports).map(([name, from]) => `import * as ${name} from ${JSON.stringify(from)}; window.${name} = ${name};`);
  const { outputFiles } = await build({
    stdin: { contents: lines.join('\n'), resolveDir: path.join(here, '..') },
    bundle: true, write: false, format: 'iife', platform: 'browser', logLevel: 'error',
    define: { global: 'window', 'process.env.NODE_ENV': '"production"' },
  });
  return outputFiles[0].text;
}
