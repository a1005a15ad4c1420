import type { HeldPrefix } from './prefixes.ts';
import type { Prompt } from './prompt.ts';
import type { Scorer } from './scorer.ts';
import type { EngineInfo } from './types.ts';

/** A model that computes on its device and is trusted there, wherever it came from. */
export interface LoadedModel {
  readonly scorer: Scorer;
  readonly prompt: Prompt;
  /** What all prompts begin with, where the self-test has computed it. */
  readonly constant?: HeldPrefix | undefined;
  /** No position may reach it. */
  readonly maxPositions: number;
  readonly info: Omit<EngineInfo, 'device' | 'host' | 'fallbacks' | 'runtimeFiles'>;
}
