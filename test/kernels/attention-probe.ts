import { attend, attentionScratch } from '../../src/kernels/attention';
import { turnHeads } from '../../src/kernels/heads';
import { Plan } from '../../src/kernels/plan';

/** Bytes of scratch. */
export function scratchBytes(address: usize, width: i32): i32 {
  return attentionScratch(changetype<Plan>(address), width);
}

/** The two phases of a layer that attention is made of, by one thread. Tasks are counted from 0 by the caller. */
export function turn(address: usize): void {
  turnHeads(changetype<Plan>(address), 2);
}

export function attention(address: usize): void {
  attend(changetype<Plan>(address), 3, 0);
}
