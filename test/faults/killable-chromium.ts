import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type BrowserContext, chromium } from 'playwright-core';
import { findChromium } from '../../tools/setup.mjs';

/** A browser whose processes can be killed as a power button does it, on a profile that outlives it. */
export class KillableChromium {
  readonly context: BrowserContext;
  readonly #process: ChildProcess;

  private constructor(context: BrowserContext, process: ChildProcess) {
    this.context = context;
    this.#process = process;
  }

  static async open(profile: string): Promise<KillableChromium> {
    const args = [
      '--headless=new',
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ];
    // Detached, its processes are a group of their own, which is killed as one.
    const process = spawn(findChromium() ?? '', args, {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    for await (const line of createInterface({ input: process.stderr })) {
      const [, endpoint] = /DevTools listening on (ws:\S+)/.exec(line) ?? [];
      if (endpoint === undefined) continue;
      process.stderr.resume();
      const browser = await chromium.connectOverCDP(endpoint);
      return new KillableChromium(browser.contexts()[0] as BrowserContext, process);
    }
    throw new Error('Chromium did not start');
  }

  /** All its processes at once, without a chance to write anything more. */
  async kill(): Promise<void> {
    const gone = this.#process.exitCode === null ? once(this.#process, 'exit') : undefined;
    if (this.#process.pid !== undefined) process.kill(-this.#process.pid, 'SIGKILL');
    await gone;
  }
}
