import { CaseMatcherError } from '../../errors.ts';
import { fold } from '../folded-text.ts';
import type { Lexicon, LexiconEntry } from './lexicon.ts';

const KEY = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** `category` names the widening by the ticket's own category. */
const RESERVED_KEYS = ['category'];
/** More is no word: and what is looked up at every character should be short. */
const LONGEST_WORD = 60;
const MOST_ENTRIES = 20_000;

/**
 * An untrusted value as a lexicon. Unknown fields are left out.
 *
 * Throws `invalid-input` with `details.field`, the path of what is wrong (`lexicon.entries[3].synonyms[0]`), and
 * `details.reason`: of a wrong type, a key that is none or given twice, a word in two entries, an unknown key in
 * `parts` or `broader`, or a circle of them.
 */
export function parseLexicon(value: unknown): Lexicon {
  const lexicon = isObject(value) ? value : refuse('', 'an object');
  const entries = listOf(own(lexicon, 'entries'), 'entries').map(parseEntry);
  if (entries.length > MOST_ENTRIES) refuse('entries', `at most ${MOST_ENTRIES} entries`);
  const stopWords = wordsOf(own(lexicon, 'stopWords') ?? [], 'stopWords');
  checkWords(entries);
  checkKeys(entries);
  return { language: textOf(own(lexicon, 'language'), 'language'), entries, stopWords };
}

/**
 * A lexicon with a host's entries added, of which one takes the place of the entry of the same key, and with its words,
 * which are taken from the entries that had them. Throws as {@link parseLexicon}.
 */
export function extendLexicon(base: Lexicon, more: unknown): Lexicon {
  const added = isObject(more) ? more : refuse('', 'an object');
  const given = listOf(own(added, 'entries') ?? [], 'entries').map(parseEntry);
  const keys = new Set(given.map(({ key }) => key));
  const words = new Set(given.flatMap(wordsOfEntry).map(fold));
  const kept = base.entries.flatMap((entry) => {
    if (keys.has(entry.key)) return [];
    // The label stays, as it names the entry; of two labels alike the check below speaks.
    const synonyms = (entry.synonyms ?? []).filter((word) => !words.has(fold(word)));
    return [{ ...entry, synonyms }];
  });
  const stopWords = wordsOf(own(added, 'stopWords') ?? [], 'stopWords');
  return parseLexicon({
    language: own(added, 'language') ?? base.language,
    entries: [...kept, ...given],
    stopWords: [...new Set([...base.stopWords, ...stopWords])],
  });
}

/** The words by which an entry is found. That of parts is found by these alone, so that they are not hidden in it. */
export function wordsOfEntry({ label, synonyms = [], parts }: LexiconEntry): readonly string[] {
  return parts === undefined ? [label, ...synonyms] : synonyms;
}

function parseEntry(value: unknown, index: number): LexiconEntry {
  const path = `entries[${index}]`;
  const entry = isObject(value) ? value : refuse(path, 'an object');
  const key = textOf(own(entry, 'key'), `${path}.key`);
  if (!KEY.test(key) || RESERVED_KEYS.includes(key))
    refuse(`${path}.key`, 'small letters, digits and hyphens');
  const synonyms = own(entry, 'synonyms');
  const parts = own(entry, 'parts');
  const broader = own(entry, 'broader');
  const severe = own(entry, 'severe') ?? false;
  if (typeof severe !== 'boolean') refuse(`${path}.severe`, 'a boolean');
  if (Array.isArray(parts) && parts.length < 2) refuse(`${path}.parts`, 'two keys at least');
  return {
    key,
    class: textOf(own(entry, 'class'), `${path}.class`),
    label: wordOf(own(entry, 'label'), `${path}.label`),
    ...(synonyms === undefined ? {} : { synonyms: wordsOf(synonyms, `${path}.synonyms`) }),
    ...(parts === undefined ? {} : { parts: wordsOf(parts, `${path}.parts`) }),
    ...(broader === undefined ? {} : { broader: textOf(broader, `${path}.broader`) }),
    ...(severe ? { severe } : {}),
  };
}

function checkWords(entries: readonly LexiconEntry[]): void {
  const seen = new Set<string>();
  entries.forEach((entry, index) => {
    for (const word of [entry.label, ...(entry.synonyms ?? [])]) {
      if (seen.has(fold(word))) refuse(`entries[${index}]`, 'a word that no other entry has');
      seen.add(fold(word));
    }
  });
}

function checkKeys(entries: readonly LexiconEntry[]): void {
  const byKey = new Map<string, LexiconEntry>();
  entries.forEach((entry, index) => {
    if (byKey.has(entry.key)) refuse(`entries[${index}].key`, 'a key of its own');
    byKey.set(entry.key, entry);
  });
  entries.forEach(({ parts = [], broader }, index) => {
    if (broader !== undefined && !byKey.has(broader)) refuse(`entries[${index}].broader`, 'a known key');
    for (const part of parts) {
      const found = byKey.get(part) ?? refuse(`entries[${index}].parts`, 'known keys');
      if (found.parts !== undefined) refuse(`entries[${index}].parts`, 'keys of entries without parts');
    }
  });
  entries.forEach((entry, index) => {
    const passed = new Set<string>();
    for (let next: LexiconEntry | undefined = entry; next; next = byKey.get(next.broader ?? '')) {
      if (passed.has(next.key)) refuse(`entries[${index}].broader`, 'no circle');
      passed.add(next.key);
    }
  });
}

function listOf(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(path, 'a list');
}

function wordsOf(value: unknown, path: string): readonly string[] {
  return listOf(value, path).map((word, index) => wordOf(word, `${path}[${index}]`));
}

function wordOf(value: unknown, path: string): string {
  const word = textOf(value, path);
  return fold(word).length <= LONGEST_WORD ? word : refuse(path, `at most ${LONGEST_WORD} characters`);
}

function textOf(value: unknown, path: string): string {
  return typeof value === 'string' && value.trim() === value && value !== ''
    ? value
    : refuse(path, 'a text without blanks around it');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** What `Object.prototype` holds is in no lexicon. */
function own(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function refuse(path: string, reason: string): never {
  const field = path === '' ? 'lexicon' : `lexicon.${path}`;
  throw new CaseMatcherError('invalid-input', { field, reason });
}
