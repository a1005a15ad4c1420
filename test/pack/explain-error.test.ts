import { describe, expect, it } from 'vitest';
import { CaseMatcherError } from '../../src/errors.ts';
import { explainError } from '../../src/pack/explain-error.ts';

const url = 'https://a.example/x';

describe('an error is told with what can be done about it', () => {
  it.each([
    [new CaseMatcherError('http', { url, status: 401 }), /HF_TOKEN/],
    [
      new CaseMatcherError('http', { url, status: 403, reason: 'GatedRepo' }),
      /GatedRepo[\s\S]*accept its terms/,
    ],
    [new CaseMatcherError('http', { url, status: 404 }), /Check the id and --revision/],
    [new CaseMatcherError('http', { url, status: 407 }), /proxy/],
    [new CaseMatcherError('http', { url, status: 429, retryAfter: 3600 }), /wait 3600 s/],
    [new CaseMatcherError('http', { url, status: 502 }), /later; what is here is kept/],
    [
      new CaseMatcherError('network', { url, reason: 'ENOTFOUND' }),
      /--host hf-mirror[\s\S]*HTTPS_PROXY[\s\S]*copy config/,
    ],
    [new CaseMatcherError('network', { url, reason: 'SELF_SIGNED_CERT_IN_CHAIN' }), /NODE_EXTRA_CA_CERTS/],
    [new CaseMatcherError('timeout', { url, seconds: 60 }), /no byte for 60 s/],
    [
      new CaseMatcherError('integrity', { url, reason: '5 bytes instead of 6' }),
      /5 bytes instead of 6, twice/,
    ],
    [
      new CaseMatcherError('not-a-model', { url, reason: 'no list of files' }),
      /login page[\s\S]*--path-template/,
    ],
    [
      new CaseMatcherError('invalid-input', { field: 'config.json', reason: 'not JSON' }),
      /^config\.json: not JSON$/,
    ],
    [systemError('ENOSPC'), /disk is full[\s\S]*--cache and --out/],
    [systemError('EACCES'), /^EACCES/],
  ])('%s', (error, words) => {
    expect(explainError(error)).toMatch(words);
  });

  it('but a defect is not explained away', () => {
    expect(explainError(new TypeError('x is undefined'))).toBeUndefined();
  });
});

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: write`), { code, syscall: 'write' });
}
