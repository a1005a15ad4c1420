import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { newPage, useChromium } from '../e2e/browser.ts';
import { DIST, Site } from '../e2e/site.ts';
import { type Found, marked, rememberedBy, storedFor, withMark } from './marked-text.ts';

useChromium();

type Answer = (response: ServerResponse, request: IncomingMessage) => unknown;

interface Fault {
  /** What the event `case-error` says; absent where the search ends well all the same. */
  readonly code?: string;
  /** What the panel's search ends in. */
  readonly rankedByModel?: boolean;
  /** Attributes of the element, beside the usual ones. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** How the ticket API answers. */
  readonly api?: Answer;
  /** Answers before the server does, where it returns true. */
  readonly files?: (path: string, response: ServerResponse) => boolean;
  /** Runs in the page before all else. */
  readonly before?: () => void;
  /** Runs in every worker of an engine before its own script does. */
  readonly inWorker?: string;
  readonly policy?: string;
  /** Runs in the page once the ticket is shown. */
  readonly next?: string;
  readonly ticket?: { readonly id: string; readonly title?: string; readonly text: string };
}

const TICKET = { id: 'T1', title: marked('电梯故障困人'), text: marked('电梯经常卡顿，昨天下午困人') };
const PAST = Array.from({ length: 12 }, (_, index) => ({
  id: `HIS${index}`,
  title: marked(`历史${index}`),
  text: marked(`第 ${index} 张，电梯困人`),
  place: marked('滨江区'),
  handling: { unit: marked('承办单位'), reply: marked('答复'), steps: [{ action: marked('派单') }] },
}));

const json = (response: ServerResponse, body: string): void =>
  void response.setHeader('content-type', 'application/json').end(body);
const echo = JSON.stringify({ tickets: PAST });
const sound: Answer = (response) => json(response, echo);

const noModel = (answer: (response: ServerResponse) => void) => (path: string, response: ServerResponse) => {
  if (!path.startsWith('/models/demo/')) return false;
  answer(response);
  return true;
};

/** The waits between attempts are for people, not for tests. */
const IMPATIENT = `const { setTimeout: wait } = self;
  self.setTimeout = (act, ms, ...rest) => wait(act, ms / 20, ...rest);`;

