import { describe, expect, it } from 'vitest';
import { dateOfDay, dueDay, workdaysLeft } from '../../src/demo/due.ts';

const due = (createdAt: string, limit: number) =>
  dateOfDay(dueDay(createdAt, limit)).toISOString().slice(0, 10);
const left = (createdAt: string, limit: number, now: string) =>
  workdaysLeft(dueDay(createdAt, limit), new Date(now));

describe('when a ticket is due', () => {
  it('counts Monday to Friday, from the day after receipt', () => {
    expect(due('2026-11-20T09:00:00+08:00', 1)).toBe('2026-11-23');
    expect(due('2026-11-20T09:00:00+08:00', 5)).toBe('2026-11-27');
    expect(due('2026-11-21T09:00:00+08:00', 1)).toBe('2026-11-23');
    expect(due('2026-11-20T09:00:00+08:00', 0)).toBe('2026-11-20');
  });

  it('goes by the day of the hotline, whatever zone the time is written in', () => {
    expect(due('2026-11-19T16:30:00Z', 1)).toBe('2026-11-23');
    expect(left('2026-11-20T09:00:00+08:00', 1, '2026-11-22T16:30:00Z')).toBe(0);
  });

  it('says how many working days are left, none on the last day, below zero after', () => {
    const of = (now: string) => left('2026-11-19T09:00:00+08:00', 3, `${now}T12:00:00+08:00`);
    expect(of('2026-11-19')).toBe(3);
    expect(of('2026-11-20')).toBe(2);
    expect(of('2026-11-22')).toBe(2);
    expect(of('2026-11-24')).toBe(0);
    expect(of('2026-11-25')).toBe(-1);
    expect(of('2026-11-30')).toBe(-4);
  });
});
