/** The fields of `Plan` in `src/kernels/plan.ts`, in its order; each takes four bytes. */
const FIELDS = [
  'hidden',
  'heads',
  'kvHeads',
  'headDim',
  'intermediate',
  'rmsEps',
  'threads',
  'job',
  'arrived',
  'generation',
  'counters',
  'scratch',
  'scratchBytes',
  'rows',
  'kept',
  'keptRows',
  'blocks',
  'blockCount',
  'slots',
  'cos',
  'sin',
  'pastLength',
  'pastCapacity',
  'pastKeys',
  'pastValues',
  'newCapacity',
  'newKeys',
  'newValues',
  'stream',
  'wide',
  'context',
  'product',
  'quantised',
  'rowScales',
  'inputNorm',
  'qkv',
  'qkvScales',
  'qNorm',
  'kNorm',
  'output',
  'outputScales',
  'mlpNorm',
  'gateUp',
  'gateUpScales',
  'down',
  'downScales',
] as const;

export type PlanField = (typeof FIELDS)[number];

export const PLAN_BYTES = FIELDS.length * 4;

/** The plan that the kernels read, at an address of their memory. */
export class Plan {
  readonly address: number;
  readonly #view: DataView;

  constructor(buffer: ArrayBufferLike, address: number) {
    this.address = address;
    this.#view = new DataView(buffer, address, PLAN_BYTES);
  }

  set(values: Readonly<Partial<Record<PlanField, number>>>): void {
    for (const [field, value] of Object.entries(values)) {
      const offset = FIELDS.indexOf(field as PlanField) * 4;
      if (field === 'rmsEps') this.#view.setFloat32(offset, value, true);
      else this.#view.setUint32(offset, value, true);
    }
  }

  /** The index of a field for `Atomics` on an Int32Array of the whole memory. */
  indexOf(field: PlanField): number {
    return this.address / 4 + FIELDS.indexOf(field);
  }
}
