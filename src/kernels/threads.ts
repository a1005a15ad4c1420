import { Plan } from './plan';

/** Looks at the barrier so often before it goes to sleep: phases are short, and waking takes longer than most. */
const SPINS: i32 = 4000;

/** The next task of a phase, for whichever thread asks first: fast cores take more of them. */
export function nextTask(plan: Plan, phase: i32): i32 {
  return atomic.add<i32>(plan.counters + ((<usize>phase) << 2), 1);
}

/** Waits until every thread has come here. */
export function barrier(plan: Plan): void {
  if (plan.threads === 1) return;
  const arrived = changetype<usize>(plan) + offsetof<Plan>('arrived');
  const generation = changetype<usize>(plan) + offsetof<Plan>('generation');
  const current = atomic.load<i32>(generation);
  if (atomic.add<i32>(arrived, 1) === plan.threads - 1) {
    atomic.store<i32>(arrived, 0);
    atomic.add<i32>(generation, 1);
    atomic.notify(generation, -1);
    return;
  }
  for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(generation) !== current) return;
  while (atomic.load<i32>(generation) === current) atomic.wait<i32>(generation, current, -1);
}

/** Sleeps until the job is another than `seen`; returns it. */
export function nextJob(plan: Plan, seen: i32): i32 {
  const job = changetype<usize>(plan) + offsetof<Plan>('job');
  for (let i = 0; i < SPINS; i++) {
    const now = atomic.load<i32>(job);
    if (now !== seen) return now;
  }
  while (atomic.load<i32>(job) === seen) atomic.wait<i32>(job, seen, -1);
  return atomic.load<i32>(job);
}
