import type { BrowserContext, Page } from 'playwright-core';
import type { ExportedOptions, LoadProgress, RerankerInfo } from '../../src/reranker/index.ts';

/** Where an engine and its model come from. */
export interface EngineSite {
  readonly site: { readonly url: string };
  /** Address of a page that does nothing of its own. */
  readonly blank: string;
  /** Address of the model. */
  readonly pack: string;
}

/** What became of a load. */
export type Loaded =
  | { readonly info: RerankerInfo; readonly error?: undefined; readonly progress: readonly LoadProgress[] }
  | {
      readonly info?: undefined;
      readonly error: {
        readonly name: string;
        readonly code?: string;
        readonly details?: Record<string, unknown>;
      };
      readonly progress: readonly LoadProgress[];
    };

export interface LoadInPage {
  readonly model?: string;
  readonly exported?: ExportedOptions;
  /** Aborts as soon as this phase is told of. */
  readonly abortAt?: string;
}

/** A page of the site that does nothing of its own. */
export async function blankPage(context: BrowserContext, site: EngineSite): Promise<Page> {
  const page = await context.newPage();
  await page.goto(site.blank);
  return page;
}

/**
 * Loads an engine in the page, which is there as `engine` from then on. The one before is ended: what an engine at hand
 * knows says nothing about storage.
 */
export async function load(page: Page, site: EngineSite, options: LoadInPage = {}): Promise<Loaded> {
  const { model = site.pack, exported = {}, abortAt } = options;
  // As text: vitest would rewrite the import of a function.
  return (await page.evaluate(`(async () => {
    const { Reranker } = await import('${site.site.url}reranker.js');
    await globalThis.engine?.dispose();
    globalThis.engine = undefined;
    const progress = [];
    const controller = new AbortController();
    const onProgress = (p) => {
      progress.push(p);
      if (p.phase === ${JSON.stringify(abortAt ?? '')}) controller.abort();
    };
    try {
      const loaded = await Reranker.load({
        model: ${JSON.stringify(model)}, device: 'wasm', exported: ${JSON.stringify(exported)}, onProgress, signal: controller.signal,
      });
      globalThis.engine = loaded;
      return { info: loaded.info, progress };
    } catch (error) {
      const { name, code, details } = error;
      return { error: { name, code, details }, progress };
    }
  })()`)) as Loaded;
}

/** Whether the page's engine ranks, and ranks right. */
export async function ranks(page: Page): Promise<boolean> {
  return page.evaluate(`(async () => {
    const documents = ['咨询公积金提取流程', '电梯停运，居民被困轿厢', '路灯损坏'].map((text, i) => ({ id: String(i), text }));
    const [best] = await globalThis.engine.rank('小区电梯又坏了，老人被困', documents, { remember: false });
    return best.id === '1';
  })()`);
}

export const CHUNKS = 'case-matcher-chunks';
export const MARKS = 'case-matcher-packs';

/** Keys of a database of ours. */
export function storedKeys(page: Page, name: string): Promise<string[]> {
  return allOf<string>(page, name, 'getAllKeys');
}

function allOf<T>(page: Page, name: string, what: 'getAll' | 'getAllKeys'): Promise<T[]> {
  return page.evaluate(
    ([database, method]) =>
      new Promise<T[]>((resolve, reject) => {
        const open = indexedDB.open(database);
        open.onupgradeneeded = () => open.result.createObjectStore('keyval');
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const all = open.result.transaction('keyval').objectStore('keyval')[method]();
          all.onerror = () => reject(all.error);
          all.onsuccess = () => {
            open.result.close();
            resolve(all.result as T[]);
          };
        };
      }),
    [name, what] as const,
  );
}

/** What was computed from the models that are stored, and is kept beside their chunks. */
export async function computedChunks(page: Page): Promise<{ sha256: string; size: number }[]> {
  const marks = await allOf<{ computed?: { sha256: string; size: number } }>(page, MARKS, 'getAll');
  return marks.flatMap(({ computed }) => computed ?? []);
}

/** Keys of the stored chunks that were downloaded, sorted. */
export async function downloadedKeys(page: Page): Promise<string[]> {
  const computed = (await computedChunks(page)).map(({ sha256 }) => sha256);
  return (await storedKeys(page, CHUNKS)).filter((key) => !computed.includes(key)).sort();
}

/** Replaces one value of a database of ours; `change` is source of a function of the old value. */
export async function changeStored(page: Page, name: string, key: string, change: string): Promise<void> {
  await page.evaluate(`(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = request.oncomplete = () => resolve(request.result);
      request.onerror = request.onabort = () => reject(request.error);
    });
    const database = await done(indexedDB.open(${JSON.stringify(name)}));
    const read = database.transaction('keyval').objectStore('keyval');
    const changed = await (${change})(await done(read.get(${JSON.stringify(key)})));
    const write = database.transaction('keyval', 'readwrite');
    const store = write.objectStore('keyval');
    if (changed === undefined) store.delete(${JSON.stringify(key)});
    else store.put(changed, ${JSON.stringify(key)});
    await done(write);
    database.close();
  })()`);
}
