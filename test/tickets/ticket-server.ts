import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TicketServer {
  readonly url: string;
  /** Every request so far. */
  readonly requests: { readonly method: string; readonly url: string; readonly body: string }[];
}

/** A real HTTP server on a free port, until the test ends. */
export async function serve(listener: RequestListener): Promise<TicketServer> {
  const requests: TicketServer['requests'] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    requests.push({ method: request.method ?? '', url: request.url ?? '', body });
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Answers every request alike. */
export function answering(body: unknown, status = 200, type = 'application/json'): RequestListener {
  return (_, response) => {
    response.writeHead(status, { 'content-type': type });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}
