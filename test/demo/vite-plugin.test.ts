import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type InlineConfig, preview } from 'vite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ticketApi } from '../../src/demo/vite-plugin.ts';

const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

function site(): string {
  const root = mkdtempSync(join(tmpdir(), 'desk-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const name of ['index.html', 'worker.js']) writeFileSync(join(root, name), '');
  return root;
}

async function expectDesk(url = ''): Promise<void> {
  for (const path of ['', 'worker.js', 'missing.js', 'api/tickets', 'api/nothing']) {
    const { headers } = await fetch(url + path);
    expect(Object.fromEntries(headers), path).toMatchObject(isolation);
  }
  const { tickets } = (await (await fetch(`${url}api/tickets`)).json()) as { tickets: unknown[] };
  expect(tickets).toHaveLength(12);
}

const shared: InlineConfig = { configFile: false, logLevel: 'silent', plugins: [ticketApi()] };

describe('the demo desk is served with its API, every answer isolated', () => {
  it('by vite', async () => {
    const server = await createServer({ ...shared, root: site(), server: { port: 0, host: '127.0.0.1' } });
    onTestFinished(() => server.close());
    await server.listen();
    await expectDesk(server.resolvedUrls?.local[0]);
  });

  it('by vite preview', async () => {
    const root = site();
    const server = await preview({
      ...shared,
      root,
      build: { outDir: root },
      preview: { port: 0, host: '127.0.0.1' },
    });
    onTestFinished(() => server.close());
    await expectDesk(server.resolvedUrls?.local[0]);
  });
});
