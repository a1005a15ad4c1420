import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPage, useChromium } from '../e2e/browser.ts';
import { DIST, Site } from '../e2e/site.ts';

useChromium();

const PAGE = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><link rel="icon" href="data:,">
<title>host</title><script type="module" src="./case-matcher.js"></script></html>`;

/** In a worker: all WebAssembly memories that were made. */
const WATCH_MEMORY = `{
  const { Memory } = WebAssembly;
  globalThis.memories = [];
  WebAssembly.Memory = class extends Memory {
    constructor(...given) {
      super(...given);
      memories.push(this);
    }
  };
}
`;

const site = new Site({ '/': DIST }, ({ url }, response, next) => {
  if (url === '/host.html') response.setHeader('content-type', 'text/html').end(PAGE);
  else if (/assets.worker-/.test(url ?? '')) {
    response.setHeader('content-type', 'text/javascript');
    response.end(WATCH_MEMORY + readFileSync(resolve(DIST, `.${url}`), 'utf8'));
  } else next();
});
beforeAll(() => site.open());
afterAll(() => site.close());

async function openHost(): Promise<{ page: Page; session: CDPSession }> {
  const { page, context } = await newPage();
  await page.goto(`${site.url}host.html`);
  await page.waitForFunction(() => customElements.get('case-matcher') !== undefined);
  return { page, session: await context.newCDPSession(page) };
}

/** Bytes of the WebAssembly memories of all engines of a page. */
async function engineBytes(page: Page): Promise<number> {
  const each = await Promise.all(
    page.workers().map((worker) =>
      worker.evaluate(() => {
        const { memories = [] } = globalThis as { memories?: WebAssembly.Memory[] };
        return memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
      }),
    ),
  );
  return each.reduce((sum, bytes) => sum + bytes, 0);
}

/** How many live objects there are of every class, after garbage collection. */
async function objectCounts(session: CDPSession): Promise<Map<string, number>> {
  const objectGroup = 'counted';
  await session.send('HeapProfiler.collectGarbage');
  const { result } = await session.send('Runtime.evaluate', { expression: 'Object.prototype', objectGroup });
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: result.objectId as string,
    objectGroup,
  });
  const { result: counted } = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId as string,
    returnByValue: true,
    functionDeclaration: `function () {
      const counts = {};
      for (const one of this) {
        let name = '?';
        try { name = Object.getPrototypeOf(one)?.constructor?.name || '?'; } catch {}
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return counts;
    }`,
  });
  // What was asked for would else be held.
  await session.send('Runtime.releaseObjectGroup', { objectGroup });
  return new Map(Object.entries(counted.value as Record<string, number>));
}

/** In the page: an element with candidates that ranks by the demo model. */
const SETUP = `
globalThis.archive = Array.from({ length: 20 }, (_, i) => ({ id: 'H' + i, text: '第 ' + i + ' 张，电梯困人，物业久拖不修' }));
globalThis.build = (ticket) => {
  const panel = document.createElement('case-matcher');
  panel.setAttribute('model', './models/demo/');
  panel.setAttribute('device', 'wasm');
  panel.candidates = archive;
  panel.ticket = ticket;
  return panel;
};
globalThis.matched = (panel) => new Promise((resolve) => panel.addEventListener('case-match', ({ detail }) => resolve(detail), { once: true }));
`;

/** Classes of which so many objects were left, one each time: as emoji-picker-element's leak test finds them. */
function grownBy(times: number, before: Map<string, number>, after: Map<string, number>): unknown[] {
  return [...after]
    .map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
    .filter(([, growth]) => growth >= times);
}

/**
 * So many that each time's leftover stands out from what V8 makes and drops as it likes: a wrapper for the fragment of
 * every template, some forty.
 */
const ROUNDS = 200;
/** Every other element stays until its cards are drawn: what ranking alone leaves behind is as many. */
const RANKED = ROUNDS / 2;

describe('nothing is left behind by', () => {
  it('#71 an element that is added and removed two hundred times', async () => {
    const { page, session } = await openHost();
    await page.evaluate(SETUP);
    const round = (times: number) =>
      page.evaluate(`(async () => {
        for (let i = 0; i < ${times}; i++) {
          const panel = build({ id: 'T', text: '电梯困人 ' + (i % 3) });
          const end = matched(panel);
          document.body.append(panel);
          if (i % 2) await end.then(() => panel.updateComplete);
          panel.remove();
          await new Promise((resolve) => setTimeout(resolve));
        }
      })()`);
    // What is made once is made, and what is held of the last one is held.
    await round(20);
    const before = await objectCounts(session);
    await round(ROUNDS);
    // Timers and observers let go of the last ones when it is their turn.
    const grown = async () => grownBy(RANKED, before, await objectCounts(session));
    await expect.poll(grown, { timeout: 30_000, interval: 1000 }).toEqual([]);
  });

  it('two hundred tickets in a row', async () => {
    const { page, session } = await openHost();
    await page.evaluate(SETUP);
    const tickets = (from: number, to: number) =>
      page.evaluate(`(async () => {
        globalThis.panel ??= document.body.appendChild(build({ id: 'T', text: '电梯' }));
        for (let i = ${from}; i < ${to}; i++) {
          const end = matched(panel);
          panel.ticket = { id: 'T' + i, text: '第 ' + i + ' 张工单：电梯停运，老人被困' };
          const { rankedByModel, ticketId } = await end;
          if (!rankedByModel || ticketId !== 'T' + i) throw new Error('ticket ' + i);
        }
      })()`);
    const measure = async () => {
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      return usedSize;
    };
    await tickets(0, 50);
    const look = async () => ({
      heap: await measure(),
      counts: await objectCounts(session),
      engine: await engineBytes(page),
    });
    const before = await look();
    await tickets(50, 200);
    const after = await look();
    expect(before.engine).toBeGreaterThan(1_000_000);
    expect(after.engine).toBe(before.engine);
    expect(after.heap - before.heap).toBeLessThan(1_000_000);
    // Of the last one more or less may be on screen.
    const grown = async () => grownBy(150, before.counts, await objectCounts(session));
    await expect.poll(grown, { timeout: 30_000, interval: 1000 }).toEqual([]);
  });
});
