import { beforeAll, describe, expect, it } from 'vitest';
import { Heap } from '../../../src/reranker/int8/heap.ts';
import { KeyValues } from '../../../src/reranker/int8/key-values.ts';
import { Plan } from '../../../src/reranker/int8/plan.ts';
import { placeSegments, Run, type Segment } from '../../../src/reranker/int8/run.ts';
import { COUNTERS } from '../../../src/reranker/int8/weights.ts';
import type { ModelShape } from '../../../src/weights/index.ts';
import { compileKernels } from '../../../tools/vite-kernels.mjs';

const EPS = 1e-6;
const PAGE = 65_536;

interface Probe {
  scratchBytes(plan: number, width: number): number;
  turn(plan: number): void;
  attention(plan: number): void;
}

interface Case {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly past: number;
  /** Tokens of the documents that share a run. */
  readonly documents: readonly number[];
  /** How large scores are. */
  readonly sharpness?: number;
}

/** Of one token: queries, keys and values, float32, before their norms. */
type Token = Float32Array;

describe('attention of the int8 kernels', () => {
  let module: WebAssembly.Module;

  beforeAll(async () => {
    const { wasm } = await compileKernels('test/kernels/attention-probe.ts', {});
    module = await WebAssembly.compile(Uint8Array.from(wasm));
  });

  it.each<Case>([
    { heads: 4, kvHeads: 2, headDim: 32, past: 0, documents: [1] },
    { heads: 4, kvHeads: 2, headDim: 32, past: 0, documents: [6] },
    { heads: 4, kvHeads: 2, headDim: 32, past: 1, documents: [1, 2, 3, 4, 5] },
    { heads: 3, kvHeads: 3, headDim: 8, past: 7, documents: [9, 1, 4] },
    { heads: 6, kvHeads: 2, headDim: 16, past: 12, documents: [33, 2] },
    { heads: 16, kvHeads: 8, headDim: 128, past: 257, documents: [21, 9] },
    { heads: 2, kvHeads: 1, headDim: 128, past: 3001, documents: [5] },
    { heads: 4, kvHeads: 2, headDim: 64, past: 50, documents: [20], sharpness: 30 },
    { heads: 4, kvHeads: 2, headDim: 64, past: 50, documents: [20], sharpness: 0 },
  ])('is as float64 has it to a thousandth: %o', async (given) => {
    const { context, expected } = await compute(given);
    const error = context.map((value, i) => value - (expected[i] as number));
    expect(length(error) / length(expected)).toBeLessThan(1e-3);
  });

  it('hands a number that is none on to whom sees it, and to nobody else', async () => {
    const given: Case = { heads: 4, kvHeads: 2, headDim: 32, past: 5, documents: [7, 6] };
    for (const part of ['query', 'key', 'value'] as const) {
      const { context } = await compute(given, (tokens, { queries, keys }) => {
        const at = { query: 0, key: queries, value: queries + keys }[part];
        // The third token of the first document, in its first head.
        (tokens[5 + 2] as Token)[at + 3] = Number.NaN;
      });
      const rows = Array.from({ length: 13 }, (_, row) =>
        context.subarray(row * 128, row * 128 + 32).some(Number.isNaN),
      );
      const seen = Array.from({ length: 13 }, (_, row) =>
        part === 'query' ? row === 2 : row >= 2 && row < 7,
      );
      expect(rows, part).toEqual(seen);
    }
  });

  async function compute(
    given: Case,
    change?: (tokens: Token[], columns: { queries: number; keys: number }) => void,
  ): Promise<{ context: Float32Array; expected: Float32Array }> {
    const { heads, kvHeads, headDim, past, documents } = given;
    const shape = { heads, kvHeads, headDim, hidden: headDim, intermediate: headDim } as ModelShape;
    const columns = { queries: heads * headDim, keys: kvHeads * headDim };
    const total = past + documents.reduce((sum, length) => sum + length, 0);
    const random = generator();
    const tokens = Array.from({ length: total }, () =>
      Float32Array.from({ length: columns.queries + 2 * columns.keys }, random),
    );
    const norm = Float32Array.from({ length: headDim }, random);
    const sharp = norm.map((value) => (value * (given.sharpness ?? 1)) / Math.sqrt(headDim));
    change?.(tokens, columns);

    const memory = new WebAssembly.Memory({ initial: 2, maximum: 4096, shared: true });
    const heap = new Heap(memory, { start: PAGE, maximum: 4096 * PAGE });
    const plan = new Plan(memory.buffer, 0);
    const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
    const probe = exports as unknown as Probe;
    const put = (values: Float32Array): number => {
      const address = heap.allocate(values.byteLength);
      new Float32Array(memory.buffer, address, values.length).set(values);
      return address;
    };
    plan.set({ heads, kvHeads, headDim, rmsEps: EPS, counters: COUNTERS, threads: 1 });
    plan.set({ qNorm: put(sharp), kNorm: put(norm) });
    const scratchBytes = probe.scratchBytes(0, total);
    plan.set({ scratch: heap.allocate(scratchBytes), scratchBytes });

    const runOf = (segments: readonly Segment[], rows: readonly Token[]): Run => {
      const frequencies = new Float64Array(headDim / 2);
      const run = new Run({ heap, shape, plan, segments, frequencies });
      run.keepAll(plan);
      const wide = new Int32Array(memory.buffer)[plan.indexOf('wide')] as number;
      rows.forEach((row, i) => {
        new Float32Array(memory.buffer, wide + i * row.byteLength, row.length).set(row);
      });
      new Int32Array(memory.buffer, COUNTERS, 10).fill(0);
      return run;
    };

    const before = new KeyValues(heap, shape, { capacity: past, layers: 1 });
    if (past > 0) {
      const segment = { ids: new Int32Array(past), position: 0, slot: 0, firstSlot: 0 };
      runOf([segment], tokens.slice(0, past));
      plan.set({ pastLength: 0, ...before.asNew(0) });
      probe.turn(0);
      before.length = past;
    }
    const { segments, slots } = placeSegments(
      documents.map((length) => new Int32Array(length)),
      past,
    );
    const own = new KeyValues(heap, shape, { capacity: slots, layers: 1 });
    const run = runOf(segments, tokens.slice(past));
    plan.set({ ...before.asPast(0), ...own.asNew(0) });
    probe.turn(0);
    probe.attention(0);
    const address = new Int32Array(memory.buffer)[plan.indexOf('context')] as number;
    const context = new Float32Array(memory.buffer, address, run.rows * columns.queries).slice();
    return { context, expected: attentionOf(given, tokens, { sharp, norm }) };
  }
});

