import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inChromium } from './in-chromium.mjs';
import { ensureChromium, ensureDependencies, ROOT } from './setup.mjs';

/**
 * `npm run bench [-- pack-url]`: times of the engine in Chromium on this machine, with the embedded demo model or
 * another pack under public/. Queries and documents are the demo's own tickets.
 */
ensureDependencies();
ensureChromium();
const model = process.argv[2] ?? '/models/demo/';
const lines = readFileSync(resolve(ROOT, 'src/demo/archive.jsonl'), 'utf8').trim().split('\n');
const texts = lines.map((line) => JSON.parse(line)).map(({ title, text }) => `${title}\n${text}`);
const argument = { model, queries: texts.slice(100, 110), documents: texts.slice(0, 50) };
const result = await inChromium({ module: 'test/bench/bench.ts', name: 'bench', argument });
console.log(`${model} in Chromium, median of ${argument.queries.length} queries`);
for (const [name, value] of Object.entries(result)) {
  console.log(`${name.padEnd(24)} ${typeof value === 'number' ? Math.round(value) : value}`);
}
