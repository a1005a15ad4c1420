import { type ClientRequest, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { CaseMatcherError } from '../errors.ts';
import { inputError } from './input-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for `url`, as curl reads it: HTTPS_PROXY or HTTP_PROXY by the URL's scheme, else
 * ALL_PROXY, in either case of letters, unless NO_PROXY lists the host. Node's own `fetch` knows of none before 24.
 *
 * @throws CaseMatcherError `invalid-input` for one that is not an http or https URL
 */
export function proxyFor(url: URL, environment: Environment): URL | undefined {
  const variable = (name: string) => environment[name.toLowerCase()] || environment[name];
  if (isExempt(url, variable('NO_PROXY') ?? '')) return undefined;
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = variable(name) || variable('ALL_PROXY');
  if (!proxy) return undefined;
  const address = proxy.includes('://') ? proxy : `http://${proxy}`;
  if (/^https?:/i.test(address) && URL.canParse(address)) return new URL(address);
  // The value itself is not shown: it may hold a password.
  throw inputError(name, 'not the URL of an http or https proxy');
}

/** What has to differ in the request for `url` when it goes through `proxy`; https is tunnelled (CONNECT). */
export async function throughProxy(
  url: URL,
  proxy: URL,
  limits: { readonly signal?: AbortSignal; readonly stallMs: number },
): Promise<RequestOptions> {
  const authorization = proxyAuthorization(proxy);
  if (url.protocol === 'http:') {
    return {
      protocol: proxy.protocol,
      hostname: proxy.hostname,
      port: proxy.port,
      path: url.href,
      headers: { host: url.host, ...authorization },
    };
  }
  const socket = await openTunnel(url, proxy, authorization, limits);
  const host = url.hostname;
  const name = isIP(host.replace(/[[\]]/g, '')) === 0 ? { servername: host } : {};
  return { createConnection: () => tlsConnect({ socket, host, ...name }) };
}

function openTunnel(
  url: URL,
  proxy: URL,
  headers: Record<string, string>,
  { signal, stallMs }: { readonly signal?: AbortSignal; readonly stallMs: number },
): Promise<Socket> {
  const target = `${url.hostname}:${url.port || 443}`;
  const start = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const connect: ClientRequest = start({
      method: 'CONNECT',
      hostname: proxy.hostname,
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: target,
      headers: { host: target, ...headers },
      agent: false,
      timeout: stallMs,
      ...(signal ? { signal } : {}),
    });
    connect.once('connect', (answer, socket) => {
      if (answer.statusCode === 200) return resolve(socket.setTimeout(0));
      socket.destroy();
      reject(new CaseMatcherError('http', { url: proxy.host, status: answer.statusCode ?? 0, proxy: true }));
    });
    connect.once('timeout', () => connect.destroy(new Error('the proxy does not answer')));
    connect.once('error', reject);
    connect.end();
  });
}

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** NO_PROXY: names separated by commas, each with the names under it, optionally with a port; `*` for all. */
function isExempt(url: URL, list: string): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true;
    const [, name = '', ownPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (name === '' || (ownPort !== undefined && ownPort !== port)) return false;
    return url.hostname === name || url.hostname.endsWith(`.${name}`);
  });
}
