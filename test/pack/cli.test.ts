import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/pack/cli.ts';
import type { PackManifest } from '../../src/weights/manifest.ts';
import { writeModel } from './model-writer.ts';
import { withFolder } from './pack-runner.ts';

describe('the command line', () => {
  let out = '';
  let errors = '';

  beforeEach(() => {
    out = '';
    errors = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += text;
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      errors += text;
      return true;
    });
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('packs, and says how large, how long and how much memory', async () => {
    await withFolder(async (folder) => {
      await writeModel(join(folder, 'official'));
      const pack = join(folder, 'pack');
      const options = [
        '--variants',
        'wasm-int8, webgpu-q4',
        '--id',
        'small',
        '--instruction',
        'Find {query}',
        '--thresholds',
        '0.9,0.5',
      ];
      expect(await main(['pack', join(folder, 'official'), '--out', pack, ...options])).toBe(0);
      const manifest = JSON.parse(await readFile(join(pack, 'manifest.json'), 'utf8')) as PackManifest;
      expect(manifest.model.id).toBe('small');
      expect(manifest.prompt.instruction).toBe('Find {query}');
      expect(manifest.thresholds).toEqual({ high: 0.9, medium: 0.5 });
      expect(Object.keys(manifest.variants)).toEqual(['wasm-int8', 'webgpu-q4']);
      expect(out).toMatch(
        /wasm-int8 .* MB to download\n {2}webgpu-q4 .* MB to download\n.* s, peak memory .* MB/,
      );
    });
  });

  it('says what is wrong with the input, and ends with 1', async () => {
    await withFolder(async (folder) => {
      await writeModel(folder, { config: { model_type: 'bert' } });
      expect(await main(['pack', folder, '--out', join(folder, 'pack')])).toBe(1);
      expect(errors).toContain('Cannot pack: model_type: bert is not supported, only qwen3 is\n');
    });
  });

  it.each(['0.9', '0.5,0.9', '9,5', 'high,low'])('refuses the thresholds %s', async (thresholds) => {
    await withFolder(async (folder) => {
      await writeModel(folder);
      const options = ['--out', join(folder, 'pack'), '--thresholds', thresholds];
      expect(await main(['pack', folder, ...options])).toBe(1);
      expect(errors).toContain('Cannot pack: thresholds: ');
    });
  });

  it('says what the system refused, and ends with 1', async () => {
    await withFolder(async (folder) => {
      await writeModel(folder);
      expect(await main(['pack', folder, '--out', join(folder, 'config.json')])).toBe(1);
      expect(errors).toMatch(/Cannot pack: EEXIST/);
    });
  });

  it.each([['--help'], ['pack', '-h']])('explains itself when asked: %s', async (...argv) => {
    expect(await main(argv)).toBe(0);
    expect(out).toMatch(/^Usage: case-matcher pack/);
  });

  it.each([
    [[], 'The command is: pack'],
    [['unpack'], 'The command is: pack'],
    [['pack'], 'Give one folder'],
    [['pack', 'a', 'b'], 'Give one folder'],
    [['pack', 'a'], '--out'],
    [['pack', 'a', '--out'], '--out'],
    [['pack', 'a', '--speed', '9'], '--speed'],
  ])('refuses %j with 2 and the usage', async (argv, mistake) => {
    expect(await main(argv)).toBe(2);
    expect(errors.split('\n')[0]).toContain(mistake);
    expect(errors).toContain('Usage: case-matcher pack');
  });
});
