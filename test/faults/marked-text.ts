import type { Page } from 'playwright-core';

/** Marks no one writes by chance: a script that every encoding keeps, and one that encodings change. */
const PLAIN = 'zx9canary7q';
const CHINESE = '金丝雀曾某某';

/** A text of a citizen that must stay where it belongs. */
export function marked(text: string): string {
  return `${text}，诉求人${CHINESE}，身份证${PLAIN}`;
}

/** What the marks look like in UTF-8, UTF-16, URLs, JSON and Base64. */
const FORMS: readonly string[] = [
  PLAIN,
  [...PLAIN].join('\0'),
  Buffer.from(PLAIN).toString('hex'),
  ...[0, 1, 2].map((shift) => base64(PLAIN, shift)),
  CHINESE,
  encodeURIComponent(CHINESE).toLowerCase(),
  JSON.stringify(CHINESE).replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`),
  Buffer.from(CHINESE).toString('latin1'),
  Buffer.from(CHINESE, 'utf16le').toString('latin1'),
  ...[0, 1, 2].map((shift) => base64(CHINESE, shift)),
];

/** The characters that encode nothing but `text`, whatever precedes it. */
function base64(text: string, shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
  return bytes
    .toString('base64')
    .slice(shift === 0 ? 0 : 4, -4)
    .toLowerCase();
}

/** Names of those that hold a mark in any form. */
export function withMark(found: readonly Found[]): string[] {
  return found
    .filter(({ text }) => FORMS.some((form) => text.toLowerCase().includes(form)))
    .map(({ where }) => where);
}

/** Something that a page has left somewhere. */
export interface Found {
  readonly where: string;
  readonly text: string;
}

/** What the page itself remembers: its own session, addresses, timings. */
export async function rememberedBy(page: Page): Promise<Found[]> {
  return page.evaluate(() => {
    const timings = performance
      .getEntries()
      .filter(({ name }) => !new URL(name, location.href).pathname.startsWith('/api/'));
    return Object.entries({
      sessionStorage: { ...sessionStorage },
      history: [history.state, location.href, window.name],
      timings,
    }).map(([where, value]) => ({ where, text: JSON.stringify(value) }));
  });
}

/** All that is stored for the origin of a page, whoever stored it. */
export async function storedFor(page: Page): Promise<Found[]> {
  return page.evaluate(dump);
}

async function dump(): Promise<Found[]> {
  const found: Found[] = [];

  /** All that is in a value; of bytes, one character each. */
  async function textOf(value: unknown): Promise<string> {
    if (value instanceof Blob) return textOf(await value.arrayBuffer());
    if (value instanceof ArrayBuffer) return textOf(new Uint8Array(value));
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      let text = '';
      for (let at = 0; at < bytes.length; at += 8192) {
        text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      }
      return text;
    }
    if (value instanceof Map || value instanceof Set) return textOf([...value]);
    if (typeof value !== 'object' || value === null) return String(value);
    const parts = Object.entries(value).map(async ([key, one]) => `${key}: ${await textOf(one)}`);
    return (await Promise.all(parts)).join('\n');
  }

  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  for (const { name = '' } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const entries = database.transaction(store).objectStore(store);
      const all = await Promise.all([done(entries.getAllKeys()), done(entries.getAll())]);
      found.push({ where: `${name}/${store}`, text: `${name} ${store} ${await textOf(all)}` });
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const body = await (await cache.match(request))?.arrayBuffer();
      found.push({ where: `cache ${name}`, text: `${request.url} ${await textOf(body)}` });
    }
  }
  found.push({ where: 'localStorage', text: JSON.stringify(localStorage) });
  found.push({ where: 'cookies', text: document.cookie });
  const { held, pending } = await navigator.locks.query();
  found.push({ where: 'locks', text: JSON.stringify([held, pending]) });
  return found;
}
