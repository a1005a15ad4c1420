import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8');

interface Named {
  readonly name: string;
  readonly description?: string;
}
interface Declaration
  extends Record<'attributes' | 'members' | 'events' | 'cssParts' | 'cssProperties', Named[]> {
  readonly tagName: string;
}
const manifest = JSON.parse(read('dist/custom-elements.json')) as {
  modules: { declarations: Declaration[] }[];
};
const element = manifest.modules[0]?.declarations[0] as Declaration;
const names = (list: readonly Named[]) => list.map(({ name }) => name).sort();
const views = readdirSync(resolve(ROOT, 'src/element/view')).map((file) => read(`src/element/view/${file}`));

describe('custom-elements.json', () => {
  it('is where package.json says', () => {
    expect(JSON.parse(read('package.json')).customElements).toBe('dist/custom-elements.json');
    expect(element.tagName).toBe('case-matcher');
  });

  it('lists every attribute and method, each with words', () => {
    expect(names(element.attributes)).toEqual(
      expect.arrayContaining(['api', 'loading', 'mode', 'model', 'shortcut', 'theme', 'ticket-id', 'top']),
    );
    expect(names(element.members)).toEqual(
      expect.arrayContaining(['refresh', 'reset', 'ticket', 'candidates']),
    );
    for (const { name, description } of element.members) expect(description, name).toBeTruthy();
  });

  it('lists every event, each with words', () => {
    const declared = [...read('src/element/events.ts').matchAll(/^ {2}'((?:case|model)-[\w-]+)'/gm)].map(
      ([, name]) => name,
    );
    expect(names(element.events)).toEqual([...new Set(declared)].sort());
    for (const { name, description } of element.events) expect(description, name).toBeTruthy();
  });

  it('lists every part that is drawn, and none that is not', () => {
    const drawn = views.flatMap((code) =>
      [...code.matchAll(/\bpart(?:=|: )["']([\w -]+)["']/g)].flatMap(([, list]) => list?.split(' ')),
    );
    const computed = ['act', 'tier', 'high', 'medium', 'low', 'adopt', 'copy', 'link', 'reject'];
    expect(names(element.cssParts)).toEqual([...new Set([...drawn, ...computed])].sort());
  });

  it('lists every custom property that is read', () => {
    const styles = readdirSync(resolve(ROOT, 'src/element/styles')).map((file) =>
      read(`src/element/styles/${file}`),
    );
    const used = styles.flatMap((css) => css.match(/--case-matcher-[\w-]+/g) ?? []);
    expect(names(element.cssProperties)).toEqual([...new Set(used)].sort());
  });
});
