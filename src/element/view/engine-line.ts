import { html, nothing, type TemplateResult } from 'lit';
import type { RerankerInfo } from '../../reranker/types.ts';
import type { Messages } from '../locales/index.ts';
import type { Panel } from './model.ts';

const DEVICE_NAMES = { webgpu: 'WebGPU', wasm: 'WASM' } as const;

/** One quiet line: where the scores were computed, and what had to be given up on the way. */
export function engineLine({
  messages,
  info,
  rankedByHost,
  actions,
}: Panel): TemplateResult | typeof nothing {
  if (rankedByHost) return html`${messages.byHost}`;
  if (!info) return nothing;
  const parts = [
    info.device === 'webgpu' ? messages.onGpu : messages.onCpu(info.threads),
    messages.textStaysHere,
    ...info.fallbacks.flatMap((fallback) => wordsOf(fallback, messages)),
    ...(info.persisted ? [] : [messages.notPersisted]),
  ];
  const crashed = info.fallbacks.some(({ code }) => code === 'crash-loop');
  return html`<span title=${`${info.model} · ${info.variant}`}>${parts.join(' · ')}</span>${
    crashed
      ? html` <button type="button" class="retry-engine" part="retry-engine" @click=${actions.retryEngine}>${messages.retry}</button>`
      : nothing
  }`;
}

/** That it computes with one thread, the number of threads says already; why, only where it can be changed. */
function wordsOf(
  { device, only, code }: RerankerInfo['fallbacks'][number],
  messages: Messages,
): readonly string[] {
  const name = DEVICE_NAMES[device];
  if (code === 'crash-loop') return [only ? messages.threadsCrashed : messages.crashed(name)];
  if (only === 'threads') return [];
  return [(code === 'self-test-failed' ? messages.distrusted : messages.fallback)(name)];
}
