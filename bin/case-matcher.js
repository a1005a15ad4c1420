#!/usr/bin/env node
import { existsSync } from 'node:fs';

const cli = new URL('../dist/pack/cli.js', import.meta.url);
if (existsSync(cli)) {
  const { main } = await import(cli.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  console.error('case-matcher is not built here yet. Run `npm run build` in its folder first.');
  process.exitCode = 1;
}
