import { describe, expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { startModemAtWork } from '#test/modemAtWork.ts';

const served = 'ready home 4G data';

/** A modem in service, and what it is told from then on. */
function inService(options: Parameters<typeof startModemAtWork>[0] = {}) {
  const work = startModemAtWork(options);
  work.clock.advance(20 * secondMs);
  work.news();
  work.newCommands();
  const helps = (): string[] => work.newCommands().filter((line) => /CFUN=|CGATT=|COPS=0/u.test(line));
  return { ...work, helps };
}

describe('the steps of recovery (B7.4)', () => {
  test('reattach: detached and attached', () => {
    const { driver, clock, helps } = inService();
    driver.recover('reattach');
    clock.advance(minuteMs);
    expect(helps()).toEqual(['AT+CGATT=0', 'AT+CGATT=1']);
  });

  test('reattach, which the network refuses: it is chosen anew', () => {
    const { driver, clock, override, helps } = inService();
    override((line) => (line === 'AT+CGATT=1' ? ['+CME ERROR: 107'] : undefined));
    driver.recover('reattach');
    clock.advance(minuteMs);
    expect(helps()).toEqual(['AT+CGATT=0', 'AT+CGATT=1', 'AT+COPS=0']);
  });

  test('radio off and on: off for some seconds, in flight mode, so that the SIM keeps its power', () => {
    const { driver, clock, modem, helps } = inService();
    driver.recover('radio-off-on');
    clock.advance(2 * secondMs);
    expect([helps(), modem.radio]).toEqual([['AT+CFUN=4'], 4]);
    clock.advance(minuteMs);
    expect([helps(), modem.radio]).toEqual([['AT+CFUN=1'], 1]);
  });

  test('reset: nothing is known of the modem until it is back, set up as before', () => {
    const { driver, clock, news, helps, devices } = inService();
    driver.recover('reset');
    clock.advance(2 * minuteMs);
    expect(helps()).toEqual(['AT+CFUN=1,1']);
    expect(news().filter((one) => !one.startsWith('time'))).toEqual(['unknown none none no data', served]);
    expect(devices.counters().setups).toBe(2);
  });

  test('power cycle: by the port where it can, and by a reset where it cannot, which is logged', () => {
    let cycles = 0;
    const able = inService({
      powerCycle(done) {
        cycles += 1;
        done();
      },
    });
    able.driver.recover('power-cycle');
    able.clock.advance(minuteMs);
    expect([cycles, able.helps()]).toEqual([1, []]);
    expect(able.news().filter((one) => !one.startsWith('time'))).toEqual(['unknown none none no data', served]);
    const unable = inService();
    unable.driver.recover('power-cycle');
    unable.clock.advance(minuteMs);
    expect(unable.helps()).toEqual(['AT+CFUN=1,1']);
    expect(unable.log.some(({ message }) => message.includes('cannot cycle the power'))).toBe(true);
  });

  test('one at a time', () => {
    const { driver, clock, helps } = inService();
    driver.recover('radio-off-on');
    driver.recover('reset');
    clock.advance(minuteMs);
    expect(helps()).toEqual(['AT+CFUN=4', 'AT+CFUN=1']);
  });

  test('none for a modem that does not answer: it would come when all is well again', () => {
    for (let silentMs = 70 * secondMs; silentMs < 90 * secondMs; silentMs += secondMs) {
      const { driver, clock, modem, helps } = inService();
      modem.isOn = false;
      clock.advance(silentMs);
      driver.recover('reset');
      modem.isOn = true;
      clock.advance(minuteMs);
      expect(helps()).toEqual([]);
    }
  });
});

describe('a modem that starts anew by itself', () => {
  test('is set up again when it says so', () => {
    const { clock, reboot, news, devices } = inService();
    reboot();
    clock.advance(minuteMs);
    expect(news().filter((one) => !one.startsWith('time'))).toEqual(['unknown none none no data', served]);
    expect(devices.counters().setups).toBe(2);
  });

  test('and does not say so, is known by its echo', () => {
    const { clock, modem, devices } = inService();
    modem.echo = true;
    clock.advance(minuteMs);
    expect([modem.echo, devices.counters().setups]).toEqual([false, 2]);
  });

  test('hangs: it is failing within a minute and a half, and well when it answers', () => {
    const { clock, modem, news } = inService();
    modem.isOn = false;
    clock.advance(90 * secondMs);
    expect(news()).toEqual(['unknown none none no data', 'failing: no answer, not after reopen either']);
    modem.isOn = true;
    clock.advance(minuteMs);
    expect(news().filter((one) => !one.startsWith('time'))).toEqual(['well', served]);
  });
});
