import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { detachWeights } from '../../src/reranker/detach-weights.ts';
import { repositoryFile } from '../exported/repository.ts';

const IDS = [4529, 17, 400, 3000, 297];

async function run(graph: Uint8Array, externalData: ort.ExternalDataFileType[]): Promise<Float32Array> {
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(graph, { externalData, executionProviders: ['wasm'] });
  const int64 = (values: readonly number[]) =>
    new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  const past = session.inputNames
    .filter((name) => name.startsWith('past'))
    .map((name) => [name, new ort.Tensor('float32', new Float32Array(0), [1, 2, 0, 32])]);
  const feeds = {
    ...Object.fromEntries(past),
    input_ids: int64(IDS),
    attention_mask: int64(IDS.map(() => 1)),
    position_ids: int64(IDS.map((_, i) => i)),
  };
  const { logits } = await session.run(feeds, ['logits']);
  await session.release();
  return logits?.data as Float32Array;
}

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

describe('an ONNX file without its weights', () => {
  it.each([
    ['model_quantized.onnx', []],
    ['model_q4.onnx', []],
    ['model.onnx', ['model.onnx_data']],
  ] as const)('computes what %s does, with them beside it', async (name, data) => {
    const original = repositoryFile('gqa', `onnx/${name}`) as Buffer;
    const beside = data.map((path) => ({ path, data: repositoryFile('gqa', `onnx/${path}`) as Buffer }));
    const bare = await bytesOf(await detachWeights(new Blob([Buffer.from(original)]), 'whole'));
    const detached = await run(bare, [...beside, { path: 'whole', data: original }]);
    expect(detached).toEqual(await run(original, beside));
    if (data.length === 0) expect(bare.length).toBeLessThan(original.length / 5);
  });

  it.each([
    ['a page', Buffer.from('<!doctype html><title>intranet</title>')],
    ['a file that breaks off', (repositoryFile('gqa', 'onnx/model_q4.onnx') as Buffer).subarray(0, 500_000)],
    ['a number without an end', Buffer.alloc(20, 0xff)],
    ['a field that is too long', Buffer.from([0x3a, 0xff, 0xff, 0xff, 0x7f, 1, 2])],
  ])('is not made of %s', async (_, bytes) => {
    await expect(detachWeights(new Blob([Buffer.from(bytes)]), 'whole')).rejects.toThrow(RangeError);
  });
});
