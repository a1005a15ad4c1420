import { clear, del, delMany, entries, get, keys, set, type UseStore, update } from 'idb-keyval';

const OBJECT_STORE = 'keyval';

/** Some profiles never answer: another program holds the files, or they are being repaired. */
const OPEN_SECONDS = 5;

/** After so many operations in a row that failed twice each, there is no storage to be had. */
const MOST_FAILURES = 3;

/**
 * An idb-keyval store that is opened anew after a failure, and given up after several: then reads find nothing and writes
 * return false. What is wrong with a disk is nobody's news but the browser's, so nothing is thrown or logged.
 */
export class HealingStore {
  readonly #name: string;
  #store: Promise<UseStore> | undefined;
  #failures = 0;

  constructor(name: string) {
    this.#name = name;
  }

  async get<T>(key: string, isSound: (value: unknown) => boolean): Promise<T | undefined> {
    const value: unknown = await this.#attempt((store) => get(key, store));
    return isSound(value) ? (value as T) : undefined;
  }

  /** All that is sound, by key; undefined where that cannot be told. */
  async entries<T>(isSound: (value: unknown) => boolean): Promise<ReadonlyMap<string, T> | undefined> {
    const all = await this.#attempt((store) => entries<string, unknown>(store));
    return all && new Map(all.filter(([, value]) => isSound(value)) as [string, T][]);
  }

  async keys(): Promise<ReadonlySet<string>> {
    return new Set((await this.#attempt((store) => keys<string>(store))) ?? []);
  }

  async set(key: string, value: unknown): Promise<boolean> {
    return (await this.#attempt((store) => set(key, value, store).then(() => true))) ?? false;
  }

  /** Replaces a value by what `change` makes of it, as one step between tabs. */
  async update(key: string, change: (value: unknown) => unknown): Promise<boolean> {
    return (await this.#attempt((store) => update(key, change, store).then(() => true))) ?? false;
  }

  async delete(...of: readonly string[]): Promise<boolean> {
    const remove = (store: UseStore): Promise<void> =>
      of.length === 1 ? del(of[0] as string, store) : delMany([...of], store);
    return (await this.#attempt((store) => remove(store).then(() => true))) ?? false;
  }

  async clear(): Promise<boolean> {
    return (await this.#attempt((store) => clear(store).then(() => true))) ?? false;
  }

  /** Runs once more on a fresh connection: one that the browser closed stays unusable. */
  async #attempt<T>(operation: (store: UseStore) => Promise<T>): Promise<T | undefined> {
    for (let attempt = 0; attempt < 2 && this.#failures < MOST_FAILURES; attempt++) {
      this.#store ??= openStore(this.#name);
      const store = this.#store;
      try {
        const result = await operation(await store);
        this.#failures = 0;
        return result;
      } catch (error) {
        // Others may have opened another one meanwhile.
        if (this.#store === store) this.#store = undefined;
        // Each further attempt would take as long.
        if (isSilent(error)) this.#failures = MOST_FAILURES;
      }
    }
    this.#failures++;
    return undefined;
  }
}

/**
 * In place of idb-keyval's own `createStore`, whose connection stands in the way of every tab that wants to delete the
 * database, and which has no answer to a database without its object store.
 */
async function openStore(name: string): Promise<UseStore> {
  let database = await open(name);
  if (!database.objectStoreNames.contains(OBJECT_STORE)) {
    database.close();
    database = await open(name, database.version + 1);
  }
  return async (mode, use) => use(database.transaction(OBJECT_STORE, mode).objectStore(OBJECT_STORE));
}

function isSilent(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function open(name: string, version?: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    const silent = (): void => reject(new DOMException('silent', 'TimeoutError'));
    const timer = setTimeout(silent, OPEN_SECONDS * 1000);
    request.onupgradeneeded = () => {
      const { objectStoreNames } = request.result;
      if (!objectStoreNames.contains(OBJECT_STORE)) request.result.createObjectStore(OBJECT_STORE);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error);
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      const database = request.result;
      database.onversionchange = () => database.close();
      resolve(database);
    };
  });
}
