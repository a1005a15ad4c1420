import { cpus, totalmem } from 'node:os';
import type { BenchOptions } from './options.ts';
import type { Workload } from './workload.ts';

/** What was measured where, a line each: what a reader needs to judge the figures. */
export function describeRun(
  { demo, layers, threads, quick }: BenchOptions,
  seen: { browser: string; adapter: string | undefined; source: string; workload: Workload },
): string[] {
  const { queries, documents } = seen.workload;
  const lengths = documents.map(({ tokens }) => tokens).sort((a, b) => a - b);
  const at = (share: number): number => lengths[Math.floor(share * (lengths.length - 1))] ?? 0;
  const flags = [...(quick ? ['--quick'] : []), ...(demo ? ['--demo'] : [])];
  const command = ['npm run bench', ...(flags.length > 0 ? ['--', ...flags] : [])].join(' ');
  const model = demo
    ? 'the embedded demo model'
    : `random weights in Qwen3-Reranker-0.6B's shapes, ${layers} layers, the same for every engine`;
  return [
    `Command: \`${command}\`, ${new Date().toISOString().slice(0, 10)}`,
    describeMachine(),
    `Chromium ${seen.browser}, cross-origin isolated; ${threads} threads for the other engines`,
    `WebGPU: ${seen.adapter ?? 'no adapter, so no rows for it'}`,
    `Model: ${model}`,
    `Workload: ${seen.source}; queries of ${queries.map(({ tokens }) => tokens).join(', ')} tokens, ` +
      `${lengths.length} documents of ${at(0)} to ${at(1)} tokens (median ${at(0.5)}, at most 512)`,
  ];
}

/** In a line. */
export function describeMachine(): string {
  const processors = cpus();
  return `Machine: ${processors[0]?.model.trim()}, ${processors.length} processors, ${gibibytes(totalmem())} GiB of memory`;
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(0);
}
