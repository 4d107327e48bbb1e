import type { AccessoryConfiguration } from '#protocol/configuration/configuration.ts';
import type { RadioTelegram } from '#protocol/esp3/profiles.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { Concern, HubContext } from '#agent/hub/concern.ts';
import type { Facts } from '#agent/hub/facts.ts';
import { installerChart, type InstallerDecision, type InstallerEvent } from './installer.chart.ts';

/** Telegrams journalled in one installer mode; more are shown and logged all the same, and cost no disk write. */
export const journalledTelegramsLimit = 500;

/** Kept, and a deadline of its own, while installer mode is on. */
const installerName = 'installer';

/** Whether an installer is at work: the buttons then mean what an installer wants of them. */
export function isInstallerMode(facts: Facts): boolean {
  return facts.get(installerName) !== undefined;
}

/** How a room was heard. */
interface Room {
  telegrams: number;
  weakestDbm?: number;
  strongestDbm?: number;
}

/**
 * Installer mode: begun at the hub by an installer's tag, ended by one, or by time. Every telegram is shown and logged
 * with its signal, so that one who walks through the home knows from where the hub hears (B10). An alarm in it is an
 * alarm: nothing here touches those.
 */
export function createInstaller({ configuration, reports, facts, deadlines, display, log }: HubContext): Concern {
  const chart = startChart(installerChart, log);
  const rooms = new Map<string, Room>();
  const counters = { rangeTests: 0 };
  let journalled = 0;

  deadlines.when(installerName, () => send({ type: 'due' }));

  function send(event: InstallerEvent): void {
    chart.send(event).forEach(carryOut);
  }

  function carryOut(decision: InstallerDecision): void {
    const begins = decision.type === 'begin';
    journalled = 0;
    if (begins) {
      rooms.clear();
      reports.note('installer', { mode: 'on' }, [
        { key: installerName, value: {} },
        deadlines.set(installerName, configuration().installer.endsAfterMs),
      ]);
    } else {
      reports.note('installer', { mode: 'off', by: decision.by, rooms: Object.fromEntries(rooms) }, [
        { key: installerName, value: undefined },
        deadlines.clear(installerName),
      ]);
    }
    display.light('installer', begins);
    display.play(begins ? 'checked-in' : 'checked-out');
  }

  function received(telegram: RadioTelegram, accessory: AccessoryConfiguration | undefined): void {
    if (!isInstallerMode(facts)) return;
    counters.rangeTests += 1;
    const signalDbm = telegram.reception?.signalDbm;
    const from = accessory?.name ?? 'stranger';
    log.info({ step: 'range-test', from, room: accessory?.location, signalDbm }, `range test: ${from}`);
    display.play('range-test');
    // The neighbours' telegrams cost no disk write, here neither (B1.4).
    if (accessory === undefined) return;
    const room = accessory.location ?? 'no room';
    rooms.set(room, withTelegram(rooms.get(room), signalDbm));
    if (journalled === journalledTelegramsLimit) return;
    journalled += 1;
    reports.note('installer', { telegram: accessory.name, room, ...(signalDbm === undefined ? {} : { signalDbm }) });
  }

  return {
    tagRead(tag) {
      if (tag?.installer === true) send({ type: 'tag' });
    },
    received,
    restore() {
      if (isInstallerMode(facts)) chart.send({ type: 'restored' });
    },
    start: () => display.light('installer', isInstallerMode(facts)),
    state: () => (isInstallerMode(facts) ? { mode: 'installer' } : {}),
    counters: () => counters,
  };
}

function withTelegram({ telegrams, weakestDbm, strongestDbm }: Room = { telegrams: 0 }, signalDbm?: number): Room {
  if (signalDbm === undefined) return { telegrams: telegrams + 1 };
  return {
    telegrams: telegrams + 1,
    weakestDbm: Math.min(weakestDbm ?? signalDbm, signalDbm),
    strongestDbm: Math.max(strongestDbm ?? signalDbm, signalDbm),
  };
}
