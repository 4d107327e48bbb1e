import { describe, expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { startModemAtWork } from '#test/modemAtWork.ts';
import { setupTriesLimit } from './modem.ts';
import { earliestBelievedMs } from './networkClock.ts';
import { lookEveryMs, simAbsentAfterMs } from './status.ts';

const served = 'ready home 4G data';
const time = 'time 2026-01-15T12:00:00.000Z';

describe('a modem is brought up from any state (B7.1)', () => {
  test('registered: it is well, served, and tells the time; it is opened at the usual rate', () => {
    const { clock, hand, news, statuses, devices } = startModemAtWork();
    clock.advance(10 * secondMs);
    expect(hand.lastSettings()).toEqual({ baudRate: 115_200 });
    expect(news()).toEqual(['well', served, time]);
    expect(statuses).toEqual([
      { sim: 'ready', registration: 'home', access: '4G', operator: 'Testnet', signalDbm: -79, data: true },
    ]);
    expect(devices.identity()).toEqual({
      maker: 'SIMCOM INCORPORATED',
      model: 'SIMCOM_SIM7600E-H',
      firmware: 'LE20B04SIM7600M22',
      imei: '861234040000008',
      imsi: '240991234567890',
      iccid: '89460000000000000001',
    });
  });

  test('absent: it is failing, and well when it is plugged in', () => {
    const { clock, hand, news } = startModemAtWork();
    hand.unplug();
    clock.advance(30 * secondMs);
    expect(news()).toEqual(['failing: no such port']);
    hand.plug();
    clock.advance(10 * secondMs);
    expect(news()).toEqual(['well', served, time]);
  });

  test.for([1, 5, 12, 20, 40])('booting, silent for %i s: it is found within half a minute more', (seconds) => {
    const { clock, reboot, news } = startModemAtWork();
    reboot(seconds * secondMs);
    clock.advance((seconds + 30) * secondMs);
    expect(news().slice(-3)).toEqual(['well', served, time]);
  });

  test('echoing: it is told not to', () => {
    const { clock, modem, news } = startModemAtWork();
    modem.echo = true;
    clock.advance(10 * secondMs);
    expect(news()).toEqual(['well', served, time]);
    expect(modem.echo).toBe(false);
  });

  test('echoing whatever it is told: it is used as it is', () => {
    const { clock, modem, override, news, devices } = startModemAtWork();
    override(() => {
      modem.echo = true;
      return undefined;
    });
    clock.advance(minuteMs);
    expect(news()).toEqual(['well', served, time]);
    expect(devices.counters().setups).toBe(1);
  });

  test.for([9_600, 57_600, 460_800, 38_400, 19_200])(
    'at %i baud: it is found, told the usual rate, and used at that',
    (baudRate) => {
      const { clock, hand, modem, news } = startModemAtWork();
      modem.baudRate = baudRate;
      clock.advance(10 * minuteMs);
      expect(news().slice(-3)).toEqual(['well', served, time]);
      expect([modem.baudRate, hand.lastSettings()?.baudRate]).toEqual([115_200, 115_200]);
    },
  );

  test('at another rate that it does not give up: it is used at that', () => {
    const { clock, hand, modem, override, news } = startModemAtWork();
    modem.baudRate = 9_600;
    override((line) => (line.startsWith('AT+IPR') ? ['OK'] : undefined));
    clock.advance(5 * minuteMs);
    expect(news().slice(-3)).toEqual(['well', served, time]);
    expect(hand.lastSettings()).toEqual({ baudRate: 9_600 });
  });

  test('waiting for the text of a message: the command is no part of it', () => {
    const { clock, hand, news, bodies } = startModemAtWork();
    clock.advance(0);
    hand.onWrite(Uint8Array.from('AT+CMGS=20\r', (character) => character.charCodeAt(0)));
    clock.advance(20 * secondMs);
    expect(bodies).toEqual([]);
    expect(news()).toEqual(['well', served, time]);
  });

  test('with its radio off: it is switched on', () => {
    const { clock, modem, news } = startModemAtWork();
    modem.radio = 4;
    clock.advance(20 * secondMs);
    expect(modem.radio).toBe(1);
    expect(news().slice(0, 2)).toEqual(['well', served]);
  });

  test.for([
    ['searching', 'ready searching none no data'],
    ['denied', 'ready denied none no data'],
    ['none', 'ready none none no data'],
    ['roaming', 'ready roaming 4G data'],
  ] as const)('%s: it is told, and when it is home', ([state, told]) => {
    const { clock, modem, news } = startModemAtWork();
    modem.state = state;
    clock.advance(10 * secondMs);
    expect(news().slice(0, 2)).toEqual(['well', told]);
    modem.state = 'home';
    clock.advance(lookEveryMs + secondMs);
    expect(news()).toContain(served);
  });

  test.for([
    ['pin', 'pin-required'],
    ['puk', 'puk-required'],
    ['locked', 'puk-required'],
    ['busy', 'unknown'],
  ] as const)('a SIM that is %s: %s is told, without network', ([sim, told]) => {
    const { clock, modem, statuses } = startModemAtWork();
    modem.sim = sim;
    clock.advance(5 * secondMs);
    expect(statuses).toEqual([{ sim: told, registration: 'none', access: 'none', signalDbm: -79, data: false }]);
  });

  test('no SIM: it is told when it lasts, because a SIM that starts looks the same', () => {
    const { clock, modem, statuses } = startModemAtWork();
    modem.sim = 'absent';
    clock.advance(simAbsentAfterMs);
    expect(statuses.map(({ sim }) => sim)).toEqual(['unknown']);
    clock.advance(10 * secondMs);
    expect(statuses.map(({ sim }) => sim)).toEqual(['unknown', 'absent']);
    modem.sim = 'ready';
    clock.advance(10 * secondMs);
    expect(statuses.at(-1)).toMatchObject({ sim: 'ready', registration: 'home' });
  });

  test('in a call that a former program has left: it is cleared down', () => {
    const { clock, modem, news, commands } = startModemAtWork();
    modem.calls = [{ index: 1, by: 'hub', state: 'active', isVoice: true, number: '+46313900600' }];
    clock.advance(10 * secondMs);
    expect(commands).toContain('AT+CHUP');
    expect(modem.calls).toEqual([]);
    expect(news()).toEqual(['well', served, time]);
  });

  test('while somebody calls: the call is told', () => {
    const { clock, modem, news } = startModemAtWork();
    modem.calls = [{ index: 1, by: 'other', state: 'incoming', isVoice: true, number: '+46313900600' }];
    clock.advance(10 * secondMs);
    expect(news()).toContain('incoming from +46313900600');
  });

  test('a setting that it never answers is done without, after some tries', () => {
    const { clock, override, news, commands } = startModemAtWork();
    override((line) => (line === 'AT+CGMR' ? [] : undefined));
    clock.advance(2 * minuteMs);
    expect(news().slice(0, 3)).toEqual(['well', served, time]);
    expect(commands.filter((line) => line === 'AT+CGMR')).toHaveLength(setupTriesLimit);
  });
});

describe('SIM, network, signal and data (B7.3)', () => {
  test('are looked at every minute at least, and a change of any is told', () => {
    const { clock, modem, news, statuses } = startModemAtWork();
    clock.advance(10 * secondMs);
    news();
    const changes: (() => void)[] = [
      () => (modem.signalDbm = -101),
      () => (modem.access = '2G'),
      () => (modem.operator = 'Other'),
      () => (modem.address = undefined),
      () => (modem.address = '10.0.0.1'),
      () => (modem.attached = false),
      () => (modem.state = 'searching'),
    ];
    for (const change of changes) {
      change();
      clock.advance(minuteMs);
    }
    expect(news()).toHaveLength(changes.length);
    expect(statuses.at(-2)).toEqual({
      sim: 'ready',
      registration: 'home',
      access: '2G',
      operator: 'Other',
      signalDbm: -101,
      data: false,
    });
  });

  test('that do not change are told once', () => {
    const { clock, statuses } = startModemAtWork();
    clock.advance(30 * minuteMs);
    expect(statuses).toHaveLength(1);
  });

  test('a change that the modem says unasked is seen at once', () => {
    const { clock, modem, say, news } = startModemAtWork();
    clock.advance(10 * secondMs);
    news();
    modem.state = 'searching';
    say('+CEREG: 2');
    clock.advance(secondMs);
    expect(news()).toEqual(['ready searching none no data']);
  });

  test('a strength that CSQ does not know is taken from CESQ', () => {
    const { clock, modem, override, statuses } = startModemAtWork();
    modem.signalDbm = undefined;
    override((line) => (line === 'AT+CESQ' ? ['+CESQ: 99,99,255,255,20,46', 'OK'] : undefined));
    clock.advance(10 * secondMs);
    expect(statuses.at(-1)).toMatchObject({ signalDbm: -95 });
  });

  test('values that no modem should say are counted, and change nothing else', () => {
    const { clock, override, statuses, devices } = startModemAtWork();
    override((line) => {
      if (line === 'AT+CSQ') return ['+CSQ: 77,7', 'OK'];
      return line === 'AT+CGREG?' ? ['+CGREG: 2,x', 'OK'] : undefined;
    });
    clock.advance(10 * secondMs);
    expect(statuses.at(-1)).toEqual({
      sim: 'ready',
      registration: 'home',
      access: '4G',
      operator: 'Testnet',
      data: true,
    });
    expect(devices.counters().unreadableValues).toBeGreaterThan(0);
  });
});

describe('the network’s time (B12.3)', () => {
  test('is told at each registration, and when the network has told it', () => {
    const { clock, modem, say, news } = startModemAtWork();
    clock.advance(10 * secondMs);
    news();
    modem.clockMs += minuteMs;
    say('+CTZV: +04,1');
    clock.advance(secondMs);
    expect(news()).toEqual(['time 2026-01-15T12:01:00.000Z']);
  });

  test('that was never set is not told', () => {
    const { clock, modem, news } = startModemAtWork();
    modem.clockMs = earliestBelievedMs - secondMs;
    clock.advance(10 * secondMs);
    expect(news()).toEqual(['well', served]);
  });
});

describe('both ports on one line', () => {
  test('whoever opens it later hears what is known', () => {
    const { clock, devices } = startModemAtWork();
    clock.advance(10 * secondMs);
    const heard: string[] = [];
    devices.openModem({
      status: ({ sim }) => void heard.push(sim),
      message() {},
      messageOutcome() {},
      networkTime() {},
      failing() {},
      well: () => void heard.push('well'),
    });
    expect(heard).toEqual([]);
    clock.advance(secondMs);
    expect(heard).toEqual(['well', 'ready']);
  });

  test('the line is closed with the last of them, and nothing is left behind', () => {
    const { clock, hand, driver, voice, news } = startModemAtWork();
    clock.advance(10 * secondMs);
    news();
    driver.stop();
    driver.stop();
    expect(hand.story.at(-1)).toBe('opened');
    voice.stop();
    expect(hand.story.at(-1)).toBe('closed');
    clock.advance(10 * minuteMs);
    expect({ news: news(), waiting: clock.waiting() }).toEqual({ news: [], waiting: 0 });
  });
});
