/**
 * Everything that can go wrong, as one class with a closed set of codes.
 *
 * Facts travel as fields, never as prose, and never contain ticket text: messages are shown to people and
 * written to logs by hosts.
 */
export type CaseMatcherErrorCode =
  /** The request got no answer, or the body broke off. `details.url` */
  | 'network'
  /** The server answered with an error status. `details.url`, `details.status`; `details.retryAfter`, in seconds */
  | 'http'
  /** No answer within the limit. `details.url`, `details.seconds` */
  | 'timeout'
  /** Bytes do not match the manifest. `details.url`, `details.expected`, `details.actual` */
  | 'integrity'
  /** What the model URL serves is not a model pack. `details.url`, `details.reason` */
  | 'not-a-model'
  /** The page may not do this because it is not a secure context. */
  | 'insecure-context'
  /** A Content-Security-Policy forbids it. `details.directive` */
  | 'csp-blocked'
  /** The inference runtime could not start. `details.device` */
  | 'runtime-unavailable'
  /** This machine or this browser has less memory free than the model needs. `details.device` or `details.bytes` */
  | 'out-of-memory'
  /** Loading ended twice in a crash, so it is not tried again by itself. `details.device` */
  | 'crash-loop'
  /** The asked-for device is not to be had here. `details.device`, `details.reason` */
  | 'device-unavailable'
  /** The GPU went away in mid-run. */
  | 'device-lost'
  /** The device computes other numbers than the pack's known answers. `details.worst`, `details.tolerance` */
  | 'self-test-failed'
  /** The worker died; the next call starts a new one. */
  | 'worker-crashed'
  /** The caller passed something that cannot be worked with. `details.field`, `details.reason` */
  | 'invalid-input'
  /** The query alone exceeds the token budget. `details.tokens`, `details.limit` */
  | 'query-too-long'
  /** The ticket API answered something that cannot be read as tickets. `details.url`, `details.reason` */
  | 'invalid-response'
  /** The Reranker was disposed. */
  | 'disposed';

export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

/** The one error class of this project. Aborting is not an error of ours: it rejects with the signal's reason. */
export class CaseMatcherError extends Error {
  readonly code: CaseMatcherErrorCode;
  readonly details: ErrorDetails;

  constructor(code: CaseMatcherErrorCode, details: ErrorDetails = {}, options: { cause?: unknown } = {}) {
    super(describe(code, details));
    this.name = 'CaseMatcherError';
    this.code = code;
    this.details = details;
    if (options.cause !== undefined) this.cause = options.cause;
  }
}

/** An error as plain data, for `postMessage`. `abort` marks an aborted call. */
export type ErrorMessage =
  | { kind: 'case-matcher'; code: CaseMatcherErrorCode; details: ErrorDetails; cause?: ErrorMessage }
  | { kind: 'abort' }
  | { kind: 'other'; name: string; message: string; cause?: ErrorMessage };

/** Flattens an error for `postMessage`; {@link errorFromMessage} restores it whole on the other side. */
export function errorToMessage(error: unknown): ErrorMessage {
  if (isAbort(error)) return { kind: 'abort' };
  if (error instanceof CaseMatcherError) {
    const cause = error.cause === undefined ? {} : { cause: errorToMessage(error.cause) };
    return { kind: 'case-matcher', code: error.code, details: error.details, ...cause };
  }
  if (error instanceof Error) {
    const cause = error.cause === undefined ? {} : { cause: errorToMessage(error.cause) };
    return { kind: 'other', name: error.name, message: error.message, ...cause };
  }
  return { kind: 'other', name: 'Error', message: String(error) };
}

/** The inverse of {@link errorToMessage}. */
export function errorFromMessage(message: ErrorMessage): Error {
  switch (message.kind) {
    case 'abort':
      return new DOMException('The operation was aborted.', 'AbortError');
    case 'case-matcher':
      return new CaseMatcherError(message.code, message.details, causeOf(message.cause));
    case 'other': {
      const error = new Error(message.message);
      error.name = message.name;
      if (message.cause) error.cause = errorFromMessage(message.cause);
      return error;
    }
  }
}

/**
 * The same error, of whose cause the name alone is left where that is no error of ours: a library's own words may quote
 * the text that it was given.
 */
export function withoutQuotes(error: unknown): unknown {
  if (!(error instanceof CaseMatcherError) || error.cause === undefined) return error;
  const { code, details, cause } = error;
  if (cause instanceof CaseMatcherError) {
    return new CaseMatcherError(code, details, { cause: withoutQuotes(cause) });
  }
  const named = new Error();
  named.name = cause instanceof Error ? cause.name : 'Error';
  return new CaseMatcherError(code, details, { cause: named });
}

/** Whether an error says that the caller aborted (and so is not to be reported). */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The reason to reject with once `signal` is aborted (`signal.reason` is newer than Chromium 91). */
export function abortReason(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException('The operation was aborted.', 'AbortError');
}

function causeOf(cause: ErrorMessage | undefined): { cause?: unknown } {
  return cause === undefined ? {} : { cause: errorFromMessage(cause) };
}

function describe(code: CaseMatcherErrorCode, details: ErrorDetails): string {
  const facts = Object.entries(details).map(([name, value]) => `${name}=${value}`);
  return facts.length === 0 ? code : `${code} (${facts.join(', ')})`;
}
