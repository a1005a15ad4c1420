import { abortReason, CaseMatcherError } from '../errors.ts';

/** How to reach a ticket API; shared by every request of this room. */
export interface RequestOptions {
  /** In place of the page's `fetch`, e.g. one that adds a CSRF token. */
  readonly fetch?: typeof globalThis.fetch;
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials?: RequestCredentials;
  /** Limit for the whole answer, body included. Default 20. */
  readonly timeoutSeconds?: number;
}

const TIMEOUT_SECONDS = 20;

export interface JsonRequest {
  readonly url: string;
  /** What errors call the address: without the query string, and never with ticket text. */
  readonly name: string;
  /** Posted as JSON; GET without it. */
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/**
 * Fetches JSON. Errors: `network`, `http` (an error status), `timeout`, `invalid-response` with
 * `details.reason` `login` (redirected to a page), `html` or `json` (cannot be parsed); the signal's reason when
 * aborted, whatever the given `fetch` makes of the signal. The content type is not asked: older systems serve
 * JSON as text/html.
 */
export async function requestJson(request: JsonRequest, options: RequestOptions): Promise<unknown> {
  const { name, signal } = request;
  const seconds = options.timeoutSeconds ?? TIMEOUT_SECONDS;
  if (signal.aborted) throw abortReason(signal);
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort = (): void => {};
  const given = new Promise<never>((_, reject) => {
    const end = (reason: unknown): void => {
      reject(reason);
      stop.abort();
    };
    abort = () => end(abortReason(signal));
    timer = setTimeout(() => end(new CaseMatcherError('timeout', { url: name, seconds })), seconds * 1000);
  });
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([given, answer(request, options, stop.signal)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

async function answer(request: JsonRequest, options: RequestOptions, signal: AbortSignal): Promise<unknown> {
  const url = request.name;
  const fetch = options.fetch ?? globalThis.fetch;
  let response: Response;
  let text: string;
  try {
    response = await fetch(request.url, {
      ...(request.body === undefined ? {} : { method: 'POST', body: JSON.stringify(request.body) }),
      headers: {
        accept: 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      credentials: options.credentials ?? 'same-origin',
      signal,
    });
    text = response.ok ? await response.text() : '';
  } catch (cause) {
    throw new CaseMatcherError('network', { url }, { cause });
  }
  if (!response.ok) throw new CaseMatcherError('http', { url, status: response.status });
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes the body, so it is not kept as the cause.
    const html = text.trimStart().startsWith('<');
    const reason = html && response.redirected ? 'login' : html ? 'html' : 'json';
    throw new CaseMatcherError('invalid-response', { url, reason });
  }
}
