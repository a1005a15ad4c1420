import { describe, expect, it } from 'vitest';
import { type ExportedOptions, modelAddress } from '../../src/reranker/model-address.ts';

describe('the address of a model', () => {
  const cases: [string, ExportedOptions, string, string | undefined][] = [
    ['org/name', {}, 'https://huggingface.co/org/name/resolve/main/', 'org/name'],
    [
      'onnx-community/Qwen3-Reranker-0.6B-ONNX',
      { host: 'https://hf-mirror.com', revision: 'refs/pr/1' },
      'https://hf-mirror.com/onnx-community/Qwen3-Reranker-0.6B-ONNX/resolve/refs%2Fpr%2F1/',
      'onnx-community/Qwen3-Reranker-0.6B-ONNX',
    ],
    [
      'org/name',
      { host: 'https://a.test/hub//', pathTemplate: 'models/{model}/resolve/{revision}', revision: 'master' },
      'https://a.test/hub/models/org/name/resolve/master/',
      'org/name',
    ],
    [
      'org/name',
      { host: 'https://a.test', pathTemplate: '/{model}' },
      'https://a.test/org/name/',
      'org/name',
    ],
    ['https://a.test/org/name', {}, 'https://a.test/org/name', undefined],
    ['https://a.test/org/name/', { host: 'https://b.test' }, 'https://a.test/org/name/', undefined],
  ];
  it.each(cases)('%s with %o is %s', (model, options, url, id) => {
    expect(modelAddress(model, options)).toEqual({ url, ...(id === undefined ? {} : { id }) });
  });

  it.each([
    '../models',
    './models',
    '/org/name',
    'org/name/',
    'org/name/more',
    'org',
    'a/..',
    '.a/b',
    'org/name?x',
  ])('%s is no name, but a URL, which needs a page', (model) => {
    const details = { field: 'model', reason: 'a URL' };
    expect(() => modelAddress(model)).toThrow(expect.objectContaining({ code: 'invalid-input', details }));
  });

  it('does not let a name or a revision lead out of the template', () => {
    const { url } = modelAddress('org/name', { host: 'https://a.test/hub/', revision: '../../..' });
    expect(url).toBe('https://a.test/hub/org/name/resolve/..%2F..%2F../');
  });
});
