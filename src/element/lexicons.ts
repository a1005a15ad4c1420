import { CaseMatcherError } from '../errors.ts';
import { extendLexicon, type Lexicon, parseLexicon, queryText } from '../matching/index.ts';
import type { Ticket } from '../tickets/ticket.ts';

/** The lexicons that are shipped. */
export type ShippedLexicon = 'zh' | 'en';

/** A host's own lexicon; or what it adds to one that is shipped. */
export type LexiconInput = Lexicon | (Partial<Lexicon> & { readonly extends: ShippedLexicon });

/** Each a file of its own, which nobody loads before a ranking is over. */
const SHIPPED: Readonly<Record<ShippedLexicon, () => Promise<{ default: unknown }>>> = {
  zh: () => import('../matching/lexicon/zh.json'),
  en: () => import('../matching/lexicon/en.json'),
};

const loaded = new Map<ShippedLexicon, Promise<Lexicon>>();

/**
 * The lexicon for a ticket: the host's, else the shipped one of the ticket's script. Rejects with `invalid-input` where
 * the host's is none (see `parseLexicon`), or with `network`; the next call tries anew.
 */
export async function lexiconFor(ticket: Ticket, given: unknown): Promise<Lexicon> {
  if (given === undefined) return shipped(/\p{Script=Han}/u.test(queryText(ticket)) ? 'zh' : 'en');
  const base = typeof given === 'object' && given !== null && 'extends' in given ? given.extends : undefined;
  if (base === undefined) return parseLexicon(given);
  if (base === 'zh' || base === 'en') return extendLexicon(await shipped(base), given);
  throw new CaseMatcherError('invalid-input', { field: 'lexicon.extends', reason: 'zh or en' });
}

function shipped(language: ShippedLexicon): Promise<Lexicon> {
  const known = loaded.get(language);
  if (known !== undefined) return known;
  const loading = load(language);
  loaded.set(language, loading);
  loading.catch(() => loaded.delete(language));
  return loading;
}

async function load(language: ShippedLexicon): Promise<Lexicon> {
  const module = await SHIPPED[language]().catch((cause: unknown) => {
    throw new CaseMatcherError('network', { what: 'lexicon' }, { cause });
  });
  return parseLexicon(module.default);
}
