import { readdir, readFile } from 'node:fs/promises';

/** Between two looks; reading the figures of a large process takes some milliseconds. */
const INTERVAL_MILLISECONDS = 500;

/** The memory of a process and all that it started, in bytes: each process's proportional share, so that what several map is counted once. */
export class ProcessMemory {
  readonly #root: number;

  private constructor(root: number) {
    this.#root = root;
  }

  /**
   * The process on whose command line `mark` is, and whose parent's it is not. Undefined where there is no Linux
   * `/proc` to look at.
   */
  static async find(mark: string): Promise<ProcessMemory | undefined> {
    const processes = await listProcesses();
    const marked: number[] = [];
    for (const { id } of processes) {
      const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
      if (line.includes(mark)) marked.push(id);
    }
    const parents = new Map(processes.map(({ id, parent }) => [id, parent]));
    const root = marked.find((id) => !marked.includes(parents.get(id) ?? 0));
    return root === undefined ? undefined : new ProcessMemory(root);
  }

  /** Bytes now. */
  async read(): Promise<number> {
    const processes = await listProcesses();
    const family = new Set([this.#root]);
    // A parent may stand behind its children in the list.
    for (let size = 0; size < family.size; ) {
      size = family.size;
      for (const { id, parent } of processes) if (family.has(parent)) family.add(id);
    }
    const shares = await Promise.all([...family].map(readShare));
    return shares.reduce((sum, share) => sum + share, 0);
  }

  /** The largest reading while `task` runs. */
  async peakWhile<T>(task: () => Promise<T>): Promise<{ result: T; peak: number }> {
    let peak = 0;
    let running = true;
    const watch = async (): Promise<void> => {
      while (running) {
        peak = Math.max(peak, await this.read());
        await new Promise((resolve) => setTimeout(resolve, INTERVAL_MILLISECONDS));
      }
    };
    const watching = watch();
    try {
      const result = await task();
      return { result, peak };
    } finally {
      running = false;
      await watching;
    }
  }
}

async function listProcesses(): Promise<{ id: number; parent: number }[]> {
  const names = await readdir('/proc').catch(() => []);
  const processes = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const line = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
        // The name of the command, in parentheses, may itself hold some.
        const parent = Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1]);
        return { id: Number(name), parent };
      }),
  );
  return processes.filter(({ parent }) => parent > 0);
}

/** Its private memory, and of what is shared its part. 0 when the process has ended. */
async function readShare(id: number): Promise<number> {
  const text = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
}
