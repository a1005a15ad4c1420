import {
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { abortReason, CaseMatcherError } from '../errors.ts';
import { type Environment, proxyFor, throughProxy } from './proxy.ts';

export interface RequestLimits {
  /** Silence after which a connection counts as dead. */
  readonly stallMs: number;
  readonly environment: Environment;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read to its end or destroyed. */
  readonly body: IncomingMessage;
}

/**
 * One request, redirects and error statuses as they come.
 *
 * By `node:http` and not by `fetch`, because redirects must be seen one by one (the hub's facts about a file are in the
 * headers of the redirect), and proxies be used in every Node.
 *
 * @throws CaseMatcherError `network`, `timeout`
 */
export async function sendRequest(
  url: URL,
  request: { readonly method: 'GET' | 'HEAD'; readonly headers: Readonly<Record<string, string>> },
  limits: RequestLimits,
): Promise<HttpAnswer> {
  const { signal, stallMs } = limits;
  try {
    const proxy = proxyFor(url, limits.environment);
    const detour = proxy ? await throughProxy(url, proxy, limits) : { agent: false as const };
    const plain = (detour.protocol ?? url.protocol) === 'http:';
    return await new Promise<HttpAnswer>((resolve, reject) => {
      const sent = (plain ? httpRequest : httpsRequest)(url, {
        ...detour,
        ...(signal ? { signal } : {}),
        method: request.method,
        timeout: stallMs,
        headers: { ...request.headers, ...detour.headers },
      });
      let receiver: ClientRequest | IncomingMessage = sent;
      sent.once('response', (body) => {
        receiver = body;
        resolve({ url, status: body.statusCode ?? 0, headers: body.headers, body });
      });
      sent.once('timeout', () => {
        receiver.destroy(new CaseMatcherError('timeout', { url: shown(url), seconds: stallMs / 1000 }));
      });
      sent.on('error', reject);
      sent.end();
    });
  } catch (error) {
    throw brokenConnection(error, url, signal);
  }
}

/** The chunks of a body. @throws CaseMatcherError `network` or `timeout` when it breaks off */
export async function* readBody(answer: HttpAnswer, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of answer.body) yield chunk as Buffer;
  } catch (error) {
    throw brokenConnection(error, answer.url, signal);
  } finally {
    answer.body.destroy();
  }
}

/** Without what may be a secret: CDNs sign their URLs in the query. */
export function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function brokenConnection(error: unknown, url: URL, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return abortReason(signal);
  if (error instanceof CaseMatcherError) return error;
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'the connection broke off';
  return new CaseMatcherError('network', { url: shown(url), reason }, { cause: error });
}
