import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MobileStatus } from '#agent/hub/devices.ts';
import { createModem } from '#agent/drivers/modem/modem.ts';
import type { ModemEvent } from '#devices/modem/parts.ts';
import { createModemDevice } from '#devices/modem/modemDevice.ts';
import { type ModemProfileName, modemProfiles } from '#devices/modem/profiles.ts';
import type { DeviceEnd } from '#devices/line/wire.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { type DeviceBench, memoryBench, ptyBench } from './deviceBench.ts';

const number = '+46313900600';
const profiles = Object.keys(modemProfiles) as ModemProfileName[];

/** A driver with both its ports and a fake, on one line. */
function connect(bench: DeviceBench, profile: ModemProfileName, line: DeviceEnd = bench.line) {
  const story: string[] = [];
  const events: ModemEvent[] = [];
  let status: MobileStatus | undefined;
  const recorder = createLogRecorder();
  const { clock, random, connector, openLine } = bench;
  const tell = (what: string): void => {
    story.push(what);
    bench.notice();
  };
  const device = createModemDevice({
    line,
    clock,
    random,
    connector,
    profile: modemProfiles[profile],
    onEvent(event) {
      events.push(event);
      bench.notice();
    },
  });
  const devices = createModem({ openLine, clock, log: recorder.log });
  const driver = devices.openModem({
    status(told) {
      status = told;
      tell(`${told.sim} ${told.registration} ${told.access} ${told.data ? 'data' : 'no data'}`);
    },
    message: (from, text) => tell(`message from ${from}: ${text}`),
    messageOutcome: (id, outcome) => tell(`${id} ${outcome}`),
    networkTime: () => tell('time'),
    failing: () => tell('failing'),
    well: () => tell('well'),
  });
  const voice = devices.openVoicePath({
    ringing: () => tell('ringing'),
    connected: () => tell('connected'),
    ended: () => tell('ended'),
    failed: () => tell('failed'),
    key: (digit) => tell(`key ${digit}`),
    incoming: (from) => tell(`incoming from ${from}`),
  });
  return {
    story,
    events,
    driver,
    voice,
    devices,
    log: recorder.lines,
    status: () => status,
    say(words: string): void {
      const done = device.obey(words);
      if (!done.ok) throw new Error(done.problem);
    },
    stop(): void {
      driver.stop();
      voice.stop();
      device.stop();
    },
  };
}

const served = 'ready home 4G data';
modemContract('in memory', profiles, () => Promise.resolve(memoryBench({ latencyMs: 5, fragmentation: 0.3 })));
modemContract('on a pseudo terminal', ['sim7600e-h'], ptyBench);

function modemContract(
  where: string,
  profiles: readonly ModemProfileName[],
  makeBench: () => Promise<DeviceBench>,
): void {
  describe.each(profiles)(`driver and fake of a %s, ${where}`, (profile) => {
    let bench: DeviceBench;
    let both: ReturnType<typeof connect>;
    /** Waits until it was told so often. */
    let told: (what: string, times?: number) => Promise<void>;

    beforeEach(async () => {
      bench = await makeBench();
      both = connect(bench, profile);
      told = (what, times = 1) => bench.until(() => both.story.filter((one) => one === what).length >= times);
      await told('time');
    });
    afterEach(async () => {
      both.stop();
      await bench.end();
    });

    test('agree about SIM, network, access, operator, signal and data, and the time', () => {
      expect(both.story).toEqual(['well', served, 'time']);
      expect(both.status()).toMatchObject({ signalDbm: expect.any(Number), operator: expect.any(String) });
      expect(both.devices.identity()).toMatchObject({
        maker: modemProfiles[profile].maker,
        imei: modemProfiles[profile].imei,
        iccid: expect.stringMatching(/^\d{18,20}/u),
        imsi: expect.stringMatching(/^\d{15}$/u),
      });
    });

    test('agree about a call from the hub: it rings, is answered, keys are pressed, and it is over', async () => {
      both.voice.dial(number, 'duplex');
      await told('ringing');
      both.say('answer');
      await told('connected');
      both.say('key 4');
      await told('key 4');
      both.voice.setMode('speaker-only');
      both.voice.changeVolume(1);
      both.say('hang-up');
      await told('ended');
      expect(both.story.slice(3)).toEqual(['ringing', 'connected', 'key 4', 'ended']);
    });

    test('agree about a call to the hub that it answers', async () => {
      both.say(`call ${number}`);
      await told(`incoming from ${number}`);
      both.voice.answer('duplex');
      await told('connected');
      both.say('hang-up');
      await told('ended');
      expect(both.story.slice(3)).toEqual([`incoming from ${number}`, 'connected', 'ended']);
    });

    test('agree about a long message that comes in, and about one that is sent and delivered', async () => {
      const text = 'smörgåstårta '.repeat(13).trim();
      both.say(`sms ${number} ${text}`);
      await told(`message from ${number}: ${text}`);
      both.driver.sendMessage('alarm/1', number, 'H1 hub-0001 7Q2M 0003 0010 019 0705');
      await told('alarm/1 delivered');
      expect(both.story.slice(-2)).toEqual(['alarm/1 sent', 'alarm/1 delivered']);
      expect(both.events).toContainEqual(
        expect.objectContaining({ event: 'sms-sent', to: number, text: 'H1 hub-0001 7Q2M 0003 0010 019 0705' }),
      );
    });

    test('find each other again when the modem was pulled out', async () => {
      both.say('unplug');
      await told('unknown none none no data');
      both.say('plug');
      await told(served, 2);
      expect(both.status()).toMatchObject({ registration: 'home', data: true });
    });
  });
}

