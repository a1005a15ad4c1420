import { ROW_BLOCK } from '../../../src/kernels/linear';
import { ACTIVATION_SHIFT, multiply } from '../../../src/kernels/products';

export { productKind } from '../../../src/kernels/products';

/** The engine's own products, without what its layers do with them. `out` is written over for each pair of panels. */
export function product(a: usize, b: usize, scratch: usize, out: usize, rows: i32, k: i32, n: i32): void {
  for (let first = 0; first < rows; first += ROW_BLOCK) {
    const count = min(ROW_BLOCK, rows - first);
    const from = a + ((<usize>(first * k)) << ACTIVATION_SHIFT);
    for (let column = 0; column < n; column += 8)
      multiply(from, count, k, b + <usize>column * k, scratch, out);
  }
}

/** Bytes of an activation. */
export function activationBytes(): i32 {
  return 1 << ACTIVATION_SHIFT;
}

/** How many values of k lie together in a panel. */
export function depth(): i32 {
  return 4;
}
