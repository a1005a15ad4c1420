/** WebAssembly made of AssemblyScript, in base64; see `tools/vite-kernels.mjs`. */
declare module '*?kernels' {
  const base64: string;
  export default base64;
}

declare module '*?relaxed-kernels' {
  const base64: string;
  export default base64;
}