/** In every failure whatever can hold ticket text does: the server's own error pages quote what was sent. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'nothing at all': { rankedByModel: true },
  'an API that answers 500, quoting it': {
    code: 'http',
    api: (response) => response.writeHead(500).end(`cannot parse ${echo}`),
  },
  'an API that answers 500 to a GET, which has it in its URL': {
    code: 'http',
    attributes: { api: './api/search?q={query}&id={id}' },
    api: (response) => response.writeHead(500).end(),
  },
  'an API that answers HTML, quoting it': {
    code: 'invalid-response',
    api: (response) => response.setHeader('content-type', 'text/html').end(`<p>${echo}</p>`),
  },
  'an API that answers JSON cut off in the middle of it': {
    code: 'invalid-response',
    api: (response) => json(response, echo.slice(0, -40)),
  },
  'an API that answers something else than tickets': {
    code: 'invalid-response',
    api: (response) => json(response, JSON.stringify({ message: TICKET.text, tickets: [TICKET.text] })),
  },
  'an API that breaks off': { code: 'network', api: (response) => response.destroy() },
  'an API that answers when another ticket is long on screen': {
    rankedByModel: true,
    attributes: { api: './api/search?id={id}' },
    api: (response, request) =>
      setTimeout(() => sound(response, request), request.url?.includes('T1') ? 800 : 1200),
    next: `setTimeout(() => { panel.ticket = ${JSON.stringify({ ...TICKET, id: 'T9' })}; }, 300)`,
  },
  'an API that redirects to an address with it': {
    code: 'http',
    api: (response, { url }) =>
      url?.includes('login')
        ? response.writeHead(404).end()
        : response.writeHead(302, { location: `/api/login?for=${encodeURIComponent(TICKET.text)}` }).end(),
  },
  'a model that is not there': {
    code: 'http',
    rankedByModel: false,
    files: noModel((response) => response.writeHead(500).end()),
    inWorker: IMPATIENT,
  },
  'a model that is an HTML page': {
    code: 'not-a-model',
    rankedByModel: false,
    files: noModel((response) => response.setHeader('content-type', 'text/html').end('<p>login</p>')),
  },
  'weights of other bytes': {
    code: 'integrity',
    rankedByModel: false,
    files: (path, response) => {
      if (!path.endsWith('.bin')) return false;
      response.end('<p>login</p>');
      return true;
    },
  },
  'a device that fails the self-test': {
    code: 'self-test-failed',
    rankedByModel: false,
    files: (path, response) => {
      if (path !== '/models/demo/manifest.json') return false;
      const manifest = JSON.parse(readFileSync(resolve(DIST, `.${path}`), 'utf8'));
      for (const variant of Object.values<{ knownLogits: number[][] }>(manifest.variants)) {
        variant.knownLogits = variant.knownLogits.map((logits) => logits.map((logit) => logit + 100));
      }
      json(response, JSON.stringify(manifest));
      return true;
    },
  },
  'a worker’s script that is not there': {
    code: 'worker-crashed',
    rankedByModel: false,
    files: (path, response) => {
      if (!/assets.worker-/.test(path)) return false;
      response.writeHead(404).end();
      return true;
    },
  },
  'a tokenizer that throws, quoting what it was given': {
    code: 'runtime-unavailable',
    rankedByModel: false,
    inWorker: `String.prototype.normalize = function () {
      if (this.includes('电梯困人')) throw new TypeError(String(this));
      return String(this);
    };`,
  },
  'a worker that dies of an error that quotes what it was given': {
    code: 'worker-crashed',
    rankedByModel: false,
    inWorker: `String.prototype.normalize = function () {
      if (this.includes('电梯困人')) setTimeout(() => { throw new TypeError(String(this)); });
      return String(this);
    };`,
  },
  'a worker in which a promise that nobody waits for is rejected, quoting what it was given': {
    code: 'worker-crashed',
    rankedByModel: false,
    inWorker: `String.prototype.normalize = function () {
      if (this.includes('电梯困人')) Promise.reject(new TypeError(String(this)));
      return String(this);
    };`,
  },
  'a device that does not exist': {
    code: 'device-unavailable',
    rankedByModel: false,
    attributes: { device: 'webgpu' },
  },
  'a policy without wasm-unsafe-eval': {
    code: 'csp-blocked',
    rankedByModel: false,
    policy: "default-src 'self'",
  },
  'a ticket that is too long for the model': {
    rankedByModel: true,
    ticket: { id: 'T2', text: marked('电梯困人').repeat(400) },
  },
  'a storage that is broken': {
    rankedByModel: true,
    before: () => {
      Object.defineProperty(globalThis, 'indexedDB', {
        get: () => {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    },
  },
  'a host whose listeners throw': {
    rankedByModel: true,
    before: () => {
      for (const name of ['case-match', 'model-progress', 'case-error']) {
        addEventListener(name, () => {
          throw new Error('a bug of the host');
        });
      }
    },
  },
};

/** What a page of a host is: the element, a ticket, and everything that is told of it written down. */
const PAGE = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>host</title>
<script src="./host.js"></script>
<script type="module" src="./case-matcher.js"></script>
<script type="module" src="./start.js"></script></html>`;

/** Everything that an event or an error says, at any depth, but the tickets of `case-open`, which are for the host. */
const HOST = `
globalThis.told = [];
globalThis.ended = [];
const say = (value, depth = 0) => {
  if (typeof value !== 'object' || value === null || depth > 8) return String(value);
  const names = new Set([...Object.getOwnPropertyNames(value), 'name', 'message', 'stack', 'cause', 'code', 'details']);
  return [...names].map((name) => name + '=' + say(value[name], depth + 1)).join(' ');
};
const { dispatchEvent } = EventTarget.prototype;
EventTarget.prototype.dispatchEvent = function (event) {
  if (this.localName === 'case-matcher') {
    const { case: _, ...detail } = event.detail ?? {};
    told.push(event.type + ' ' + say(detail));
    if (event.type === 'case-match') ended.push({ rankedByModel: event.detail.rankedByModel });
    if (event.type === 'case-error') ended.push({ code: event.detail.code });
  }
  return dispatchEvent.call(this, event);
};
addEventListener('error', (event) => told.push(say(event.error) + event.message));
addEventListener('unhandledrejection', ({ reason }) => told.push(say(reason)));
addEventListener('securitypolicyviolation', (event) => told.push(say(event) + event.blockedURI + event.sample));
`;

const sites: Site[] = [];
afterEach(() => Promise.all(sites.splice(0).map((site) => site.close())));

async function open(fault: Fault): Promise<{ page: Page; left: () => Promise<Found[]> }> {
  const site = new Site({ '/': DIST }, (request, response, next) => {
    const path = new URL(request.url ?? '/', 'http://host').pathname;
    const scripts: Record<string, string> = { '/host.js': HOST, '/start.js': startScript(fault) };
    if (path === '/host.html') response.setHeader('content-type', 'text/html').end(PAGE);
    else if (scripts[path]) response.setHeader('content-type', 'text/javascript').end(scripts[path]);
    else if (path.startsWith('/api/')) (fault.api ?? sound)(response, request);
    else if (fault.inWorker && /assets.worker-/.test(path)) {
      response.setHeader('content-type', 'text/javascript');
      response.end(fault.inWorker + readFileSync(resolve(DIST, `.${path}`), 'utf8'));
    } else if (!fault.files?.(path, response)) next();
  });
  if (fault.policy) site.headers = { 'content-security-policy': fault.policy };
  sites.push(site);
  await site.open();
  const { page, context, seen } = await newPage();
  const requests: Found[] = [];
  context.on('request', (request) => {
    const headers = JSON.stringify(request.headers());
    const toApi = new URL(request.url()).pathname.startsWith('/api/');
    const text = `${request.url()}\n${headers}\n${request.postData() ?? ''}`;
    if (!toApi) requests.push({ where: `request ${request.url()}`, text });
    else requests.push({ where: 'headers of a request to the API', text: headers });
  });
  if (fault.before) await page.addInitScript(fault.before);
  await page.goto(`${site.url}host.html`);
  const left = async () => {
    const said = await page.evaluate(() => (globalThis as never as { told: string[] }).told);
    const own = await rememberedBy(page);
    // A page of its own, where nothing was broken on purpose.
    const other = await context.newPage();
    await other.goto(`${site.url}case-matcher.js`);
    return [
      ...requests,
      ...[...seen.console, ...said].map((text) => ({ where: text.slice(0, 80), text })),
      ...own,
      ...(await storedFor(other)),
    ];
  };
  return { page, left };
}

/** What a host writes. */
function startScript({ attributes, ticket = TICKET, next = '' }: Fault): string {
  const all = { model: './models/demo/', api: './api/search', device: 'wasm', ...attributes };
  return `const panel = document.createElement('case-matcher');
    for (const [name, value] of Object.entries(${JSON.stringify(all)})) panel.setAttribute(name, value);
    document.body.append(panel);
    panel.ticket = ${JSON.stringify(ticket)};
    ${next}`;
}

describe('#63 a marked text is nowhere but on screen and in requests to the ticket API, with', () => {
  it.each(Object.entries(FAULTS))('%s', async (_, fault) => {
    const { page, left } = await open(fault);
    const outcomes = [
      ...(fault.code === undefined ? [] : [{ code: fault.code }]),
      ...(fault.rankedByModel === undefined ? [] : [{ rankedByModel: fault.rankedByModel }]),
    ];
    const ended = () => page.evaluate(() => (globalThis as never as { ended: object[] }).ended);
    await expect.poll(ended, { timeout: 60_000 }).toEqual(outcomes);
    const panel = page.locator('case-matcher');
    if (fault.rankedByModel !== undefined) {
      await expect.poll(() => panel.locator('[part~=card]').first().textContent()).toContain('历史');
      await panel.locator('[part~=open]').first().click();
    }
    if (fault.code !== undefined) {
      await panel.locator('[part~=retry]').click();
      await expect.poll(ended, { timeout: 60_000 }).toHaveLength(2 * outcomes.length);
    }
    expect(withMark(await left())).toEqual([]);
  });

  it('a text in each of the places that are looked at, which is found', async () => {
    const { page, left } = await open({ rankedByModel: true });
    await page.evaluate(async (text) => {
      localStorage.setItem('a', text);
      sessionStorage.setItem('b', JSON.stringify(text));
      // biome-ignore lint/suspicious/noDocumentCookie: as older pages do.
      document.cookie = `c=${encodeURIComponent(text)}`;
      history.replaceState({ text }, '');
      console.log(btoa(String.fromCharCode(...new TextEncoder().encode(text))));
      await (await caches.open('d')).put('/d', new Response(new Blob([text])));
      void fetch('/beacon', { method: 'POST', body: text });
      void navigator.locks.request(text, () => new Promise(() => {}));
      dispatchEvent(new ErrorEvent('error', { error: new Error('outer', { cause: new Error(text) }) }));
      const request = indexedDB.open('e');
      request.onupgradeneeded = () =>
        request.result.createObjectStore('f').put(new TextEncoder().encode(text), 1);
      await new Promise((resolve) => {
        request.onsuccess = resolve;
      });
      request.result.close();
    }, marked('电梯'));
    const found = withMark(await left()).map((where) => where.slice(0, 12));
    for (const place of [
      'localStorage',
      'sessionStorag',
      'cookies',
      'history',
      'cache d',
      'locks',
      'e/f',
      'request http',
    ]) {
      expect(found.join('\n')).toContain(place.slice(0, 12));
    }
    expect(found.length).toBeGreaterThanOrEqual(10);
  });
});
