import { setTimeout as sleep } from 'node:timers/promises';
import { CaseMatcherError } from '../errors.ts';
import { type HttpAnswer, type RequestLimits, readBody, sendRequest, shown } from './http-request.ts';

const MAX_REDIRECTS = 8;
const MAX_TEXT_BYTES = 64 * 1024 * 1024;
/** Failed tries in a row, without a byte gained in between: a minute of pauses, or some seconds before anything came. */
const MAX_FAILURES = { download: 8, text: 4 };
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A host that wants more is left to the user. */
const LONGEST_ASKED_PAUSE_MS = 300_000;

export interface HubClientOptions extends RequestLimits {
  /** Sent to `origin` alone, never along a redirect to another. */
  readonly token?: { readonly value: string; readonly origin: string };
  /** What a user might wonder about: a lost connection, a pause. */
  readonly onNote?: (text: string) => void;
  /** How to wait; the clock by default. */
  readonly pause?: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
}

/** The last answer of a chain of redirects, with what the hub said of the file on the way. */
export interface HubAnswer extends HttpAnswer {
  readonly linked: {
    readonly commit?: string;
    readonly size?: number;
    readonly sha256?: string;
  };
}

interface Persistence {
  readonly progress?: () => number;
  readonly maxFailures?: number;
}

/** Requests to a model host: redirects, the token, statuses as typed errors, and tries again. */
export class HubClient {
  readonly #options: HubClientOptions;

  constructor(options: HubClientOptions) {
    this.#options = options;
  }

  /**
   * The answer to one request, redirects followed. A status that is no success throws, but for those in `accept`.
   *
   * @throws CaseMatcherError `http` (with `reason` where the host gave one, `retryAfter` in seconds), `network`, `timeout`
   */
  async request(
    method: 'GET' | 'HEAD',
    url: string,
    options: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly accept?: readonly number[];
    } = {},
  ): Promise<HubAnswer> {
    let target = new URL(url);
    let mayHaveToken = true;
    let linked: HubAnswer['linked'] = {};
    for (let hop = 0; ; hop++) {
      const { token } = this.#options;
      mayHaveToken &&= target.origin === token?.origin;
      const headers = {
        'user-agent': 'case-matcher',
        // Ranges, lengths and hashes are those of the file itself.
        'accept-encoding': 'identity',
        ...options.headers,
        ...(mayHaveToken && token ? { authorization: `Bearer ${token.value}` } : {}),
      };
      const answer = await sendRequest(target, { method, headers }, this.#options);
      linked = { ...linkedFacts(answer), ...linked };
      const next = redirectOf(answer);
      if (!next && (answer.status < 300 || options.accept?.includes(answer.status))) {
        if ((answer.headers['content-encoding'] ?? 'identity') === 'identity') return { ...answer, linked };
        answer.body.destroy();
        throw statusError(answer, 'compressed although asked not to');
      }
      answer.body.destroy();
      if (!next) throw statusError(answer);
      if (hop === MAX_REDIRECTS) throw statusError(answer, 'too many redirects');
      if (target.protocol === 'https:' && next.protocol !== 'https:') {
        throw statusError(answer, 'redirect from https to http');
      }
      target = next;
    }
  }

  /** The chunks of a body; breaking off is an error. */
  read(answer: HubAnswer): AsyncGenerator<Uint8Array> {
    return readBody(answer, this.#options.signal);
  }

  /** A small text file or API answer, tried again where that can help. */
  text(url: string): Promise<string> {
    const fetchText = async () => {
      const answer = await this.request('GET', url);
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of this.read(answer)) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_TEXT_BYTES)
          throw new CaseMatcherError('not-a-model', { url, reason: 'endless answer' });
      }
      return Buffer.concat(chunks).toString('utf8');
    };
    return this.persist(fetchText, { maxFailures: MAX_FAILURES.text });
  }

  /**
   * Runs `work` until it succeeds, with growing pauses, or those the host asks for. Gives up on an error that will not
   * pass, and after some failures in a row between which `progress` (any number that grows) did not grow.
   */
  async persist<T>(
    work: () => Promise<T>,
    { progress = () => 0, maxFailures = MAX_FAILURES.download }: Persistence = {},
  ): Promise<T> {
    const { signal, onNote, pause = wait } = this.#options;
    let best = progress();
    for (let failures = 0; ; ) {
      try {
        return await work();
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof CaseMatcherError) || !canPass(error)) throw error;
        failures = progress() > best ? 1 : failures + 1;
        best = Math.max(best, progress());
        const asked = Number(error.details.retryAfter ?? 0) * 1000;
        if (failures >= maxFailures || asked > LONGEST_ASKED_PAUSE_MS) throw error;
        const pauseMs = asked || Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
        onNote?.(`${whatHappened(error)}; trying again in ${pauseMs / 1000} s`);
        await pause(pauseMs, signal);
        signal?.throwIfAborted();
      }
    }
  }
}

function redirectOf({ status, headers, url }: HttpAnswer): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) return undefined;
  try {
    return new URL(headers.location, url);
  } catch {
    return undefined;
  }
}

/** Hugging Face's headers, sent with the redirect to where the file lies. */
function linkedFacts({ headers }: HttpAnswer): HubAnswer['linked'] {
  const commit = String(headers['x-repo-commit'] ?? '');
  const size = Number(headers['x-linked-size'] ?? Number.NaN);
  const sha256 = String(headers['x-linked-etag'] ?? '').replaceAll('"', '');
  return {
    ...(/^[0-9a-f]{40}$/.test(commit) ? { commit } : {}),
    ...(Number.isSafeInteger(size) ? { size } : {}),
    ...(/^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : {}),
  };
}

function statusError({ url, status, headers }: HttpAnswer, problem?: string): CaseMatcherError {
  const reason = problem ?? headers['x-error-code'] ?? headers['x-error-message'];
  const retryAfter = retryAfterSeconds(headers['retry-after']);
  return new CaseMatcherError('http', {
    url: shown(url),
    status,
    ...(reason === undefined ? {} : { reason: String(reason).slice(0, 200) }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** Seconds, or a date. */
function retryAfterSeconds(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

function canPass({ code, details }: CaseMatcherError): boolean {
  if (code === 'network') return !/CERT|SIGNATURE|ERR_TLS|ERR_SSL/.test(String(details.reason));
  if (code === 'timeout') return true;
  return (
    code === 'http' && (Number(details.status) >= 500 || [408, 425, 429].includes(Number(details.status)))
  );
}

function whatHappened({ code, details }: CaseMatcherError): string {
  if (code === 'http') return `the host answered ${details.status}`;
  return code === 'timeout' ? `no byte for ${details.seconds} s` : `connection lost (${details.reason})`;
}

function wait(milliseconds: number, signal?: AbortSignal): Promise<unknown> {
  return sleep(milliseconds, undefined, signal ? { signal } : {});
}
