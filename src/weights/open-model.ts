import { CaseMatcherError } from '../errors.ts';
import { ExportedModel, type ExportOptions } from './exported-model.ts';
import { Pack } from './pack.ts';
import { isMissing } from './remote-file.ts';
import { hasNoAnswer, retrying } from './retry.ts';

export interface OpenOptions extends ExportOptions {
  /** Whether the address is that of an export: no pack is looked for. */
  readonly exported: boolean;
}

/**
 * Opens what lies in the folder at an absolute URL: a model pack (`manifest.json`), or else an export in the layout of
 * transformers.js (`config.json`). A URL that ends in `.json` is a pack's manifest.
 *
 * Errors: `network`, `http`, `timeout`, `integrity`; `not-a-model` says what was looked for.
 */
export function openModel(url: string, options: OpenOptions): Promise<Pack | ExportedModel> {
  // A stored model is opened at the first attempt, whatever the network.
  return retrying(() => open(url, options), options);
}

async function open(url: string, options: OpenOptions): Promise<Pack | ExportedModel> {
  const { exported, signal } = options;
  // Then a request would fail; but for one to this machine, which is made where nothing is stored.
  if (isOffline()) {
    const pack = exported ? undefined : await Pack.stored(url);
    const stored = pack ?? (await ExportedModel.stored(folderOf(url), options));
    if (stored !== undefined) return stored;
  }
  if (new URL(url).pathname.endsWith('.json')) return Pack.open(url, { signal });
  const looked: string[] = [];
  let unanswered: unknown;
  if (!exported) {
    const found = await Pack.open(url, { signal }).catch((error: unknown) => {
      const reason = whyNoPack(error);
      if (reason === undefined) throw error;
      looked.push(`manifest.json: ${reason}`);
      if (reason === NO_ANSWER) unanswered = error;
      return undefined;
    });
    if (found !== undefined) return found;
  }
  const folder = folderOf(url);
  const model = await ExportedModel.open(folder, options);
  // Where the manifest got no answer, only what was stored is known to be an export.
  if (model !== undefined && (unanswered === undefined || model.offline)) return model;
  if (unanswered !== undefined) throw unanswered;
  const reason = [...looked, 'config.json: none'].join(', ');
  throw new CaseMatcherError('not-a-model', { url: folder, reason });
}

/** Whether the browser is sure that there is no network. */
function isOffline(): boolean {
  return globalThis.navigator?.onLine === false;
}

const NO_ANSWER = 'no answer';

/** Why a folder is no pack, in words; undefined where the error says nothing about that. */
function whyNoPack(error: unknown): string | undefined {
  if (isMissing(error)) return 'none';
  if (!(error instanceof CaseMatcherError)) return undefined;
  if (error.code === 'not-a-model') return String(error.details.reason);
  // Without an answer a stored export will do.
  return hasNoAnswer(error) ? NO_ANSWER : undefined;
}

function folderOf(address: string): string {
  const url = new URL(address);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.search = '';
  url.hash = '';
  return url.href;
}