/** What takes its time is for virtual time. */
describe.each(profiles)('driver and fake of a %s, in virtual time', (profile) => {
  function start(words: readonly string[] = []) {
    const bench = memoryBench();
    const both = connect(bench, profile);
    const after = (ms: number): void => bench.clock.advance(ms);
    for (const word of words) both.say(word);
    return { ...both, after };
  }

  test.each([
    ['network searching', 'ready searching none no data'],
    ['network denied', 'ready denied none no data'],
    ['network none', 'ready none none no data'],
    ['network roaming', 'ready roaming 4G data'],
    ['access 2G', 'ready home 2G data'],
    ['access 3G', 'ready home 3G data'],
    ['data off', 'ready home 4G no data'],
    ['sim absent', 'absent none none no data'],
    ['sim pin', 'pin-required none none no data'],
    ['sim puk', 'puk-required none none no data'],
  ])('agree about it: %s', (word, status) => {
    const { story, after, say } = start();
    after(20_000);
    say(word);
    after(60_000);
    expect(story.at(-1)).toBe(status);
    say('sim ready');
    say('network home');
    say('access 4G');
    say('data on');
    after(60_000);
    expect(story.filter((one) => one !== 'time').at(-1)).toBe(served);
  });

  test.each([
    ['1234', 'accepted', 'ready'],
    ['9999', 'wrong', 'pin-required'],
  ])('agree about a PIN: %s is %s', (pin, is, sim) => {
    const { driver, after, status } = start(['sim pin']);
    after(20_000);
    const outcomes: string[] = [];
    driver.enterPin(pin, (outcome) => outcomes.push(outcome));
    after(60_000);
    expect([outcomes, status()?.sim]).toEqual([[is], sim]);
  });

  test.each([
    ['reattach', []],
    ['radio-off-on', ['ready none none no data']],
    ['reset', ['unknown none none no data']],
    ['power-cycle', ['unknown none none no data']],
  ] as const)('come back into the network after the step of recovery %s (B7.4)', (step, lost) => {
    const { driver, after, story } = start();
    after(20_000);
    story.splice(0);
    driver.recover(step);
    after(120_000);
    expect(story.filter((one) => one !== 'time').at(-1) ?? served).toBe(served);
    expect(story).toEqual(expect.arrayContaining([...lost]));
  });

  test.each([
    ['busy', ['ringing', 'failed']],
    ['no-answer', ['ringing', 'failed']],
    ['unplug', ['ringing', 'failed']],
    ['network none', ['ringing', 'failed']],
  ])('agree that a call came to nothing: %s', (word, told) => {
    const { voice, after, say, story } = start();
    after(20_000);
    story.splice(0);
    voice.dial(number, 'duplex');
    after(5_000);
    say(word);
    after(5_000);
    expect(story.filter((one) => told.includes(one))).toEqual(told);
  });

  test('agree that the hub refuses one caller, and a second one while it talks', () => {
    const { voice, after, say, story } = start();
    after(20_000);
    story.splice(0);
    say(`call ${number}`);
    after(2_000);
    voice.refuse();
    after(20_000);
    expect(story).toEqual([`incoming from ${number}`]);
    voice.dial(number, 'duplex');
    after(5_000);
    say('answer');
    after(5_000);
    say('call +46700000000');
    after(3_000);
    voice.refuse();
    after(20_000);
    expect(story.slice(1)).toEqual(['ringing', 'connected', 'incoming from +46700000000']);
    voice.hangUp();
    after(5_000);
    expect(story.slice(4)).toEqual([]);
  });

  test.each(['duplicate-answers', 'partial-writes', 'reboot-in-command', 'interrupted-answers', 'wrong-checksums'])(
    'understand each other in spite of it: %s',
    (fault) => {
      const { after, say, story, driver } = start();
      after(20_000);
      say(`fault ${fault}`);
      after(60_000);
      driver.sendMessage('alarm/1', number, 'H1 hub-0001 7Q2M 0003 0010 019 0705');
      after(60_000);
      say('fault none');
      after(5 * 60_000);
      driver.sendMessage('alarm/2', number, 'H1 hub-0001 7Q2M 0003 0010 019 0705');
      after(60_000);
      expect(story.filter((one) => one.startsWith('alarm/1')).length).toBeGreaterThan(0);
      expect(story).toContain('alarm/2 delivered');
    },
  );

  test.each([
    ['silent', ['failing']],
    ['late-answers', []],
    ['babbling', []],
  ])('find each other again when the modem was %s', (fault, certain) => {
    const { after, say, story, status } = start();
    after(20_000);
    say(`fault ${fault}`);
    after(10 * 60_000);
    say('fault none');
    after(10 * 60_000);
    expect(status()).toMatchObject({ registration: 'home', data: true });
    expect(story.filter((one) => one === 'well' || one === 'failing').at(-1)).toBe('well');
    expect(story).toEqual(expect.arrayContaining(certain));
  });

  test('nothing of anybody is in the log: no PIN, no number, no text', () => {
    const { driver, voice, after, say, log } = start(['sim pin']);
    after(20_000);
    driver.enterPin('1234', () => {});
    after(60_000);
    driver.sendMessage('alarm/1', number, 'a text for nobody');
    voice.dial(number, 'duplex');
    say(`sms ${number} another text`);
    after(60_000);
    const lines = JSON.stringify(log);
    for (const secret of ['1234', number.slice(3), 'a text', 'another', '861234040000008', '867698040000004'])
      expect(lines).not.toContain(secret);
  });
});
