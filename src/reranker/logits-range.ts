import type { Tensor } from 'onnxruntime-web/wasm';
import { untilGpuAnswers } from './gpu-silence.ts';

/** As much of WebGPU as is needed to copy a few bytes. */
export interface GpuDevice {
  createBuffer(options: { size: number; usage: number }): GpuBuffer;
  createCommandEncoder(): GpuEncoder;
  readonly queue: { submit(commands: readonly unknown[]): void };
}
interface GpuBuffer {
  mapAsync(mode: number): Promise<void>;
  getMappedRange(): ArrayBuffer;
  destroy(): void;
}
interface GpuEncoder {
  copyBufferToBuffer(from: unknown, start: number, to: GpuBuffer, at: number, bytes: number): void;
  finish(): unknown;
}

// GPUBufferUsage and GPUMapMode, by the numbers that WebGPU gives them.
const MAP_READ = 1;
const COPY_DST = 8;
const MODE_READ = 1;

/**
 * `length` values of a float tensor from `start` on. From a GPU these bytes alone are fetched: the logits of all
 * tokens of a vocabulary are 0.6 MB for each position.
 */
export async function readRange(
  tensor: Tensor,
  { start, length }: { start: number; length: number },
  device: (() => Promise<GpuDevice>) | undefined,
): Promise<Float32Array> {
  if (device && tensor.location === 'gpu-buffer' && tensor.type === 'float32') {
    return readFromGpu(await device(), tensor.gpuBuffer, { start, length });
  }
  const data = await tensor.getData();
  if (tensor.type === 'float32') return (data as Float32Array).subarray(start, start + length);
  const halves = data as ArrayBufferView;
  return decodeHalves(new Uint16Array(halves.buffer, halves.byteOffset + 2 * start, length));
}

async function readFromGpu(
  device: GpuDevice,
  from: unknown,
  { start, length }: { start: number; length: number },
): Promise<Float32Array> {
  const bytes = 4 * length;
  const staging = device.createBuffer({ size: bytes, usage: MAP_READ | COPY_DST });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 4 * start, staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await untilGpuAnswers(staging.mapAsync(MODE_READ));
    return new Float32Array(staging.getMappedRange().slice(0));
  } finally {
    staging.destroy();
  }
}

/** IEEE half precision to float32. */
function decodeHalves(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}
