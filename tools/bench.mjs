import { resolve } from 'node:path';
import { createServer } from 'vite';
import { ensureChromium, ensureDependencies, ROOT } from './setup.mjs';

/** `npm run bench`: see test/bench/options.ts. What is measured besides this project is installed when missing. */
ensureDependencies();
ensureDependencies(resolve(ROOT, 'test/bench'));
ensureChromium();
const server = await createServer({
  configFile: false,
  root: ROOT,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
try {
  const { main } = await server.ssrLoadModule('/test/bench/bench.ts');
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await server.close();
}
