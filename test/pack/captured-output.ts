import { afterEach, beforeEach, vi } from 'vitest';

/** What the command line writes during a test, in place of the terminal. */
export function captureOutput(): { readonly out: string; readonly errors: string } {
  const captured = { out: '', errors: '' };
  beforeEach(() => {
    captured.out = '';
    captured.errors = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      captured.out += text;
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      captured.errors += text;
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return captured;
}