/** softmax(queries · keysᵀ) · values in float64, [new tokens, heads · headDim]. */
function attentionOf(
  { heads, kvHeads, headDim, past, documents }: Case,
  tokens: readonly Token[],
  { sharp, norm }: { sharp: Float32Array; norm: Float32Array },
): Float32Array {
  const head = (token: Token, index: number): number[] => [
    ...token.subarray(index * headDim, (index + 1) * headDim),
  ];
  const normalised = (x: readonly number[], weight: Float32Array): number[] => {
    const square = x.reduce((sum, value) => sum + value * value, 0) / headDim;
    return x.map((value, i) => (value / Math.sqrt(square + EPS)) * (weight[i] as number));
  };
  const out: number[] = [];
  let first = past;
  for (const length of documents) {
    for (let at = first; at < first + length; at++) {
      const seen = [...tokens.slice(0, past), ...tokens.slice(first, at + 1)];
      for (let i = 0; i < heads; i++) {
        const shared = Math.floor(i / (heads / kvHeads));
        const query = normalised(head(tokens[at] as Token, i), sharp);
        const scores = seen.map((token) => {
          const key = normalised(head(token, heads + shared), norm);
          return key.reduce((sum, value, d) => sum + value * (query[d] as number), 0);
        });
        const top = Math.max(...scores);
        const shares = scores.map((score) => Math.exp(score - top));
        const total = shares.reduce((sum, share) => sum + share, 0);
        const values = seen.map((token) => head(token, heads + kvHeads + shared));
        for (let d = 0; d < headDim; d++) {
          out.push(
            values.reduce((sum, value, t) => sum + (shares[t] as number) * (value[d] as number), 0) / total,
          );
        }
      }
    }
    first += length;
  }
  return Float32Array.from(out);
}

function length(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}

/** Always the same numbers, some of them far from the others. */
function generator(): () => number {
  let state = 12345;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    const uniform = state / 0x7fffffff - 0.5;
    return state % 29 === 0 ? uniform * 10 : uniform;
  };
}
