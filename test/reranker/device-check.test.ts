import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { checkDevice, type Verdict } from '../../src/reranker/device-check.ts';
import { ExportedGraph } from '../../src/reranker/exported-graph.ts';
import { Prompt } from '../../src/reranker/prompt.ts';
import { Tokenizer } from '../../src/reranker/tokenizer.ts';
import { parseExportedConfig } from '../../src/weights/exported-config.ts';
import { promptTemplate } from '../../src/weights/official-prompt.ts';
import { repositoryFile } from '../exported/repository.ts';

const signal = new AbortController().signal;
const json = (path: string): unknown => JSON.parse(String(repositoryFile('plain', path)));
const prompt = new Prompt(new Tokenizer(json('tokenizer.json')), promptTemplate());

/** Checks a random export on onnxruntime's WASM backend, and counts the runs. */
async function check(
  repository: string,
  options: { int8?: boolean; before?: Verdict; signal?: AbortSignal } = {},
) {
  ort.env.wasm.numThreads = 1;
  const file = `onnx/${options.int8 ? 'model_quantized' : 'model_q4'}.onnx`;
  const session = await ort.InferenceSession.create(repositoryFile(repository, file) as Buffer, {
    executionProviders: ['wasm'],
  });
  let runs = 0;
  const run = session.run.bind(session);
  session.run = ((...args: Parameters<typeof run>) => {
    runs++;
    return run(...args);
  }) as typeof session.run;
  const config = parseExportedConfig(json('config.json'), '');
  const graph = new ExportedGraph({ session, Tensor: ort.Tensor, config, gpuDevice: undefined });
  try {
    const { int8 = false, before } = options;
    const checked = await checkDevice(graph, { prompt, int8, device: 'wasm', before, signal, ...options });
    return { ...checked, runs };
  } finally {
    await session.release();
  }
}

const WHOLE_CHECK = 12;
const BRIEF_CHECK = 3;

describe('a device', () => {
  it.each([
    ['plain', false, 'reuses-prefix'],
    ['gqa', false, 'reuses-prefix'],
    ['keeps-logits', false, 'reuses-prefix'],
    ['half-cache', false, 'reuses-prefix'],
    ['forgets-past', false, 'whole-pairs'],
    ['plain', true, 'reuses-prefix'],
    ['gqa', true, 'reuses-prefix'],
    ['forgets-past', true, 'whole-pairs'],
  ] as const)('that computes “%s” (int8: %s): %s', async (repository, int8, verdict) => {
    expect(await check(repository, { int8 })).toMatchObject({ verdict, runs: WHOLE_CHECK });
  });

  it.each([
    ['plain', 'reuses-prefix'],
    ['forgets-past', 'whole-pairs'],
  ] as const)('that is known with “%s” for %s is looked at in brief', async (repository, before) => {
    const { verdict, runs } = await check(repository, { before });
    expect(verdict).toBe(before);
    expect(runs).toBeLessThanOrEqual(BRIEF_CHECK);
  });

  it('that is no longer as it was is checked in full', async () => {
    const { verdict, runs } = await check('forgets-past', { before: 'reuses-prefix' });
    expect(verdict).toBe('whole-pairs');
    expect(runs).toBe(BRIEF_CHECK + WHOLE_CHECK);
  });

  it('is not checked further after an abort', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(check('plain', { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
