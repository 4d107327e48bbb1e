import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Front, HubDevices, SupplyReading } from '#agent/hub/devices.ts';
import { createRealClock } from '#agent/runtime/clock.ts';
import { type DeviceWires, openDeviceWires } from '#simulator/world/deviceWires.ts';
import { createFrontSide } from '#simulator/world/frontSide.ts';
import { createLoads } from '#simulator/world/loads.ts';
import { usualHabits } from '#simulator/world/centreHabits.ts';
import { createRecorder, type Recorder } from '#simulator/world/recorder.ts';
import { devicesOf, type Side, type SideOptions } from '#simulator/world/side.ts';
import { createSupplySide } from '#simulator/world/supplySide.ts';
import { createUnderWay } from '#simulator/world/underWay.ts';
import { homeConfiguration } from '#test/homeConfiguration.ts';
import { createLogRecorder } from '#test/logRecorder.ts';

/** A front as a world has it, and what the hub and the home were told by it. */
interface Played {
  side: Side;
  front: Front | undefined;
  /** Kept when the hub was told so. */
  told(what: string): Promise<void>;
  /** What the home sees and hears. */
  noted(): string[];
  /** How bright the alarm's lamp is, where there is one. */
  alarmLamp(): string | undefined;
}

function createSide(
  more: Partial<SideOptions>,
  create: (options: SideOptions) => Side,
  recorder: Recorder = createRecorder(() => 0),
): Side {
  return create({
    clock: createRealClock(),
    recorder,
    loads: createLoads(),
    random: () => 0.5,
    configuration: homeConfiguration(),
    centre: usualHabits,
    realRates: true,
    bearer: { up() {}, down() {} },
    power() {},
    ...more,
  });
}

function played(more: Pick<SideOptions, 'front'>, fitted: (side: Side) => HubDevices, lamp?: string): Played {
  const recorder = createRecorder(() => 0);
  recorder.begin();
  const side = createSide(more, createFrontSide, recorder);
  const heard = new Map<string, PromiseWithResolvers<void>>();
  const hearing = (what: string): PromiseWithResolvers<void> => {
    const one = heard.get(what) ?? Promise.withResolvers<void>();
    heard.set(what, one);
    return one;
  };
  const front = fitted(side).openFront?.({
    button: (button) => hearing(button).resolve(),
    well: () => hearing('well').resolve(),
    failing: (reason) => hearing('well').reject(new Error(reason)),
  });
  onTestFinished(() => front?.stop());
  return {
    side,
    front,
    told: async (what) => await hearing(what).promise,
    noted: () =>
      recorder.events().flatMap((event) => (event.kind === 'light' || event.kind === 'sound' ? [event.name] : [])),
    alarmLamp: () => (lamp === undefined ? undefined : readFileSync(join(lamp, 'brightness'), 'utf8').trim()),
  };
}

const byEvents = async (): Promise<Played> => played({}, (side) => devicesOf([side], {}));

async function openWires(configuration = homeConfiguration()): Promise<{ wires: DeviceWires; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'front-'));
  const closers = [async () => rmSync(folder, { recursive: true })];
  const wires = await openDeviceWires(
    { folder, clock: createRealClock(), configuration, closeLater: (closer) => closers.push(closer) },
    createUnderWay(),
  );
  onTestFinished(async () => {
    for (const close of closers.toReversed()) await close();
  });
  return { wires, folder };
}

function driversOf(wires: DeviceWires): HubDevices {
  const { log } = createLogRecorder();
  return wires.fitted({ clock: createRealClock(), log, own: (_name, openLine) => openLine });
}

async function inFolder(): Promise<Played> {
  const { wires, folder } = await openWires();
  const drivers = driversOf(wires);
  return played({ front: wires.front }, (side) => devicesOf([side], drivers), join(folder, 'front/leds/alarm'));
}

test.each([
  ['played by events', byEvents, undefined],
  ['in a folder, opened by its driver', inFolder, '255'],
] as const)(
  'a front %s: its buttons reach the hub, and what the hub shows and plays the home',
  async (_, open, lit) => {
    const { side, front, told, noted, alarmLamp } = await open();
    front?.show('ready');
    if (lit !== undefined) await told('well');
    for (const name of ['alarm', 'cancel', 'presence'] as const) {
      expect(side.perform?.({ word: 'button', name })).toEqual({ ok: true, value: undefined });
      await told(name);
    }
    front?.show('ready');
    front?.show('alarm');
    front?.play('alarm');
    expect(alarmLamp()).toBe(lit);
    side.onEnd?.();
    expect(noted()).toEqual(['ready', 'alarm', 'alarm', 'off']);
  },
);

test("the hardware that a home's own file names is left alone: its supply is the fake one, and its modem nobody's", async () => {
  const named = homeConfiguration({ ups: { port: '/dev/no-supply' }, modem: { port: '/dev/no-modem' } });
  const { wires } = await openWires(named);
  const side = createSide({ wires: wires.wires }, createSupplySide);
  const { openSupply, openModem } = devicesOf([side], driversOf(wires));
  expect(openModem).toBeUndefined();
  const reading = await new Promise<SupplyReading>((resolve, reject) => {
    const supply = openSupply?.({ reading: resolve, well() {}, failing: (reason) => reject(new Error(reason)) });
    onTestFinished(() => supply?.stop());
  });
  expect(reading).toEqual({ mains: true, battery: { chargePercent: 100 } });
});
