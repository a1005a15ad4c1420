import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../tools/setup.mjs';

/** A profile of the browser in a folder of its own: what a visit stores is there at the next. */
export class Profile {
  readonly #folder: string;
  readonly #flags: readonly string[];

  private constructor(folder: string, flags: readonly string[]) {
    this.#folder = folder;
    this.#flags = flags;
    // Gigabytes that must not stay behind when the run is interrupted.
    process.once('exit', this.#remove);
  }

  /** @param options `flags`: of Chromium's command line, besides those that every visit has. */
  static async create({ flags = [] }: { flags?: readonly string[] } = {}): Promise<Profile> {
    return new Profile(await mkdtemp(join(tmpdir(), 'case-matcher-bench-')), flags);
  }

  /** One visit with a profile that is removed afterwards. */
  static async once<T>(
    visit: (browser: Browser) => Promise<T>,
    options: { flags?: readonly string[] } = {},
  ): Promise<T> {
    const profile = await Profile.create(options);
    return profile.visit(visit).finally(() => profile.remove());
  }

  /** Starts a browser with this profile and ends it after `visit`. */
  async visit<T>(visit: (browser: Browser) => Promise<T>): Promise<T> {
    const context = await chromium.launchPersistentContext(this.#folder, {
      executablePath: findChromium() ?? '',
      args: ['--no-sandbox', '--disable-background-networking', ...this.#flags],
    });
    try {
      return await visit(new Browser(context, this.#folder));
    } finally {
      await context.close();
    }
  }

  remove(): void {
    process.off('exit', this.#remove);
    this.#remove();
  }

  readonly #remove = (): void => rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
}

/** A running browser. */
export class Browser {
  readonly #context: BrowserContext;
  /** On the command line of its first process. */
  readonly mark: string;

  constructor(context: BrowserContext, folder: string) {
    this.#context = context;
    this.mark = folder;
  }

  get version(): string {
    return this.#context.browser()?.version() ?? '';
  }

  /** An empty page whose origin is `address`. */
  async open(address: string): Promise<BenchPage> {
    const page = await this.#context.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto(address);
    return new BenchPage(page);
  }
}

/** A page that calls functions of modules of its site. */
export class BenchPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Calls the exported function `name` of the page `module` with a value that JSON can hold. */
  async call<T>(module: string, name: string, argument: unknown): Promise<T> {
    await this.#page.bringToFront();
    // As text: what runs this file would put its own function in the place of `import`.
    const [path, value] = [JSON.stringify(`/pages/${module}.js`), JSON.stringify(argument)];
    return this.#page.evaluate<T>(`import(${path}).then((page) => page.${name}(${value}))`);
  }

  async close(): Promise<void> {
    await this.#page.close();
  }
}
