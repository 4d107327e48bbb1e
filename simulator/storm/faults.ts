import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import type { Deed, Kind } from './life.ts';
import type { Luck } from './luck.ts';

/** A fault that begins, and is over after a while. */
function fault(
  name: string,
  meanMs: number,
  lasts: readonly [leastMs: number, mostMs: number],
  draw: (luck: Luck) => readonly [begin: Deed['step'], end: Deed['step']],
): Kind {
  return {
    name,
    meanMs,
    draw(luck) {
      const [begin, end] = draw(luck);
      return [
        { afterMs: 0, step: begin },
        { afterMs: luck.timeMs(...lasts), step: end },
      ];
    },
  };
}

function moment(name: string, meanMs: number, draw: (luck: Luck) => Deed['step']): Kind {
  return { name, meanMs, draw: (luck) => [{ afterMs: 0, step: draw(luck) }] };
}

/** What a killed program was just about: a row is committed, a report goes out, an answer came in (B6.6). */
const inFlight = [
  { journal: 'report' },
  { journal: 'acknowledged' },
  { journal: 'call' },
  { journal: 'visit' },
  { report: 'alarm' },
  { report: 'heartbeat' },
  { light: 'alarm' },
  { light: 'cancel-window' },
  { light: 'checked-in' },
  { voice: 'ringing' },
] as const;

/**
 * What breaks. A storm draws some of them, and how often. A crash while something is under way is ten times as likely as
 * one at any time.
 */
export const faults: readonly Kind[] = [
  fault('link', 4 * hourMs, [secondMs, 8 * hourMs], () => [{ link: 'down' }, { link: 'up' }]),
  fault('bad-link', 4 * hourMs, [10 * secondMs, 4 * hourMs], (luck) => [
    { link: luck.one([{ loss: '30%' }, { loss: '70%' }, { delay: '2s' }, { delay: '9s' }, { rate: '2kbit' }]) },
    { link: 'up' },
  ]),
  fault('broker', 5 * hourMs, [secondMs, 2 * hourMs], () => [{ broker: 'stop' }, { broker: 'start' }]),
  moment('broker-restart', 6 * hourMs, () => ({ broker: 'restart' })),
  fault('centre', 3 * hourMs, [5 * secondMs, 2 * hourMs], (luck) => [
    { centre: luck.one(['silent', 'hold', 'busy', 'not-treated', 'forged']) },
    { centre: 'answers' },
  ]),
  fault('centre-gone', 8 * hourMs, [5 * secondMs, 2 * hourMs], () => [{ centre: 'offline' }, { centre: 'online' }]),
  fault('reserve', 4 * hourMs, [5 * secondMs, 3 * hourMs], (luck) => [
    { reserve: luck.one(['silent', 'busy', 'not-treated', 'forged']) },
    { reserve: 'answers' },
  ]),
  fault('modem', 6 * hourMs, [secondMs, 2 * hourMs], () => [{ modem: 'unplug' }, { modem: 'plug' }]),
  moment('modem-moment', 6 * hourMs, (luck) => ({ modem: luck.one(['reboot', 'hangs', 'reboot']) })),
  fault('network', 6 * hourMs, [10 * secondMs, 2 * hourMs], (luck) => [
    { modem: luck.one(['searching', 'denied', '2g', '3g', 'roaming']) },
    { modem: '4g' },
  ]),
  fault('mains', 6 * hourMs, [secondMs, 30 * hourMs], () => [{ mains: 'off' }, { mains: 'on' }]),
  moment('battery', 24 * hourMs, (luck) => ({ battery: { charge: `${luck.whole(1, 100)}%` } })),
  fault('radio', 10 * hourMs, [secondMs, hourMs], () => [{ unplug: 'radio' }, { plug: 'radio' }]),
  fault('device', 6 * hourMs, [secondMs, 2 * hourMs], (luck) => {
    const device = luck.one(['gnss', 'ups', 'reader', 'radar']);
    return [{ unplug: device }, { plug: device }];
  }),
  moment('noise', 2 * hourMs, (luck) => ({ bytes: { to: 'radio', hex: noiseOf(luck) } })),
  fault('disk-full', 12 * hourMs, [secondMs, 4 * hourMs], () => [{ disk: 'full' }, { disk: 'ok' }]),
  fault('disk-failing', 12 * hourMs, [secondMs, hourMs], () => [{ disk: 'failing' }, { disk: 'ok' }]),
  moment('clock', 8 * hourMs, (luck) => ({
    clock: luck.one(['unset', { jump: `${luck.whole(1, 72)}h` }, { jump: `-${luck.whole(1, 72)}h` }]),
  })),
  moment('restart', 12 * hourMs, () => ({ hub: 'restart' })),
  moment('crash', 20 * hourMs, () => ({ hub: 'crash' })),
  {
    name: 'crash-in-flight',
    meanMs: 2 * hourMs,
    draw: (luck) => [
      { afterMs: 0, step: { expect: luck.one(inFlight), within: '30m' } },
      { afterMs: 0, step: { hub: luck.one(['crash', 'crash', { 'power-cut': '10s' }]) } },
      // Who saw the hub start anew presses again.
      ...(luck.chance(0.5) ? [{ afterMs: luck.timeMs(minuteMs, 2 * hourMs), step: { press: 'pendant' } }] : []),
    ],
  },
  moment('crash-in-write', 3 * hourMs, (luck) => ({ hub: { crash: luck.one(['before-write', 'after-write']) } })),
  moment('power-cut', 12 * hourMs, (luck) => ({ hub: { 'power-cut': luck.one(['1s', '30s', '10m']) } })),
  fault('accessory', 8 * hourMs, [secondMs, 12 * hourMs], (luck) => {
    const name = luck.one(['pendant', 'fall', 'smoke', 'door']);
    const [begin, end] = luck.one([
      [{ silent: true }, { silent: false }],
      [{ battery: '5%' }, { battery: '100%' }],
      [{ repeat: 5 }, { repeat: 1 }],
    ] as const);
    return [{ accessory: { name, ...begin } }, { accessory: { name, ...end } }];
  }),
  moment('forged-order', 8 * hourMs, (luck) => ({
    command: luck.one([
      { name: luck.one(['test-alarm', 'end', 'close-visit']), signature: luck.one(['none', 'wrong']) },
      { name: luck.one(['test-alarm', 'close-visit']), counter: 1 },
    ]),
  })),
  moment('forged-settings', 12 * hourMs, (luck) => ({
    configure: {
      heartbeat: { interval: '10m' },
      ...luck.one([{ signature: 'none' }, { signature: 'wrong' }, { version: 1 }]),
    },
  })),
];

