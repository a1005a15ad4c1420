import { readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const DIST = resolve(import.meta.dirname, '../../dist');
const read = (path: string): string => readFileSync(path, 'utf8');

/** A file and all that it imports statically. */
function withImports(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, specifier] of read(path).matchAll(/(?:\bfrom|\bimport)\s*["'](\.[^"']+)["']/g)) {
    withImports(resolve(dirname(path), specifier as string), seen);
  }
  return seen;
}

describe('the bundle', () => {
  it('has an element entry of at most 40 kB gzipped, without the engine', () => {
    const files = [...withImports(resolve(DIST, 'case-matcher.js'))];
    const bytes = files.reduce((sum, file) => sum + gzipSync(read(file)).length, 0);
    expect(bytes).toBeLessThanOrEqual(40_000);
    for (const file of files) expect(read(file)).not.toContain('InferenceSession');
  });

  it('holds one version of onnxruntime-web', () => {
    const lock = JSON.parse(read(resolve(DIST, '../package-lock.json')));
    const copies = Object.keys(lock.packages).filter((name) => /(^|\/)onnxruntime-(web|node)$/.test(name));
    expect(copies).toEqual(['node_modules/onnxruntime-web']);
    const wasm = readdirSync(resolve(DIST, 'assets')).filter((name) => name.endsWith('.wasm'));
    expect(wasm.map((name) => name.replace(/-[\w-]{8}\.wasm$/, '')).sort()).toEqual([
      'ort-wasm-simd-threaded',
      'ort-wasm-simd-threaded.asyncify',
      'ort-wasm-simd-threaded.jspi',
    ]);
  });

  it('calls nothing on the page that Chromium 91 lacks', () => {
    // What follows a ranking is loaded then.
    const later = readdirSync(resolve(DIST, 'assets')).filter((name) => /^afterwards-.*\.js$/.test(name));
    expect(later).toHaveLength(1);
    const entries = ['case-matcher.js', 'calibration.js', 'reranker.js', 'index.js', `assets/${later[0]}`];
    const files = entries.map((name) => resolve(DIST, name));
    const code = [...new Set(files.flatMap((file) => [...withImports(file)]))].map(read).join('\n');
    const younger =
      /\.at\(-?\d|Object\.hasOwn\(|structuredClone|\.findLast|\.toSorted|\.throwIfAborted\(|AbortSignal\.|randomUUID|\bstatic\s*\{/g;
    expect(code.match(younger)).toBeNull();
  });

  it('ships a demo pack of at most 8 MB', () => {
    const folder = resolve(DIST, 'models/demo');
    const bytes = readdirSync(folder).reduce(
      (sum, name) => sum + readFileSync(resolve(folder, name)).length,
      0,
    );
    expect(bytes).toBeLessThanOrEqual(8_000_000);
  });
});
