import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/pack/cli.ts';
import { readUsage } from '../../src/pack/usage.ts';
import type { PackManifest } from '../../src/weights/manifest.ts';
import { DEFAULT_INSTRUCTION } from '../../src/weights/official-prompt.ts';
import { captureOutput } from './captured-output.ts';
import { writeModel } from './model-writer.ts';
import { withFolder } from './pack-runner.ts';

describe('the command line', () => {
  const written = captureOutput();

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
      expect(written.out).toMatch(
        /wasm-int8 .* kB to download\n {2}webgpu-q4 .* kB to download\n.* s, peak memory .* MB/,
      );
    });
  });

  it('says what is wrong with the input, and ends with 1', async () => {
    await withFolder(async (folder) => {
      await writeModel(folder, { config: { model_type: 'bert' } });
      expect(await main(['pack', folder, '--out', join(folder, 'pack')])).toBe(1);
      expect(written.errors).toContain('Cannot pack: model_type: bert is not supported, only qwen3 is\n');
    });
  });

  it.each(['0.9', '0.5,0.9', '9,5', 'high,low'])('refuses the thresholds %s', async (thresholds) => {
    await withFolder(async (folder) => {
      await writeModel(folder);
      const options = ['--out', join(folder, 'pack'), '--thresholds', thresholds];
      expect(await main(['pack', folder, ...options])).toBe(1);
      expect(written.errors).toContain('Cannot pack: thresholds: ');
    });
  });

  it('says what the system refused, and ends with 1', async () => {
    await withFolder(async (folder) => {
      await writeModel(folder);
      expect(await main(['pack', folder, '--out', join(folder, 'config.json')])).toBe(1);
      expect(written.errors).toMatch(/Cannot pack: EEXIST/);
    });
  });

  it.each([['--help'], ['pack', '-h']])('explains itself when asked: %s', async (...argv) => {
    expect(await main(argv)).toBe(0);
    expect(written.out).toMatch(/^Usage: case-matcher pack/);
  });

  it.each([
    [[], 'The command is: pack'],
    [['unpack'], 'The command is: pack'],
    [['pack'], 'Give one model or folder'],
    [['pack', '--from', ''], 'Give one model or folder'],
    [['pack', 'a', 'b'], 'Give one model or folder'],
    [['pack', 'a', '--from', 'b'], 'Give one model or folder'],
    [['pack', 'a', '--out'], '--out'],
    [['pack', 'a', '--speed', '9'], '--speed'],
    [['pack', './a', '--host', 'modelscope'], "./a is no model's id (owner/name)"],
  ])('refuses %j with 2 and the usage', async (argv, mistake) => {
    expect(await main(argv)).toBe(2);
    expect(written.errors.split('\n')[0]).toContain(mistake);
    expect(written.errors).toContain('Usage: case-matcher pack');
  });
});

describe('a command line', () => {
  const none = () => false;

  it('has defaults for all but the model', () => {
    expect(readUsage(['pack', '--from', 'Qwen/Qwen3-Reranker-0.6B'], none)).toEqual({
      from: 'Qwen/Qwen3-Reranker-0.6B',
      remote: true,
      out: join('packs', 'Qwen3-Reranker-0.6B'),
      id: 'Qwen/Qwen3-Reranker-0.6B',
      variants: ['wasm-int8', 'webgpu-q4'],
      instruction: DEFAULT_INSTRUCTION,
      thresholds: { high: 0.85, medium: 0.7 },
      force: false,
    });
  });

  it('means a folder where there is one, whatever its name', () => {
    expect(readUsage(['pack', '--from', 'Qwen/Reranker'], (path) => path === 'Qwen/Reranker')).toMatchObject({
      remote: false,
      id: 'Reranker',
      out: join('packs', 'Reranker'),
    });
  });

  it.each(['../Qwen', './Qwen', '/Qwen/x/', 'Qwen', 'a/b/c', 'C:\\Qwen\\x', 'a/..', '.a/b'])(
    'takes %s for a folder, never for a model',
    (from) => {
      expect(readUsage(['pack', '--from', from], none)).toMatchObject({ remote: false });
    },
  );

  it('passes on where to download from', () => {
    const argv = [
      'pack',
      'a/b',
      '--host',
      'modelscope',
      '--revision',
      'v1',
      '--cache',
      'c',
      '--path-template',
      'p/',
    ];
    expect(readUsage(argv, none)).toMatchObject({
      remote: true,
      host: 'modelscope',
      revision: 'v1',
      cache: 'c',
      pathTemplate: 'p/',
    });
  });
});
