import type { Kernels, ThreadStart } from './team.ts';

/** A helping thread: it says that it is there, and then waits for layers inside the kernels until it is terminated. */
globalThis.onmessage = async ({ data }: MessageEvent<ThreadStart>): Promise<void> => {
  const { module, memory, plan, thread } = data;
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  globalThis.postMessage('ready');
  (instance.exports as unknown as Kernels).work(plan, thread);
};
