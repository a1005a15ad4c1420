import type { Build, BuildFile } from './build.ts';

/** The document whose workers are to have threads, on pages that nobody isolates. */
const ENGINE_PAGE = 'engine.html';
/** Where a build keeps files whose names change with their bytes. */
const HASHED = 'assets/';
/** Of a body that the browser has already decoded. */
const TRANSFER_HEADERS = ['content-encoding', 'content-length', 'transfer-encoding'];

/**
 * The files of one build in Cache Storage, so that they load without a server. Each build has a cache of its own, and
 * holds only bytes with the hash that was known when it was made: what a server says in a redeploy, or a proxy instead
 * of it, cannot get in.
 */
export class Shell {
  readonly #folder: string;
  readonly #build: Build;
  readonly #files: ReadonlyMap<string, BuildFile>;
  readonly #prefix: string;

  /** @param folder where the build is served: an absolute URL with a slash at its end. */
  constructor(folder: string, build: Build) {
    this.#folder = folder;
    this.#build = build;
    this.#files = new Map(build.files.map((file) => [folder + file.path, file]));
    this.#prefix = `case-matcher ${new URL(folder).pathname} `;
  }

  /** Fetches and checks all files, then keeps them; or rejects and leaves nothing: there is no half a build. */
  async install(): Promise<void> {
    const name = this.#cacheName();
    const begun = await caches.has(name);
    const found = await Promise.all(
      this.#build.files.map(async (file) => {
        if (file.kept === 'on-use') return { file, response: await this.#fromAnyBuild(file) };
        const response = (await this.#kept(file)) ?? (await this.#fetchUnlessLeftOut(file));
        return { file, response };
      }),
    );
    try {
      await Promise.all(found.map(({ file, response }) => response && this.#put(file, response)));
    } catch (error) {
      if (!begun) await caches.delete(name);
      throw error;
    }
  }

  /** Removes older builds but the last: where a host does not wait for old pages to close, they still load by it. */
  async removeOlder(): Promise<void> {
    const names = await this.#cacheNames();
    const older = names.filter((name) => name !== this.#cacheName());
    await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
  }

  /** The answer to a request for a file of this build, or of the one before; undefined for all else. */
  answer(request: Request): Promise<Response> | undefined {
    if (request.method !== 'GET' || request.headers.has('range')) return undefined;
    const url = request.url.replace(/[?#].*$/s, '');
    const file = this.#files.get(url === this.#folder ? `${url}index.html` : url);
    if (file !== undefined) return this.#serve(file, request);
    return url.startsWith(this.#folder + HASHED) ? this.#serveOlder(url, request) : undefined;
  }

  /** Keeps files that a page has used before this worker saw its requests; what is none of the build is ignored. */
  async keepUsed(urls: readonly unknown[]): Promise<void> {
    const files = urls.map((url) => this.#files.get(String(url))).filter((file) => file !== undefined);
    await Promise.all(files.map((file) => this.#keep(file)));
  }

  async #serve(file: BuildFile, request: Request): Promise<Response> {
    // Without the right bytes, what the server has is as good as it would be without us.
    const response = (await this.#kept(file)) ?? (await this.#keep(file).catch(() => fetch(request)));
    return file.path === ENGINE_PAGE ? isolated(response) : response;
  }

  async #serveOlder(url: string, request: Request): Promise<Response> {
    for (const cacheName of await this.#cacheNames()) {
      const found = await caches.match(url, { cacheName, ignoreSearch: true });
      if (found !== undefined) return found;
    }
    return fetch(request);
  }

  async #keep(file: BuildFile): Promise<Response> {
    const kept = await this.#kept(file);
    if (kept !== undefined) return kept;
    const response = await this.#fetch(file);
    // Without room it is fetched each time.
    await this.#put(file, response.clone()).catch(() => {});
    return response;
  }

  /** The bytes that the build was made with, or a rejection. */
  async #fetch({ path, integrity }: BuildFile): Promise<Response> {
    return withoutTransfer(await fetch(this.#folder + path, { integrity, cache: 'no-cache' }));
  }

  async #fetchUnlessLeftOut(file: BuildFile): Promise<Response | undefined> {
    try {
      return await this.#fetch(file);
    } catch (error) {
      if (file.kept === 'always') throw error;
      const { status } = await fetch(this.#folder + file.path, { cache: 'no-cache' });
      if (status === 404 || status === 410) return undefined;
      throw error;
    }
  }

  async #put(file: BuildFile, response: Response): Promise<void> {
    const cache = await caches.open(this.#cacheName());
    await cache.put(this.#key(file), response);
  }

  #kept(file: BuildFile): Promise<Response | undefined> {
    return caches.match(this.#key(file), { cacheName: this.#cacheName() });
  }

  async #fromAnyBuild(file: BuildFile): Promise<Response | undefined> {
    for (const cacheName of await this.#cacheNames()) {
      const found = await caches.match(this.#key(file), { cacheName });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Tells the same file of two builds apart, and finds one that is the same in both. */
  #key({ path, integrity }: BuildFile): string {
    return `${this.#folder}${path}?${integrity}`;
  }

  #cacheName(): string {
    return this.#prefix + this.#build.id;
  }

  /** In the order in which they were made. */
  async #cacheNames(): Promise<string[]> {
    return (await caches.keys()).filter((name) => name.startsWith(this.#prefix));
  }
}

/** Also forgets that a server redirected to another name of the file: such an answer opens no page. */
function withoutTransfer(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const name of TRANSFER_HEADERS) headers.delete(name);
  return new Response(response.body, { headers });
}

/** With the header that gives the document, and its workers, shared memory: https://wicg.github.io/document-isolation-policy/ */
function isolated(response: Response): Response {
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  headers.set('document-isolation-policy', 'isolate-and-credentialless');
  return new Response(response.body, { status, statusText, headers });
}
