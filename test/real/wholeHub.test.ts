import { expect, test } from 'vitest';
import { installerTag, openWholeHub, otherStaffTag, staffTag, type WholeHub } from './wholeHub.ts';

/** What the centre got, in its order: report, from whom, status. */
const reported = ({ centre }: WholeHub): string[] =>
  centre.cases().map(({ record }) => `${record.report} from ${record.from}, ${record.stc}`);

/** Kept when the centre has such a case. */
async function arrived({ centre, hub }: WholeHub, report: string, stc: number): Promise<void> {
  const has = () => centre.cases().some(({ record }) => record.report === report && record.stc === stc);
  for (let settled = 1; !has(); settled += 1) await hub.logged({ step: 'acknowledged' }, settled);
}

test('a whole hub hears, shows and reports what happens around it, each device by its own wire', async () => {
  const whole = await openWholeHub();
  const { say, told, hub } = whole;

  await say('radio', 'press pendant');
  await arrived(whole, 'alarm', 10);
  await told('front', { event: 'lamp', lamp: 'alarm' });
  await say('reader', `tag ${staffTag}`);
  await arrived(whole, 'visit', 88);
  await say('ups', 'mains off');
  await arrived(whole, 'fault', 85);
  await say('ups', 'mains on');
  await arrived(whole, 'restore', 86);
  await say('front', 'press alarm');
  await hub.logged({ step: 'alarm', from: 'hub' });
  expect(reported(whole)).toEqual(
    expect.arrayContaining(['alarm from pendant, 10', 'visit from day-staff, 88', 'fault from hub, 85']),
  );
});

test('a fall is announced by lamp and sound, and the cancel button ends it (B1.5)', async () => {
  const whole = await openWholeHub();
  const { say, told } = whole;
  await say('radio', 'press fall');
  await told('front', { event: 'lamp', lamp: 'alarm', brightness: 255 }, 2);
  await told('front', { event: 'sound', ms: 10_000 });
  await say('front', 'press cancel');
  await arrived(whole, 'information', 19);
  await told('front', { event: 'sound', ms: 600 });
  expect(reported(whole).filter((report) => report.startsWith('alarm'))).toEqual([]);
});

test('who comes and who goes is seen and heard, a stranger too, and the installer hears each telegram (B9.5, B10)', async () => {
  const whole = await openWholeHub();
  const { say, told, hub } = whole;
  const sound = async (ms: number, times = 1): Promise<void> => await told('front', { event: 'sound', ms }, times);
  await say('reader', `tag ${staffTag}`);
  await hub.logged({ step: 'visit', from: 'day-staff' });
  // Two short tones upwards, and two downwards: both last as long.
  await sound(400);
  await arrived(whole, 'visit', 87);
  await say('reader', 'tag 1111111111');
  await sound(600);
  // Another one of the staff: the same tag, read again so soon, would be one reading (B9.2).
  await say('reader', `tag ${otherStaffTag}`);
  await sound(400, 2);
  await arrived(whole, 'visit', 111);
  await say('reader', `tag ${installerTag}`);
  // Its begin sounds as a check-in does.
  await sound(400, 3);
  await say('radio', 'alive smoke');
  await sound(80);
  expect(reported(whole).filter((report) => report.startsWith('visit'))).toEqual([
    'visit from day-staff, 87',
    'visit from night-staff, 111',
  ]);
});

test('each device that is pulled out is a fault of its own, and put back a restore, without a restart (B16)', async () => {
  const whole = await openWholeHub();
  const { say, hub, centre } = whole;
  const devices = ['radio', 'modem', 'ups', 'reader', 'radar', 'gnss'] as const;
  const count = (report: string, stc: number): number =>
    centre.cases().filter(({ record }) => record.report === report && record.stc === stc).length;
  const counted = async (report: string, stc: number): Promise<void> => {
    for (let settled = 1; count(report, stc) < devices.length; settled += 1) {
      await hub.logged({ step: 'acknowledged' }, settled);
    }
  };
  for (const device of devices) await say(device, 'unplug');
  await counted('fault', 67);
  for (const device of devices) await say(device, 'plug');
  await counted('restore', 91);
  await say('radio', 'press pendant');
  await arrived(whole, 'alarm', 10);
  expect({ faults: count('fault', 67), restores: count('restore', 91) }).toEqual({ faults: 6, restores: 6 });
});

test('an acknowledged alarm is called about by the modem, and the operator talks with the home (B3)', async () => {
  const whole = await openWholeHub();
  const { say, told, hub } = whole;
  await say('radio', 'press pendant');
  await told('modem', { event: 'dialled', to: '+46313900600' });
  await say('modem', 'answer');
  await hub.logged({ step: 'call', path: 'modem' }, 2);
  await say('modem', 'hang-up');
  expect(reported(whole)).toEqual(['alarm from pendant, 10']);
});

test('with the broker gone an alarm goes by short message, and an answer stops further ones (B2.8)', async () => {
  const whole = await openWholeHub();
  const { say, told, hub, broker } = whole;
  await hub.logged({ step: 'link', registration: 'home' });
  await broker.stopHard();
  await say('radio', 'press pendant');
  const { ref } = await hub.logged({ step: 'alarm', from: 'pendant' });
  await told('modem', { event: 'sms-sent', to: '+46700000001', parts: 1 });
  await say('modem', `sms +46700000001 A1 ${String(ref)} 0`);
  await hub.logged({ step: 'sms', ref, snu: 0 });
  // An answer that is not signed stops messages and acknowledges nothing.
  expect(hub.log().filter(({ step }) => step === 'acknowledged')).toEqual([]);
});

test('a heartbeat tells power, charge, access, signal and operator, as the wires say them (B4.2)', async () => {
  const { centre, hub, broker } = await openWholeHub();
  await hub.logged({ step: 'link', registration: 'home', data: true });
  const beats = () => centre.events.flatMap((event) => (event.event === 'heartbeat' ? [event.heartbeat] : []));
  const before = beats().length;
  // A new connection begins with a heartbeat.
  await broker.restart();
  await hub.logged({ step: 'connected' }, 2);
  await centre.beats(before + 1);
  expect(beats().at(-1)).toMatchObject({
    power: 'mains',
    battery: { chargePercent: expect.any(Number) },
    mobile: { access: '4G', operator: 'Testnet', signalDbm: -79 },
  });
});

test('what came over each wire is counted, and told at the end (B15.3)', async () => {
  const whole = await openWholeHub();
  const { say, hub } = whole;
  await hub.logged({ step: 'link', registration: 'home' });
  await say('reader', 'tag 1111111111');
  await arrived(whole, 'information', 107);
  hub.kill('SIGTERM');
  expect(await hub.logged({ msg: 'ended' })).toMatchObject({
    radio: { opens: expect.any(Number) },
    modem: { opens: expect.any(Number), setups: 1 },
    ups: { opens: expect.any(Number), discardedBytes: {} },
    // It repeats a tag that lies there.
    reader: { opens: expect.any(Number), tagFrames: expect.toSatisfy((frames: number) => frames > 0) },
    radar: { opens: expect.any(Number) },
    gnss: { opens: expect.any(Number) },
  });
});
