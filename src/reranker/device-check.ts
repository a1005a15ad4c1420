import { CaseMatcherError } from '../errors.ts';
import type { Device } from '../weights/index.ts';
import {
  CHECKED_TOKENS,
  type Distances,
  isSoundSplit,
  isSoundWhole,
  measureBriefly,
  measureConsistency,
} from './consistency.ts';
import type { ExportedGraph } from './exported-graph.ts';
import type { Prompt } from './prompt.ts';
import { runtimeError } from './runtime-error.ts';

/** Of {@link CHECKED_TOKENS} so many are a prompt's start, the others its end. */
const START_TOKENS = 40;
const SAMPLE_QUERY = '电梯经常停运';
const SAMPLE_DOCUMENT = '小区电梯多次困人，维保单位已派人维修，更换配件后恢复运行，市民表示满意';

/** What came of a check, in a word that can be noted. */
export type Verdict = 'reuses-prefix' | 'whole-pairs' | 'failed';

/** What the verdict on a device is good for: this browser with this GPU. */
export async function verdictTopic(device: Device): Promise<string> {
  return [device, navigator.userAgent, ...(device === 'webgpu' ? await gpuNames() : [])].join(' ');
}

/**
 * Whether a device computes an export as it should. `before`: the verdict of an earlier visit; then a brief look
 * suffices, unless it disagrees. `worst`: the largest distance that was seen. Errors: those of a failed run; the
 * signal's reason.
 */
export async function checkDevice(
  graph: ExportedGraph,
  options: {
    prompt: Prompt;
    int8: boolean;
    device: Device;
    before: Verdict | undefined;
    signal: AbortSignal;
  },
): Promise<{ verdict: Verdict; worst: number }> {
  const { int8, device, before, signal } = options;
  const ids = sampleIds(options.prompt);
  try {
    if (before !== undefined && before !== 'failed') {
      const reusesPrefix = before === 'reuses-prefix';
      const brief = await measureBriefly(graph, ids, { signal, reusesPrefix });
      const sound = reusesPrefix ? isSoundSplit(brief, { int8 }) : isSoundWhole(brief, { int8 });
      if (sound) return { verdict: before, worst: largest(brief) };
    }
    const distances = await measureConsistency(graph, ids, signal);
    const { whole } = distances;
    if (!isSoundWhole(distances, { int8 })) return { verdict: 'failed', worst: Math.max(...whole) };
    if (!isSoundSplit(distances, { int8 })) return { verdict: 'whole-pairs', worst: Math.max(...whole) };
    return { verdict: 'reuses-prefix', worst: largest(distances) };
  } catch (error) {
    if (signal.aborted || error instanceof CaseMatcherError) throw error;
    throw runtimeError(error, device);
  }
}

/** The error that leaves a device for the next one. */
export function inconsistent(device: Device): CaseMatcherError {
  const reason = 'runs of different lengths disagree';
  return new CaseMatcherError('self-test-failed', { device, reason });
}

function sampleIds(prompt: Prompt): Int32Array {
  const start = prompt.prefix(SAMPLE_QUERY).subarray(0, START_TOKENS);
  const end = prompt.document(SAMPLE_DOCUMENT, CHECKED_TOKENS).ids.slice(START_TOKENS - CHECKED_TOKENS);
  return Int32Array.from([...start, ...end]);
}

function largest({ whole, split }: Distances): number {
  return Math.max(...whole, ...split);
}

async function gpuNames(): Promise<readonly string[]> {
  const { gpu } = navigator as {
    gpu?: { requestAdapter(): Promise<{ info?: Readonly<Record<string, unknown>> } | null> };
  };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return ['vendor', 'architecture', 'device', 'description'].map((name) => String(adapter?.info?.[name]));
}
