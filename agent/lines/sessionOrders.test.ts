import { describe, expect, test } from 'vitest';
import { startSessionInHand } from '#test/sessionInHand.ts';

describe('a session does what its driver asks', () => {
  test('opens the line of a silent device as often in a round as it is told to', () => {
    const { clock, device, news } = startSessionInHand({ noReset: true, settings: { reopenTries: 3 } });
    device.alive = false;
    clock.advance(25_000);
    const story = news();
    expect(story.filter((line) => line.endsWith('open'))).toEqual(['0 open', '5 open', '10 open', '15 open']);
    expect(story.at(-1)).toBe('19 failing: no answer, not after reopen either');
  });

  test('probes a device at once that owes an answer, and not again while it is probed', () => {
    const { clock, device, session, news } = startSessionInHand();
    session.suspect();
    clock.advance(10_000);
    news();
    device.alive = false;
    session.suspect();
    session.suspect();
    clock.advance(1_000);
    session.suspect();
    expect(news()).toEqual(['10 probe']);
    clock.advance(1_000);
    expect(news()).toEqual(['12 probe']);
  });

  test('cycles the power when it is told to, and says whether the port can', () => {
    let cycles = 0;
    const { clock, session, news } = startSessionInHand({
      powerCycle(done) {
        cycles += 1;
        done();
      },
    });
    clock.advance(1_000);
    expect(session.cyclePower()).toBe(true);
    clock.advance(2_000);
    expect({ cycles, story: news() }).toEqual({
      cycles: 1,
      story: ['0 open', '0 probe', '0.1 ready', '2 open', '2 probe'],
    });
    expect(startSessionInHand().session.cyclePower()).toBe(false);
  });
});
