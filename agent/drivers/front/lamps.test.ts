import { describe, expect, test } from 'vitest';
import { lights } from '#agent/hub/devices.ts';
import { secondMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { type Lamp, lampsOf } from './lampPatterns.ts';
import { createLamps } from './lamps.ts';

function setUp() {
  const clock = createVirtualClock();
  const story: string[] = [];
  const health: (string | undefined)[] = [];
  const missing = new Set<Lamp>();
  const lamp = (name: Lamp) => (brightness: number) => {
    if (missing.has(name)) throw new Error(`${name} is missing`);
    story.push(`${clock.monotonicMs()} ${name} ${brightness}`);
  };
  const lamps = createLamps({
    clock,
    light: { alarm: lamp('alarm'), status: lamp('status') },
    onHealth: (problem) => void health.push(problem),
  });
  return { clock, lamps, missing, health, news: () => story.splice(0) };
}

describe('the lamps', () => {
  test('every light looks different from every other', () => {
    const looks = lights.map((light) => `${lampsOf[light].alarm} ${lampsOf[light].status}`);
    expect(new Set(looks).size).toBe(lights.length);
  });

  test('show a steady light at once, and leave it alone', () => {
    const { clock, lamps, news } = setUp();
    lamps.show('ready');
    expect(news()).toEqual(['0 alarm 0', '0 status 1']);
    clock.advance(60 * secondMs);
    expect({ news: news(), waiting: clock.waiting() }).toEqual({ news: [], waiting: 0 });
  });

  test('blink by the clock, and stop when the next light is shown', () => {
    const { clock, lamps, news } = setUp();
    lamps.show('checked-out');
    clock.advance(1_100);
    expect(news()).toEqual([
      '0 alarm 0',
      '0 status 1',
      '100 status 0',
      '250 status 1',
      '350 status 0',
      '1000 status 1',
      '1100 status 0',
    ]);
    lamps.show('alarm');
    clock.advance(10 * secondMs);
    expect(news()).toEqual(['1100 alarm 1', '1100 status 0']);
  });

  test('on battery the status lamp is dim, and the alarm lamp is not (B6.2)', () => {
    const { lamps, news } = setUp();
    lamps.savePower(true);
    news();
    lamps.show('acknowledged');
    expect(news()).toEqual(['0 alarm 1', '0 status 0.1']);
    lamps.savePower(false);
    expect(news()).toEqual(['0 alarm 1', '0 status 1']);
  });

  test('a lamp that is missing is said once, does not keep the other dark, and is lit when it is back', () => {
    const { clock, lamps, missing, health, news } = setUp();
    missing.add('alarm');
    lamps.show('acknowledged');
    clock.advance(25 * secondMs);
    expect(health).toEqual(['alarm is missing']);
    expect(news()).toContain('0 status 1');
    missing.clear();
    clock.advance(10 * secondMs);
    expect(health).toEqual(['alarm is missing', undefined]);
    expect(news().some((line) => line.endsWith('alarm 1'))).toBe(true);
  });

  test('a lamp that goes while it blinks is said too', () => {
    const { clock, lamps, missing, health } = setUp();
    lamps.show('cancel-window');
    clock.advance(secondMs);
    missing.add('alarm');
    clock.advance(secondMs);
    expect(health).toEqual([undefined, 'alarm is missing']);
  });

  test('a hub that stops is dark, and leaves nothing behind', () => {
    const { clock, lamps, news } = setUp();
    lamps.show('cancel-window');
    news();
    lamps.stop();
    clock.advance(secondMs);
    expect({ news: news(), waiting: clock.waiting() }).toEqual({ news: ['0 alarm 0', '0 status 0'], waiting: 0 });
  });
});
