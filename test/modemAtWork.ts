import type { MobileStatus } from '#agent/hub/devices.ts';
import { createModem, type ModemParts } from '#agent/drivers/modem/modem.ts';
import { createHandModem } from './handModem.ts';
import { createLogRecorder } from './logRecorder.ts';
import { createVirtualClock } from './virtualClock.ts';

/** A driver with both its ports, on a modem in the test's hand; what the hub is told is noted in short. */
export function startModemAtWork(options: Partial<Pick<ModemParts, 'powerCycle' | 'switchOutput' | 'settings'>> = {}) {
  const clock = createVirtualClock();
  const rig = createHandModem(clock);
  const recorder = createLogRecorder();
  const story: string[] = [];
  const statuses: MobileStatus[] = [];
  const devices = createModem({ openLine: rig.hand.openLine, clock, log: recorder.log, ...options });
  const tell = (what: string): void => void story.push(what);
  const driver = devices.openModem({
    status(status) {
      statuses.push(status);
      tell(`${status.sim} ${status.registration} ${status.access} ${status.data ? 'data' : 'no data'}`);
    },
    message: (from, text) => tell(`message from ${from}: ${text}`),
    messageOutcome: (id, outcome) => tell(`${id} ${outcome}`),
    networkTime: (wallMs) => tell(`time ${new Date(wallMs).toISOString()}`),
    failing: (reason) => tell(`failing: ${reason}`),
    well: () => tell('well'),
  });
  const voice = devices.openVoicePath({
    ringing: () => tell('ringing'),
    connected: () => tell('connected'),
    ended: (reason) => tell(`ended: ${reason}`),
    failed: (reason) => tell(`failed: ${reason}`),
    key: (digit) => tell(`key ${digit}`),
    incoming: (from) => tell(`incoming from ${from}`),
  });
  return {
    ...rig,
    clock,
    driver,
    voice,
    devices,
    statuses,
    log: recorder.lines,
    /** What the hub was told since it was last asked. */
    news: () => story.splice(0),
    /** What the modem was told since then. */
    newCommands: () => rig.commands.splice(0),
  };
}
