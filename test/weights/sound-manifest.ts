/** A manifest of the least that counts as sound; each call a new one, to be damaged at will. */
export function soundManifest() {
  const file = (name: string, size: number) => ({
    name,
    size,
    chunks: [{ path: `${'0'.repeat(64)}.bin`, size, sha256: '0'.repeat(64) }],
  });
  return {
    format: 'case-matcher-pack',
    version: 2,
    model: {
      id: 'test',
      layers: 1,
      hidden: 4,
      heads: 2,
      kvHeads: 2,
      headDim: 2,
      intermediate: 8,
      vocabulary: 4,
      maxPositions: 64,
      ropeTheta: 10_000,
      rmsEps: 1e-6,
    },
    sources: [],
    prompt: {
      prefix: '',
      body: '{instruction}{query}',
      document: ' {document}',
      suffix: '',
      instruction: '',
    },
    tokens: { yes: 1, no: 2 },
    thresholds: { high: 0.85, medium: 0.7 },
    tokenizer: file('tokenizer.json', 10),
    knownAnswers: [{ ids: [0, 1, 2], read: [2], logits: [0.5] }],
    embeddings: { int8: { ...file('embedding', 32), rows: 4, columns: 4 } },
    variants: {
      'wasm-fp32': {
        device: 'wasm',
        graph: file('graph.onnx', 5),
        weights: [file('weights-0.bin', 6)],
        embedding: 'int8',
        knownLogits: [[0.5]],
        tolerance: 0.1,
      },
    },
  };
}
