import { existsSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';
import type { GpuNeeds } from '../../src/weights/gpu-needs.ts';

const DEMO_PACK = resolve(import.meta.dirname, '../../public/models/demo');

type Fault = (response: ServerResponse, name: string, bytes: Buffer) => unknown;

const isWeights = (name: string): boolean => name.endsWith('.bin');
const html = '<!doctype html><title>intranet</title>';

/** How each pack under `/packs/<fault>/` misbehaves; every one lies about something else. */
const FAULTS: Readonly<Record<string, Fault>> = {
  sound: (response, _, bytes) => response.end(bytes),
  'html-manifest': (response) => response.setHeader('content-type', 'text/html').end(html),
  'html-weights': (response, name, bytes) => response.end(isWeights(name) ? html : bytes),
  'needs-a-buffer': (response, name, bytes) =>
    response.end(isWeights(name) ? bytes : ask(bytes, { buffer: 2 ** 50, memory: 1 })),
  'needs-memory': (response, name, bytes) =>
    response.end(isWeights(name) ? bytes : ask(bytes, { buffer: 1, memory: 2 ** 50 })),
  'wrong-answers': (response, name, bytes) => response.end(isWeights(name) ? bytes : lie(bytes, 'w')),
  'wrong-gpu-answers': (response, name, bytes) =>
    response.end(isWeights(name) ? bytes : lie(bytes, 'webgpu')),
  error: (response) => response.writeHead(500).end(),
};

/**
 * Serves the demo pack soundly and unsoundly. `/packs-requested` lists what was asked for since the last look;
 * `/packs-cut` breaks every further connection and `/packs-mend` ends that.
 */
export function packServer(): Plugin {
  let requested: string[] = [];
  let cut = false;
  return {
    name: 'pack-server',
    configureServer(server) {
      server.middlewares.use('/packs-requested', (_, response) => {
        response.setHeader('content-type', 'application/json').end(JSON.stringify(requested));
        requested = [];
      });
      for (const [path, value] of [
        ['/packs-cut', true],
        ['/packs-mend', false],
      ] as const) {
        server.middlewares.use(path, (_, response) => {
          cut = value;
          response.end();
        });
      }
      server.middlewares.use('/packs', (request, response, next) => {
        const [, fault = '', name = ''] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
        const file = resolve(DEMO_PACK, name);
        const answer = FAULTS[fault];
        if (answer === undefined || name === '' || !existsSync(file)) return next();
        requested.push(name);
        if (cut) return response.destroy();
        answer(response, name, readFileSync(file));
      });
    },
  };
}

/** A pack that asks more of a GPU than any has. */
function ask(bytes: Buffer, needs: GpuNeeds): Buffer {
  const manifest = JSON.parse(bytes.toString());
  manifest.variants['webgpu-q4'].needs = needs;
  return Buffer.from(JSON.stringify(manifest));
}

/** A pack whose known answers are not what its weights give: what a faulty device looks like. */
function lie(bytes: Buffer, variants: string): Buffer {
  const manifest = JSON.parse(bytes.toString());
  for (const [name, variant] of Object.entries<{ knownLogits: number[][] }>(manifest.variants)) {
    if (name.startsWith(variants))
      variant.knownLogits = variant.knownLogits.map((row) => row.map((logit) => logit + 9));
  }
  return Buffer.from(JSON.stringify(manifest));
}
