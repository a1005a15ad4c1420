import { describe, expect, it } from 'vitest';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import { archive, cards, matched, onScreen, stage } from './panel.ts';
import { promptRanker } from './staged-ranker.ts';

const POLICY = "default-src 'self'; require-trusted-types-for 'script'; base-uri 'none'";

interface Report {
  readonly directive: string;
  readonly sample: string;
}

/** A frame under a strict policy that has loaded the element the way a host page does. */
async function strictFrame(): Promise<{ frame: HTMLIFrameElement; reports: Report[] }> {
  const frame = document.createElement('iframe');
  const parsed = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  const entry = new URL('../../src/element/index.ts', import.meta.url).href;
  frame.srcdoc = `<!doctype html><html lang="zh-CN"><meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${POLICY}">
    <title>strict</title><script type="module" src="${entry}"></script>`;
  stage().append(frame);
  await parsed;
  const reports: Report[] = [];
  frame.contentDocument?.addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) =>
    reports.push({ directive: violatedDirective, sample }),
  );
  return { frame, reports };
}

describe('on a page with a strict Content-Security-Policy and Trusted Types', () => {
  it('the policy is in force', async () => {
    const { frame } = await strictFrame();
    const body = frame.contentDocument?.body as HTMLElement;
    expect(() => {
      body.innerHTML = '<b>x</b>';
    }).toThrow(/TrustedHTML/);
  });

  it('the element draws all it has, without one violation', async () => {
    const { frame, reports } = await strictFrame();
    const page = frame.contentDocument as Document;
    // What vitest makes of a dynamic import asks for the page's runner.
    Object.assign(frame.contentWindow as Window, {
      __vitest_browser_runner__: { wrapDynamicImport: <T>(load: () => T) => load() },
    });
    await frame.contentWindow?.customElements.whenDefined('case-matcher');
    const element = page.createElement('case-matcher') as CaseMatcherElement;
    Object.assign(element, { ticket: onScreen, candidates: archive(5), ranker: promptRanker, theme: 'dark' });
    page.body.append(element);
    await matched(element);
    for (const button of element.shadowRoot?.querySelectorAll<HTMLButtonElement>(
      'button:not([part~=reject])',
    ) ?? [])
      button.click();
    await element.updateComplete;
    expect(cards(element)).toEqual(['历史1', '历史2', '历史3']);
    const card = element.shadowRoot?.querySelector('.card') as HTMLElement;
    expect(card.getBoundingClientRect().height).toBeGreaterThan(150);
    expect(reports).toEqual([]);
  });
});
