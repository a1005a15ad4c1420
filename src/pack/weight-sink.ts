import type { EncodedMatrix } from './reference-linear.ts';

/** Where the weights of a variant go, in the order in which a forward pass asks for them, under the names it uses. */
export interface WeightSink {
  vector(name: string, values: Float32Array): Promise<void>;
  matrix(name: string, matrix: EncodedMatrix): Promise<void>;
}