/** Once in a storm at most, and drawn for itself (draw.ts). */
export const oldJournalName = 'old-journal';

/** Any bytes; now and then with the begin of a telegram among them (ESP3, 1.6). */
function noiseOf(luck: Luck): string {
  const bytes = Array.from({ length: luck.whole(1, 40) }, () => (luck.chance(0.1) ? 0x55 : luck.whole(0, 255)));
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** Puts everything right, whatever was wrong; what is right already stays so. */
export const healing: readonly Deed['step'][] = [
  { disk: 'ok' },
  { mains: 'on' },
  { battery: { charge: '100%', absent: false } },
  { link: 'up' },
  { modem: 'plug' },
  { modem: 'reboot' },
  { modem: '4g' },
  { broker: 'start' },
  { centre: 'online' },
  { centre: 'answers' },
  { reserve: 'online' },
  { reserve: 'answers' },
  { operator: 'answers' },
  ...['radio', 'gnss', 'ups', 'reader', 'radar'].map((device) => ({ plug: device })),
  ...['pendant', 'fall', 'smoke', 'door'].map((name) => ({
    accessory: { name, silent: false, repeat: 1, battery: '100%' },
  })),
  { installer: 'off' },
  // A crash that waits for the next write has its write.
  { press: 'extra-pendant' },
  // A power cut while a PIN is tried leaves it unknown, and it is not tried again: somebody looks after the SIM (B7.2).
  { wait: '1m' },
  { modem: '4g' },
];
