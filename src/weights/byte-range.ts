/** What is known of a file whose rest is asked for. */
export interface RangeFacts {
  /** Bytes of the whole file, where they are known. */
  readonly size: number | undefined;
  /** ETag or Last-Modified of the bytes at hand. */
  readonly version?: string | undefined;
  /** Whether the whole will be checked by a hash, so that the rest of another file cannot pass. */
  readonly hashed: boolean;
}

/**
 * The headers that ask for a file from byte `from` on; undefined where the rest cannot be asked for safely, because
 * nothing would tell that the file has changed meanwhile. `If-Range` takes a strong ETag or a date (RFC 9110, 13.1.5).
 * To another origin it would need that server's permission, as a range alone does not; there a hash has to do.
 */
export function rangeFrom(url: string, from: number, facts: RangeFacts): Record<string, string> | undefined {
  const range = { range: `bytes=${from}-` };
  const { version = '' } = facts;
  const strong = /^"|GMT$/.test(version);
  if (strong && isOwnOrigin(url)) return { ...range, 'if-range': version };
  return facts.hashed ? range : undefined;
}

/**
 * Where the body of an answer begins: at 0 where the server sends the file whole; at `from` where it is the rest that was
 * asked for; undefined where it is something else, which must not be put together with what is at hand.
 */
export function beginningOf(response: Response, from: number, facts: RangeFacts): number | undefined {
  if (response.status !== 206) return 0;
  const [, start, end, total] =
    /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
  const sound =
    Number(start) === from &&
    Number(end) === Number(total) - 1 &&
    (facts.size === undefined || Number(total) === facts.size);
  // Of a compressed body the range counts compressed bytes.
  const plain = (response.headers.get('content-encoding') ?? 'identity') === 'identity';
  return sound && plain ? from : undefined;
}

export function isOwnOrigin(url: string): boolean {
  const own = globalThis.location?.origin;
  return own === undefined || new URL(url).origin === own;
}
