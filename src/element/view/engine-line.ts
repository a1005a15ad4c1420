import { html, nothing, type TemplateResult } from 'lit';
import type { Panel } from './model.ts';

const DEVICE_NAMES = { webgpu: 'WebGPU', wasm: 'WASM' } as const;

/** One quiet line: where the scores were computed, and what had to be given up on the way. */
export function engineLine({ messages, info, rankedByHost }: Panel): TemplateResult | typeof nothing {
  if (rankedByHost) return html`${messages.byHost}`;
  if (!info) return nothing;
  const parts = [
    info.device === 'webgpu' ? messages.onGpu : messages.onCpu(info.threads),
    messages.textStaysHere,
    ...info.fallbacks.map(({ device, code }) =>
      (code === 'self-test-failed' ? messages.distrusted : messages.fallback)(DEVICE_NAMES[device]),
    ),
    ...(info.persisted ? [] : [messages.notPersisted]),
  ];
  return html`<span title=${`${info.model} · ${info.variant}`}>${parts.join(' · ')}</span>`;
}
