import type { Kernels } from './kernels.ts';
import type { ThreadStart } from './team.ts';

/** A helping thread: it says that it is there, and then waits for layers inside the kernels until it is terminated. */
globalThis.onmessage = async ({ data }: MessageEvent<ThreadStart>): Promise<void> => {
  const { module, memory, plan, thread } = data;
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  globalThis.postMessage('ready');
  (exports as unknown as Kernels).work(plan, thread);
};
