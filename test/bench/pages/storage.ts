/** Reads every value of every IndexedDB database of this origin into memory, one after another. */
export async function readAll(): Promise<{ bytes: number; milliseconds: number }> {
  const databases = await indexedDB.databases();
  const started = performance.now();
  let bytes = 0;
  for (const { name } of databases) bytes += await readDatabase(name ?? '');
  return { bytes, milliseconds: performance.now() - started };
}

async function readDatabase(name: string): Promise<number> {
  const database = await settled(indexedDB.open(name));
  let bytes = 0;
  for (const storeName of database.objectStoreNames) {
    const store = (): IDBObjectStore => database.transaction(storeName).objectStore(storeName);
    for (const key of await settled(store().getAllKeys())) {
      const value: unknown = await settled(store().get(key));
      for (const blob of blobsIn(value)) bytes += (await blob.arrayBuffer()).byteLength;
    }
  }
  database.close();
  return bytes;
}

/** A value that is a Blob, or has some as its fields. */
function blobsIn(value: unknown): Blob[] {
  const fields = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return [value, ...fields].filter((field) => field instanceof Blob);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
