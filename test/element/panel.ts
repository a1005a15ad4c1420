import { afterEach, vi } from 'vitest';
import '../../src/element/index.ts';
import type { CaseMatcherElement, CaseMatcherEvents } from '../../src/element/index.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';

export const onScreen: Ticket = {
  id: 'GZ202405210087',
  title: '电梯经常卡顿困人',
  text: '建国路8号院3号楼电梯经常卡顿，昨天下午困人15分钟，物业说在等配件。',
};

/** Past tickets with distinct titles `历史1`, `历史2`, … and all there is to draw. */
export function archive(count: number): Ticket[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `HIS${index + 1}`,
    title: `历史${index + 1}`,
    text: `第${index + 1}张历史工单的诉求内容，${'电梯故障多次报修无人处理，'.repeat(6)}`,
    category: ['住房城乡建设', '电梯安全'],
    place: '滨江区长河街道',
    createdAt: '2023-04-05T08:00:00+08:00',
    limitDays: 5,
    url: `/cases/${index + 1}`,
    handling: {
      unit: `承办单位${index + 1}`,
      days: 3 + index,
      solved: 'yes',
      satisfaction: 'fairly',
      reply: `答复${index + 1}：已协调特检院现场核查。`,
      steps: [{ at: '2023-04-06', actor: '热线中心', action: '派单' }],
    },
  }));
}

const stages: HTMLElement[] = [];

/** A place on the page to put elements in, cleared after each test. */
export function stage(): HTMLElement {
  const place = document.createElement('div');
  place.lang = 'zh-CN';
  place.style.width = '440px';
  document.body.append(place);
  stages.push(place);
  return place;
}

afterEach(() => {
  for (const place of stages.splice(0)) place.remove();
});

/** An element on the page with the given properties, drawn once. */
export async function panel(properties: Partial<CaseMatcherElement> = {}): Promise<CaseMatcherElement> {
  const element = document.createElement('case-matcher');
  Object.assign(element, properties);
  stage().append(element);
  await element.updateComplete;
  return element;
}

/** The next event of a kind. */
export function once<Name extends keyof CaseMatcherEvents>(
  element: HTMLElement,
  name: Name,
): Promise<CaseMatcherEvents[Name]> {
  return new Promise((resolve) => {
    element.addEventListener(name, (event) => resolve(event as CaseMatcherEvents[Name]), { once: true });
  });
}

export async function matched(element: CaseMatcherElement): Promise<CaseMatcherEvents['case-match']> {
  const event = await once(element, 'case-match');
  await element.updateComplete;
  return event;
}

/** Waits for what assertions say, a minute at most: however slow the machine is. */
export function until(holds: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(holds, { timeout: 60_000 });
}

/** All that a part of the panel says, blanks evened out. */
export function words(element: CaseMatcherElement, selector = '.panel'): string {
  return texts(element, selector).join(' ');
}

export function texts(element: CaseMatcherElement, selector: string): string[] {
  return all(element, selector).map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim());
}

export function all<E extends Element = HTMLElement>(element: CaseMatcherElement, selector: string): E[] {
  return [...(element.shadowRoot?.querySelectorAll<E>(selector) ?? [])];
}

export function one<E extends Element = HTMLElement>(element: CaseMatcherElement, selector: string): E {
  const found = all<E>(element, selector)[0];
  if (!found) throw new Error(`nothing matches ${selector}`);
  return found;
}

/** Titles of the light list, top to bottom. */
export function listed(element: CaseMatcherElement): string[] {
  return texts(element, '[part=row-title]');
}

/** Titles of the cards, best first. */
export function cards(element: CaseMatcherElement): string[] {
  return all(element, '[part=card] [part=title]').map((title) => title.lastChild?.textContent ?? '');
}
