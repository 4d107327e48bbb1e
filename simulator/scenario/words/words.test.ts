import { describe, expect, test } from 'vitest';
import { scenarioOf } from '#test/handWorld.ts';
import { readScenario } from '#simulator/scenario/load.ts';
import { actionWords } from './words.ts';

/** Each word of the language, as it is written, and what is then done. */
const examples: Readonly<Record<string, object>> = {
  'press: pendant': { word: 'press', name: 'pendant' },
  'press: smoke': { word: 'press', name: 'smoke' },
  'smoke: smoke': { word: 'smoke', name: 'smoke' },
  'clear: smoke': { word: 'clear', name: 'smoke' },
  'seizure: epilepsy': { word: 'seizure', name: 'epilepsy' },
  'shout: voice-trigger': { word: 'shout', name: 'voice-trigger' },
  'stranger: press': { word: 'stranger', does: 'press' },
  'accessory: { name: pendant, silent: true, dbm: -95, repeat: 3 }': {
    word: 'accessory',
    name: 'pendant',
    silent: true,
    dbm: -95,
    repeat: 3,
  },
  'accessory: { name: smoke, battery: 10%, tamper: true }': {
    word: 'accessory',
    name: 'smoke',
    chargePercent: 10,
    tamper: true,
  },
  'button: presence': { word: 'button', name: 'presence' },
  'tag: day-staff': { word: 'tag', name: 'day-staff' },
  'tag: unknown': { word: 'tag', name: 'unknown' },
  'away: on': { word: 'away', is: 'on' },
  'installer: off': { word: 'installer', is: 'off' },
  'mains: off': { word: 'mains', is: 'off' },
  'battery: { charge: 15%, health: 60% }': { word: 'battery', chargePercent: 15, healthPercent: 60 },
  'battery: { absent: true }': { word: 'battery', absent: true },
  'link: down': { word: 'link', is: 'down' },
  'link: { loss: 30%, delay: 2s, rate: 2kbit }': {
    word: 'link',
    is: { loss: 0.3, delayMs: 2_000, bitsPerSecond: 2_000 },
  },
  'modem: no-sim': { word: 'modem', does: 'no-sim' },
  'modem: 3g': { word: 'modem', does: '3g' },
  'signal: -113dBm': { word: 'signal', dbm: -113 },
  'broker: restart': { word: 'broker', does: 'restart' },
  'centre: not-treated': { word: 'centre', does: 'not-treated' },
  'reserve: offline': { word: 'reserve', does: 'offline' },
  'operator: does-not-answer': { word: 'operator', does: 'does-not-answer' },
  'operator: { dtmf: 4 }': { word: 'operator', does: 'key', digit: '4' },
  'hub: crash': { word: 'hub', does: 'crash' },
  'hub: power-cut': { word: 'hub', does: 'power-cut' },
  'hub: { power-cut: 10m }': { word: 'hub', does: 'power-cut', offMs: 600_000 },
  'clock: unset': { word: 'clock', does: 'unset' },
  'clock: { jump: -3h }': { word: 'clock', does: 'jump', byMs: -10_800_000 },
  'disk: full': { word: 'disk', is: 'full' },
  'journal: restored': { word: 'journal', is: 'restored' },
  'configure: { heartbeat: { interval: 5m } }': { word: 'configure', layer: { heartbeat: { interval: '5m' } } },
  'configure: { log: { level: warn }, version: 3, signature: wrong }': {
    word: 'configure',
    layer: { log: { level: 'warn' } },
    version: 3,
    signature: 'wrong',
  },
  'configure: { heartbeat: { interval: often }, invalid: true }': {
    word: 'configure',
    layer: { heartbeat: { interval: 'often' } },
  },
  'command: { name: test-alarm }': { word: 'command', name: 'test-alarm', details: {} },
  'command: { name: locate, with: { of: gps }, signature: none, counter: 1 }': {
    word: 'command',
    name: 'locate',
    details: { of: 'gps' },
    signature: 'none',
    counter: 1,
  },
  'bytes: { to: radio, hex: "55 00" }': { word: 'bytes', to: 'radio', hex: '55 00' },
  'unplug: gnss': { word: 'unplug', device: 'gnss' },
  'plug: reader': { word: 'plug', device: 'reader' },
};

describe('a word that is written', () => {
  test.each(Object.entries(examples))('%s is done', (written, action) => {
    const [step] = scenarioOf(written).steps;
    expect(step?.kind === 'action' ? step.action : undefined).toEqual(action);
  });

  test('about an accessory of a kind that the home has not is told so', () => {
    const read = readScenario('scenario: A story\nhub: { accessories: [] }\nsteps: [{ leave: sofa }]');
    expect(read.ok ? [] : read.problem.map(({ message }) => message)).toEqual([
      expect.stringContaining('steps[1].leave: there is no accessory "sofa"; '),
    ]);
  });

  test('is in one of these examples', () => {
    const shown = new Set(Object.keys(examples).map((written) => written.split(':')[0]));
    const ofKindsToCome = ['open', 'close', 'leave', 'enter', 'step-on', 'move', 'still', 'fall', 'sos', 'position'];
    expect(Object.keys(actionWords).filter((word) => !shown.has(word) && !ofKindsToCome.includes(word))).toEqual([]);
  });
});
