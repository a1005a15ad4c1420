import type { Connect, Plugin } from 'vite';
import { createTicketApi } from './api/api.ts';

/** Threads need a page that is cross-origin isolated, and every answer has to agree to it. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** For the engine's frame, on pages that are not isolated. */
const ENGINE_ISOLATION = ['Document-Isolation-Policy', 'isolate-and-credentialless'] as const;

/** Serves the demo desk's ticket API, and isolation headers on every answer, from `vite` and `vite preview`. */
export function ticketApi(): Plugin {
  const api = createTicketApi({
    archiveUrl: new URL('./archive.jsonl', import.meta.url),
    queueUrl: new URL('./queue.json', import.meta.url),
  });
  function mount(server: { middlewares: Connect.Server }): void {
    server.middlewares.use((request, response, next) => {
      if (/\/engine\.html(\?|$)/.test(request.url ?? '')) response.setHeader(...ENGINE_ISOLATION);
      for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
      next();
    });
    server.middlewares.use(api);
  }
  return { name: 'demo-ticket-api', configureServer: mount, configurePreviewServer: mount };
}
