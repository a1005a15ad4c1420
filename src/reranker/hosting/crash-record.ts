import type { LoadProgress } from '../types.ts';

const KEY = 'case-matcher-crashes';
/** So often a step may fail in a day before it is passed over. */
const TRIES = 2;
const DAY = 24 * 3600 * 1000;

interface Entry {
  /** Loads that were never heard of again: the tab crashed, or the browser. */
  readonly died: number;
  /** Times that it failed at work after it had been loaded. */
  readonly lost: number;
  /** Whether a load is at a point where it could take the tab with it. */
  readonly loading: boolean;
  /** When it last began to load, or failed, in milliseconds since 1970. */
  readonly at: number;
}

const NEW: Entry = { died: 0, lost: 0, loading: false, at: 0 };

/**
 * What became of the loads of one engine, step by step, noted where it outlives a crash: so that a step which takes
 * the tab down is not tried again on each visit. Forgotten after a day. It holds the model's address, and no text.
 */
export class CrashRecord {
  readonly #storage: Storage | undefined;
  readonly #name: string;

  /** @param shared whether one tab alone loads at a time; else each tab has a record of its own. */
  constructor(name: string, shared: boolean) {
    this.#name = name;
    this.#storage = storageOf(shared ? 'localStorage' : 'sessionStorage');
    for (const [key, entry] of this.#all()) {
      if (key.startsWith(`${name} `) && entry.loading) {
        this.#set(key, { ...entry, died: entry.died + 1, loading: false, at: Date.now() });
      }
    }
  }

  /** Whether a step has failed so often lately that it is to be passed over. */
  isBarred(step: string): boolean {
    const { died, lost } = this.#get(step);
    return Math.max(died, lost) >= TRIES;
  }

  /**
   * Notes how far a load has come. What comes from the network may break off in many ways and takes nothing down; what
   * is read from disk and started does.
   */
  loading(step: string, { phase, loaded, from }: LoadProgress): void {
    const fromDisk = phase === 'download' && loaded > 0 && from === 'store';
    const loading = fromDisk || phase === 'runtime' || phase === 'self-test';
    const entry = this.#get(step);
    if (phase === 'ready') this.#change(step, { ...entry, died: 0, loading: false });
    else if (loading !== entry.loading) this.#change(step, { ...entry, loading, at: Date.now() });
  }

  /** The load has ended in some other way than a crash. */
  settled(step: string): void {
    const entry = this.#get(step);
    if (entry.loading) this.#change(step, { ...entry, loading: false });
  }

  /** It has failed at work. */
  lost(step: string): void {
    const entry = this.#get(step);
    this.#change(step, { ...entry, lost: entry.lost + 1, at: Date.now() });
  }

  forget(): void {
    const others = [...this.#all()].filter(([key]) => !key.startsWith(`${this.#name} `));
    this.#write(new Map(others));
  }

  #get(step: string): Entry {
    return this.#all().get(`${this.#name} ${step}`) ?? NEW;
  }

  #change(step: string, entry: Entry): void {
    this.#set(`${this.#name} ${step}`, entry);
  }

  #set(key: string, entry: Entry): void {
    this.#write(this.#all().set(key, entry));
  }

  #all(): Map<string, Entry> {
    try {
      const kept: unknown = JSON.parse(this.#storage?.getItem(KEY) ?? '[]');
      const entries = Array.isArray(kept) ? (kept as [string, Entry][]) : [];
      return new Map(entries.filter(([, { at }]) => Date.now() - at < DAY));
    } catch {
      return new Map();
    }
  }

  #write(entries: Map<string, Entry>): void {
    try {
      this.#storage?.setItem(KEY, JSON.stringify([...entries]));
    } catch {
      // Full or forbidden: then nothing is remembered.
    }
  }
}

/** Even to look at it throws where the browser keeps it from a page. */
function storageOf(kind: 'localStorage' | 'sessionStorage'): Storage | undefined {
  try {
    return globalThis[kind];
  } catch {
    return undefined;
  }
}
