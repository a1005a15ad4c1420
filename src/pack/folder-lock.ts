import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError } from './input-error.ts';

const FILE = 'in-use.pid';

/**
 * Runs `work` while no other process works in `folder`. What a killed process left locked is free again.
 *
 * @throws CaseMatcherError `invalid-input` when another process holds it
 */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = join(folder, FILE);
  const holder = await readFile(path, 'utf8').catch(() => '');
  if (holder !== '' && !isAlive(Number(holder))) await rm(path, { force: true });
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    const other = `process ${holder || 'unknown'} works there; if it does not, remove ${path}`;
    throw inputError(folder, other, cause);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Whether a process of this number runs on this computer. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
