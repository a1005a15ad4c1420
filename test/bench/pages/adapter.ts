/** The GPU that WebGPU would run on here; none where there is no adapter or only one in software. */
export async function describeAdapter(): Promise<string | undefined> {
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<GpuAdapter | null> } }).gpu;
  const adapter = await gpu?.requestAdapter();
  if (!adapter || adapter.info.isFallbackAdapter || adapter.info.architecture === 'swiftshader')
    return undefined;
  return [adapter.info.vendor, adapter.info.architecture, adapter.info.description].filter(Boolean).join(' ');
}

interface GpuAdapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
}
