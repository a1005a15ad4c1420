import { describe, expect, it, vi } from 'vitest';
import { CaseMatcherError, errorToMessage } from '../../src/errors.ts';
import { EngineClient, EngineGone } from '../../src/reranker/client.ts';
import type { FromEngine, ToEngine } from '../../src/reranker/protocol.ts';

/** A client, and what stands for an engine at the other end of its way. */
function connected() {
  const sent: ToEngine[] = [];
  const endpoint = {
    postMessage: (message: unknown) => void sent.push(message as ToEngine),
    onmessage: null as ((event: MessageEvent) => void) | null,
    onmessageerror: null as ((event: MessageEvent) => void) | null,
    close: vi.fn(),
  };
  const client = new EngineClient(endpoint);
  const say = (data: FromEngine) => endpoint.onmessage?.(new MessageEvent('message', { data }));
  const calls = () => sent.filter((message) => message.kind === 'call');
  return { client, endpoint, sent, say, calls };
}

const prepare = (client: EngineClient, signal?: AbortSignal) =>
  client.call('prepare', { query: 'q' }, { signal, onEvent: () => {} });

describe('a client', () => {
  it('gives each call its own answer, and events to the call they belong to', async () => {
    const { client, say, calls } = connected();
    const heard: unknown[] = [];
    const first = prepare(client);
    const second = client.call('ready', undefined, { onEvent: (event) => heard.push(event) });
    const [a, b] = calls().map(({ id }) => id) as [number, number];
    const event = { phase: 'runtime' } as never;
    say({ kind: 'event', id: b, event });
    say({ kind: 'error', id: a, error: errorToMessage(new CaseMatcherError('query-too-long')) });
    say({ kind: 'result', id: b, result: 'info' as never });
    await expect(first).rejects.toMatchObject({ code: 'query-too-long' });
    expect(await second).toBe('info');
    expect(heard).toEqual([event]);
    expect(() => say({ kind: 'result', id: a, result: undefined })).not.toThrow();
  });

  it('tells the engine that a call was aborted, and hears no more of it', async () => {
    const { client, say, sent, calls } = connected();
    const controller = new AbortController();
    const call = prepare(client, controller.signal);
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    const id = calls()[0]?.id as number;
    expect(sent[sent.length - 1]).toEqual({ kind: 'cancel', id });
    say({ kind: 'result', id, result: undefined });
    await expect(prepare(client, controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(calls()).toHaveLength(1);
  });

  it('#48 rejects all that is pending when the engine ends, with the cause if it broke, and each call after', async () => {
    const { client, sent, endpoint } = connected();
    const pending = [prepare(client), prepare(client)];
    const cause = new CaseMatcherError('worker-crashed');
    client.close(cause);
    client.close();
    const gone = { status: 'rejected', reason: expect.any(EngineGone) };
    expect(await Promise.allSettled([...pending, prepare(client)])).toEqual([gone, gone, gone]);
    await expect(prepare(client)).rejects.toMatchObject({ cause });
    expect(sent[sent.length - 1]).toEqual({ kind: 'bye' });
    expect(endpoint.close).toHaveBeenCalledTimes(1);
    await client.gone;
  });

  it('#48 takes a message that cannot be read for the end of the engine', async () => {
    const { client, endpoint } = connected();
    const pending = prepare(client);
    endpoint.onmessageerror?.(new MessageEvent('messageerror'));
    await expect(pending).rejects.toMatchObject({ cause: { code: 'worker-crashed' } });
  });

  it('knows its engine from the first word on', async () => {
    const { client, say } = connected();
    say({ kind: 'here', engine: 'e' });
    expect(await client.here).toBe('e');
  });
});
