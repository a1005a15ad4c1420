import { describe, expect, it } from 'vitest';
import { type PackProgress, Transfer } from '../../src/weights/transfer.ts';

/** A load of which a test moves the clock. */
function transfer(total: number, open = false) {
  const clock = { seconds: 0 };
  const told: PackProgress[] = [];
  const load = new Transfer({
    total,
    open,
    report: (progress) => told.push(progress),
    now: () => clock.seconds * 1000,
  });
  const last = (): PackProgress => told[told.length - 1] as PackProgress;
  /** `bytes` arrive in each of so many seconds. */
  const receive = (bytes: number, seconds: number): void => {
    for (let i = 0; i < seconds; i++) {
      clock.seconds++;
      load.arrived(bytes);
    }
  };
  return { load, clock, told, last, receive };
}

describe('the progress of a load', () => {
  it('begins at nothing, and knows no rate while nothing is fetched', () => {
    const { load, told, last } = transfer(100);
    expect(told).toEqual([
      {
        loaded: 0,
        total: 100,
        fetched: 0,
        bytesPerSecond: undefined,
        secondsLeft: undefined,
        from: 'store',
      },
    ]);
    load.found(60);
    expect(last()).toMatchObject({ loaded: 60, fetched: 0, bytesPerSecond: undefined });
  });

  it('tells the rate of the network alone, and the time left at it', async () => {
    const { load, last, receive } = transfer(1000);
    load.found(400);
    await load.whileFetching(async () => {
      expect(last()).toMatchObject({ from: 'network' });
      receive(50, 4);
      expect(last()).toMatchObject({ loaded: 600, fetched: 200, bytesPerSecond: 50, secondsLeft: 8 });
    });
  });

  it('tells no rate before a second has passed', async () => {
    const { load, clock, last } = transfer(1000);
    await load.whileFetching(async () => {
      clock.seconds = 0.9;
      load.arrived(500);
      expect(last().bytesPerSecond).toBe(undefined);
    });
  });

  it('forgets what was more than ten seconds ago', async () => {
    const { load, last, receive } = transfer(1e6);
    await load.whileFetching(async () => {
      receive(1000, 30);
      receive(10, 12);
      expect(last().bytesPerSecond).toBe(10);
    });
  });

  it('tells of a line that went dead: a rate that falls to nothing, and no time left', async () => {
    const { load, last, clock, receive } = transfer(1e6);
    await load.whileFetching(async () => {
      receive(1000, 5);
      for (let i = 0; i < 20; i++) {
        clock.seconds++;
        load.found(0);
      }
      expect(last()).toMatchObject({ bytesPerSecond: 0, secondsLeft: undefined });
    });
  });

  it('counts what has to be fetched anew among what was fetched, and never exceeds the total', async () => {
    const { load, told, last } = transfer(100);
    load.arrived(80);
    load.arrived(-80);
    load.arrived(100);
    expect(last()).toMatchObject({ loaded: 100, fetched: 180 });
    load.arrived(7);
    expect(told.every(({ loaded, total }) => loaded <= total)).toBe(true);
  });

  it('gives no time where the size is not known', async () => {
    const { load, last, receive } = transfer(10, true);
    await load.whileFetching(async () => {
      expect(last()).toMatchObject({ from: 'network' });
      receive(50, 4);
      expect(last()).toMatchObject({ loaded: 200, total: 200, bytesPerSecond: 50, secondsLeft: undefined });
    });
  });
});
