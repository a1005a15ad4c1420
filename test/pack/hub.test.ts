import { describe, expect, it } from 'vitest';
import { chooseHub, fileUrl, hubToken } from '../../src/pack/hub.ts';

describe('the host', () => {
  it.each([
    [undefined, {}, 'https://huggingface.co', 'huggingface', 'main'],
    [
      undefined,
      { HF_ENDPOINT: 'https://mirror.example/hf/' },
      'https://mirror.example/hf',
      'huggingface',
      'main',
    ],
    [
      'huggingface',
      { HF_ENDPOINT: 'https://mirror.example' },
      'https://huggingface.co',
      'huggingface',
      'main',
    ],
    ['HF-mirror', {}, 'https://hf-mirror.com', 'huggingface', 'main'],
    ['modelscope', {}, 'https://modelscope.cn', 'modelscope', 'master'],
    ['https://www.modelscope.cn/', {}, 'https://www.modelscope.cn', 'modelscope', 'master'],
    ['http://models.intranet:8080/', {}, 'http://models.intranet:8080', 'huggingface', 'main'],
  ])('%s with %j is %s', (host, environment, url, api, defaultRevision) => {
    const hub = chooseHub(host === undefined ? {} : { host }, environment);
    expect(hub).toMatchObject({ url, api, defaultRevision });
  });

  it.each([
    ['{model}/resolve/{revision}/', 'huggingface'],
    ['models/{model}/resolve/{revision}/', 'modelscope'],
    ['files/{model}/', 'none'],
  ])('of the path %s is asked by the API %s', (pathTemplate, api) => {
    expect(chooseHub({ host: 'https://a.example', pathTemplate }, {}).api).toBe(api);
  });

  it.each(['ftp://a.example', 'mirror', 'https://me:secret@a.example', 'https://a.example?x=1', ''])(
    'cannot be %j',
    (host) => {
      expect(() => chooseHub({ host }, {})).toThrow(/--host/);
    },
  );

  it.each(['/{model}/', '{model}', '../{model}/', '{model}/?x/', ''])('has no path %j', (pathTemplate) => {
    expect(() => chooseHub({ pathTemplate }, {})).toThrow(/--path-template/);
  });

  it('gets every part of a path encoded', () => {
    const hub = chooseHub({ host: 'https://a.example/x' }, {});
    expect(fileUrl(hub, 'o/n', 'refs/pr/1', 'a b.json')).toBe(
      'https://a.example/x/o/n/resolve/refs%2Fpr%2F1/a%20b.json',
    );
  });
});

describe('the token', () => {
  it.each([
    [{}, undefined],
    [{ HF_TOKEN: ' ' }, undefined],
    [{ HF_TOKEN: 'hf_x\n' }, { value: 'hf_x', origin: 'https://huggingface.co' }],
    [
      { HF_TOKEN: 'hf_x', HF_ENDPOINT: 'https://m.example/a' },
      { value: 'hf_x', origin: 'https://m.example' },
    ],
  ])('of %j is %j', (environment, token) => {
    expect(hubToken(environment)).toEqual(token);
  });
});
