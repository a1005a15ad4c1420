import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTicket, parseTickets } from '../../src/tickets/index.ts';

const whole = {
  id: 'A-1',
  text: '电梯停运三天，老人下不了楼。',
  title: '电梯停运',
  category: ['住房城乡建设', '电梯安全'],
  place: '和平路12号',
  createdAt: '2026-03-01T09:12:00+08:00',
  limitDays: 5,
  handling: {
    unit: '区市场监管局',
    steps: [{ at: '2026-03-01T10:00:00+08:00', actor: '热线', action: '派单' }],
    closedAt: '2026-03-03',
    days: 2,
    reply: '已修复。',
    solved: 'yes',
    satisfaction: 'satisfied',
    materials: [{ name: '户口簿', need: 'waivable' }],
  },
  url: '/tickets/A-1',
};

describe('a ticket from an untrusted answer', () => {
  it('keeps every field that is right', () => {
    expect(parseTicket(whole)).toEqual(whole);
  });

  it('makes a numeric id a string, and takes the title where there is no text', () => {
    expect(parseTicket({ id: 7, title: '停水' })).toEqual({ id: '7', title: '停水', text: '停水' });
    expect(parseTicket({ id: 7, title: '停水', text: ' \n' })).toEqual({
      id: '7',
      title: '停水',
      text: '停水',
    });
  });

  it('is none without an id, or without text and title', () => {
    for (const value of [{ text: 'x' }, { id: '', text: 'x' }, { id: Number.NaN, text: 'x' }, { id: '1' }]) {
      expect(parseTicket(value)).toBeUndefined();
    }
  });

  it('drops fields of a wrong type and leaves the others', () => {
    const wrong = {
      id: '1',
      text: 'x',
      title: {},
      category: [1, '水', null],
      place: ['a'],
      createdAt: '2018-06-29:10:25Z',
      limitDays: '5',
      url: 5,
      handling: {
        unit: 3,
        steps: [{ actor: 'a' }, 'b'],
        days: -1,
        solved: 'maybe',
        satisfaction: true,
        materials: ['a', { name: 1 }, { name: '证', need: 'maybe' }],
      },
    };
    expect(parseTicket(wrong)).toEqual({ id: '1', text: 'x', category: ['水'] });
  });

  it('accepts dates that are ISO 8601 and exist', () => {
    const date = (createdAt: string) => parseTicket({ id: '1', text: 'x', createdAt })?.createdAt;
    for (const good of ['2026-03-01', '2026-03-01T09:12', '2026-03-01T09:12:00.5Z'])
      expect(date(good)).toBe(good);
    for (const bad of ['2026-13-01', '01.03.2026', '2026-03-01 09:12', '<b>'])
      expect(date(bad)).toBeUndefined();
  });

  it('lets only http(s) links pass', () => {
    const link = (url: string) => parseTicket({ id: '1', text: 'x', url })?.url;
    for (const good of ['https://a.example/1', '/1', '1?x=2', '//a.example/']) expect(link(good)).toBe(good);
    for (const bad of [
      'javascript:alert(1)',
      ' java\nscript:alert(1)',
      'data:text/html,x',
      'blob:x',
      'http://[',
    ])
      expect(link(bad)).toBeUndefined();
  });

  it('replaces lone surrogates and drops NUL', () => {
    expect(parseTicket({ id: 'a\0', text: 'x\ud800y\udc00z😀' })).toEqual({
      id: 'a',
      text: 'x\ufffdy\ufffdz😀',
    });
  });

  it('reads no inherited property and sets no prototype', () => {
    const hostile = JSON.parse('{"id":"1","text":"x","__proto__":{"title":"t"},"constructor":"c"}');
    const ticket = parseTicket(hostile);
    expect(ticket).toEqual({ id: '1', text: 'x' });
    expect(Object.getPrototypeOf(ticket)).toBe(Object.prototype);
    expect(parseTicket(Object.create(whole))).toBeUndefined();
    expect(parseTicket({ id: '__proto__', text: 'x' })?.id).toBe('__proto__');
  });

  it('never throws, and what it accepts it accepts again unchanged', () => {
    const almost = fc.record(
      {
        id: fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.anything()),
        text: fc.oneof(fc.string({ unit: 'binary' }), fc.anything()),
        title: fc.anything(),
        category: fc.oneof(fc.array(fc.string()), fc.anything()),
        handling: fc.oneof(fc.record({ steps: fc.array(fc.anything()), days: fc.double() }), fc.anything()),
        url: fc.oneof(fc.webUrl(), fc.anything()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(almost, fc.anything()), (value) => {
        const ticket = parseTicket(value);
        if (ticket === undefined) return;
        expect(parseTicket(ticket)).toEqual(ticket);
        expect(`${ticket.id}${ticket.text}`).not.toMatch(/\p{Surrogate}|\0/u);
        expect(ticket.text.trim()).not.toBe('');
      }),
    );
  });
});

describe('a list of tickets', () => {
  const list = [{ id: 1, text: 'a' }, null, { id: 1, text: 'b' }, 'x', { id: 2 }];
  const found = [
    { id: '1', text: 'a' },
    { id: '1', text: 'b' },
  ];

  it('is found bare or under a common name; what is no ticket is left out, duplicates stay in order', () => {
    for (const answer of [
      list,
      { tickets: list },
      { items: list },
      { results: list },
      { code: 0, data: list },
    ]) {
      expect(parseTickets(answer)).toEqual(found);
    }
  });

  it('is found in an Elasticsearch answer, with the id of the hit where the source has none', () => {
    const hits = [{ _id: '9', _source: { text: 'a' } }, { _id: '8', _source: { id: '1', text: 'b' } }, {}];
    expect(parseTickets({ hits: { total: 3, hits } })).toEqual([
      { id: '9', text: 'a' },
      { id: '1', text: 'b' },
    ]);
  });

  it('is empty for anything else', () => {
    for (const answer of [undefined, null, 1, 'x', {}, { tickets: {} }, { hits: [] }, () => []]) {
      expect(parseTickets(answer)).toEqual([]);
    }
    fc.assert(fc.property(fc.anything(), (value) => Array.isArray(parseTickets(value))));
  });
});
