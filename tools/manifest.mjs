import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAst } from 'vite';
import { ROOT } from './setup.mjs';

/**
 * Writes dist/custom-elements.json, which tells editors and documentation tools what `<case-matcher>` has
 * (https://github.com/webcomponents/custom-elements-manifest). Read from the source: properties and methods from the
 * class, attributes from its Lit declarations, events from their types, all else from its JSDoc tags. The usual analyzer
 * would bring a TypeScript of its own.
 */

const ELEMENT = 'src/element/case-matcher.ts';
/** JSDoc tags that list what a page can style or fill, and their names in the manifest. */
const LISTS = { csspart: 'cssParts', cssprop: 'cssProperties', slot: 'slots' };

/** @typedef {{ type: string, start: number, end: number } & Record<string, any>} Node */

/** @param {string} file */
function parse(file) {
  const code = readFileSync(resolve(ROOT, file), 'utf8');
  const program = /** @type {Node} */ (/** @type {unknown} */ (parseAst(code, { lang: 'ts' })));
  return { code, body: /** @type {Node[]} */ (program.body).map((node) => node.declaration ?? node) };
}

/**
 * The JSDoc right before a place in the code: its words, and its tags.
 * @param {string} code
 * @param {number} start
 */
function docBefore(code, start) {
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export\s+)?$/.exec(code.slice(0, start))?.[1] ?? '';
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trim());
  const [words = '', ...tags] = lines.join('\n').split(/\n?@(?=[a-z])/);
  return {
    description: words.trim().replace(/\s+/g, ' '),
    tags: tags.map((tag) => {
      const [, name = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(tag) ?? [];
      return { name, text: rest.trim().replace(/\s+/g, ' ') };
    }),
  };
}

/** @param {{ code: string }} source @param {Node | null | undefined} annotation */
function typeText({ code }, annotation) {
  const inner = annotation?.typeAnnotation ?? annotation;
  return inner ? { type: { text: code.slice(inner.start, inner.end) } } : {};
}

/** Names of attributes by property, as Lit derives them. */
function attributesOf() {
  const source = parse('src/element/properties.ts');
  const declared = source.body.find((node) => node.declarations?.[0]?.id.name === 'properties');
  /** @type {Map<string, string>} */
  const attributes = new Map();
  for (const { key, value } of declared?.declarations[0].init.properties ?? []) {
    const named = value.properties.find((/** @type {Node} */ option) => option.key.name === 'attribute');
    if (named?.value.value !== false) attributes.set(key.name, named?.value.value ?? key.name.toLowerCase());
  }
  return attributes;
}

/** Every event, with the type of its detail. */
function eventsOf() {
  const source = parse('src/element/events.ts');
  const declared = source.body.find((node) => node.id?.name === 'CaseMatcherEvents');
  return declared?.body.body.map((/** @type {Node} */ { key, typeAnnotation, start }) => ({
    name: key.value,
    ...typeText(source, typeAnnotation),
    description: docBefore(source.code, start).description,
  }));
}

const source = parse(ELEMENT);
const element = source.body.find((node) => node.type === 'ClassDeclaration');
if (!element) throw new Error(`${ELEMENT} declares no class`);
const { description, tags } = docBefore(source.code, element.start);
const attributes = attributesOf();
const fired = new Map(tags.filter(({ name }) => name === 'fires').map(({ text }) => splitTag(text)));

/** A tag's first word, and what it says of it. @param {string} text @returns {[string, string]} */
function splitTag(text) {
  const [, name = '', words = ''] = /^(\S+)\s*(?:-\s*)?(.*)$/.exec(text) ?? [];
  return [name, words];
}

const members = element.body.body
  .filter(
    (/** @type {Node} */ { key, override, static: isStatic, accessibility }) =>
      key?.type === 'Identifier' && !override && !isStatic && accessibility !== 'protected',
  )
  .map((/** @type {Node} */ node) => {
    const doc = docBefore(source.code, node.start);
    const about = { name: node.key.name, ...(doc.description ? { description: doc.description } : {}) };
    if (node.type === 'PropertyDefinition') {
      const attribute = attributes.get(node.key.name);
      return {
        kind: 'field',
        ...about,
        ...typeText(source, node.typeAnnotation),
        ...(attribute ? { attribute } : {}),
      };
    }
    return {
      kind: 'method',
      ...about,
      parameters: node.value.params.map((/** @type {Node} */ parameter) => ({
        name: parameter.name ?? parameter.left?.name,
        ...typeText(source, parameter.typeAnnotation ?? parameter.left?.typeAnnotation),
      })),
      return: typeText(source, node.value.returnType),
    };
  });

const declaration = {
  kind: 'class',
  customElement: true,
  name: element.id.name,
  tagName: 'case-matcher',
  description,
  superclass: { name: 'LitElement', package: 'lit' },
  attributes: members
    .filter((/** @type {any} */ { attribute }) => attribute)
    .map((/** @type {any} */ { attribute, name, description: words, type }) => ({
      name: attribute,
      fieldName: name,
      ...(type ? { type } : {}),
      ...(words ? { description: words } : {}),
    })),
  members,
  events: eventsOf()?.map((/** @type {any} */ event) => ({
    ...event,
    description: [fired.get(event.name), event.description].filter(Boolean).join(' '),
  })),
  ...Object.fromEntries(
    Object.entries(LISTS).map(([tag, list]) => [
      list,
      tags
        .filter(({ name }) => name === tag)
        .map(({ text }) => splitTag(text))
        .map(([name, words]) => ({ name, ...(words ? { description: words } : {}) })),
    ]),
  ),
};

const manifest = {
  schemaVersion: '1.0.0',
  modules: [
    {
      kind: 'javascript-module',
      path: 'dist/case-matcher.js',
      declarations: [declaration],
      exports: [
        { kind: 'js', name: element.id.name, declaration: { name: element.id.name } },
        { kind: 'custom-element-definition', name: 'case-matcher', declaration: { name: element.id.name } },
      ],
    },
  ],
};
writeFileSync(resolve(ROOT, 'dist/custom-elements.json'), `${JSON.stringify(manifest, null, 2)}\n`);
