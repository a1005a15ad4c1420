import type { Pack } from '../../weights/index.ts';
import type { HeldPrefix } from '../prefixes.ts';
import { KeyValues } from './key-values.ts';
import type { Int8Weights } from './weights.ts';

/**
 * The keys and values of what all prompts begin with, kept beside the weights: at full size they are 14 MB, and to compute
 * them takes as long as a third of what else a start does. They hold the instruction, and nothing of a ticket.
 */
export class KeptConstant {
  readonly #pack: Pack;
  readonly #weights: Int8Weights;

  constructor(pack: Pack, weights: Int8Weights) {
    this.#pack = pack;
    this.#weights = weights;
  }

  /**
   * Those of an earlier visit, which the caller releases; undefined where there are none. Kernels of another version may
   * have laid them out otherwise, so they are to be trusted as the device is: by known answers.
   */
  async read(ids: Int32Array): Promise<HeldPrefix | undefined> {
    if (ids.length === 0) return undefined;
    const { heap, shape } = this.#weights;
    const prefix = new KeyValues(heap, shape, { capacity: ids.length, layers: shape.layers });
    if (await this.#pack.readComputed(nameOf(ids), prefix.bytes)) {
      prefix.length = ids.length;
      return { ids, prefix };
    }
    prefix.release();
    return undefined;
  }

  /** For {@link read} at the next visit. */
  async keep({ ids, prefix }: HeldPrefix): Promise<void> {
    await this.#pack.keepComputed(
      nameOf(ids),
      (prefix as KeyValues).bytes.slice() as Uint8Array<ArrayBuffer>,
    );
  }
}

function nameOf(ids: Int32Array): string {
  return `keys and values of ${ids.join(' ')}`;
}
