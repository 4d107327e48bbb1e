import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '#protocol/core/time.ts';
import type { Command } from '#protocol/mqtt/command.ts';
import { encodeRecord, type ReportRecord } from '#protocol/mqtt/record.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createReceivingCentre } from './receivingCentre.ts';
import { readClients } from './rules/clients.ts';
import { readPolicy } from './rules/policy.ts';
import { StoreError } from './store/errors.ts';
import { openLogReader } from './store/reader.ts';
import { openStore, type Store } from './store/store.ts';
import { storyLine } from './story.ts';

let folder = '';
let file = '';
const running: { stop(): void }[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'centre-'));
  file = join(folder, 'centre.db');
});
afterEach(() => {
  running.splice(0).forEach((centre) => centre.stop());
  rmSync(folder, { recursive: true });
});

const startMs = Date.UTC(2026, 0, 15, 12);

/** A centre on the store, on a clock of its own that begins so much later. */
function start({ written = {}, laterMs = 0, store }: { written?: object; laterMs?: number; store?: Store } = {}) {
  const clock = createVirtualClock(startMs + laterMs);
  const policy = readPolicy(written);
  const clients = readClients({
    clients: { 'hub-1': { name: 'Anna', address: 'Storgatan 1', phone: '0421' }, slow: { heartbeat: '1h' } },
  });
  if (!policy.ok || !clients.ok) throw new Error('what the test wrote is no policy');
  const told: string[] = [];
  const texts: string[] = [];
  const sent: Command[] = [];
  const failures: string[] = [];
  const receiving = createReceivingCentre({
    clock,
    policy: policy.value,
    clients: clients.value,
    store: store ?? openStore(file),
    role: 'primary',
    told: (event) => told.push(storyLine(event, 0).slice('00:00:00  '.length)),
    sendText: (_to, text) => texts.push(text),
    send: (command) => sent.push(command),
    failed: ({ code }) => failures.push(code),
  });
  running.push(receiving);
  receiving.hear({ event: 'connected', url: 'mqtt://here', protocol: 'MQTT 5' });
  const report = (change: Partial<ReportRecord> = {}) => {
    const when = { boot: 'b', monotonicMs: 1, wall: '2026-01-15T12:00:00Z', trusted: true };
    const codes = { report: 'alarm', from: 'pendant', dty: 3, stc: 10, pri: 8 } as const;
    const record = encodeRecord({ v: 1, hub: 'hub-1', ref: 'A1', ...codes, when, ...change });
    return receiving.centre.report(change.hub ?? 'hub-1', {
      v: 1,
      record,
      attempt: 1,
      path: 'primary',
      buffered: false,
    });
  };
  const beat = (hub = 'hub-1') =>
    receiving.centre.heartbeat(hub, {
      v: 1,
      hub,
      sequence: 1,
      uptimeMs: 1,
      configuration: 1,
      firmware: '1',
      waiting: 0,
    });
  const say = (line: string) => {
    const done = receiving.obey(receiving.words, line);
    return done?.ok === true ? done.value.text : (done?.problem ?? 'nothing');
  };
  return { clock, receiving, report, beat, say, told, texts, sent, failures };
}

function log(): { kind: string; words: string; cause: string | null }[] {
  const reader = openLogReader(file);
  const rows = [...reader.rows()];
  reader.close();
  return rows;
}

describe('a centre that starts anew on its store', () => {
  test('knows a report that comes again: the same case and the same answer, whatever the policy is by now', () => {
    const before = start();
    const answer = before.report();
    before.receiving.stop();
    const after = start({ written: { answers: 'busy' } });
    expect(JSON.stringify(after.report())).toBe(JSON.stringify(answer));
    expect(after.report({ ref: 'A2' })).toMatchObject({ snu: 6 });
    expect(after.receiving.centre.cases()).toMatchObject([{ ref: 'A1', arrivals: 2, openedMs: startMs }, {}]);
    expect(after.report({ from: 'other' })).toMatchObject({ snu: 3 });
    expect(log().filter(({ kind }) => kind === 'opened')).toHaveLength(2);
  });

  test('goes on with an open case, and does at once what fell due meanwhile', () => {
    const before = start();
    before.report();
    before.say('answer A1');
    before.say('dispatch A1');
    before.receiving.stop();
    const { clock, told, say, texts } = start({ laterMs: 6 * minuteMs });
    clock.advance(0);
    expect(told.at(-1)).toBe('hub-1  A1 the staff are phoned, call 1: nobody accepted');
    expect(say('accept A1')).toBe('hub-1  A1 is accepted');
    expect(say('text A1')).toContain('Storgatan 1');
    // It was sent before.
    expect(texts).toEqual([]);
  });

  test('misses the hubs that it knew', () => {
    const before = start();
    before.beat();
    before.receiving.stop();
    const { clock, told } = start({ laterMs: hourMs });
    clock.advance(6 * minuteMs);
    expect(told.at(-1)).toContain('hub-1  fault: no heartbeat for 6m');
  });

  test('has a hub that was new once, and does not call it new again', () => {
    const before = start();
    before.beat();
    before.receiving.stop();
    start().beat();
    expect(log().filter(({ kind }) => kind === 'installed')).toHaveLength(1);
  });
});

describe('the log', () => {
  test('has every action with its time and cause (H17)', () => {
    const { clock, report, say } = start({ written: { staff: { does: 'accepts' } } });
    report({ lte: 'kitchen' });
    clock.advance(4 * minuteMs);
    report({ ref: 'V1', report: 'visit', from: 'hub', dty: 2, stc: 88, when: later });
    report({ ref: 'V2', report: 'visit', from: 'hub', dty: 2, stc: 111, when: later });
    say('cases');
    expect(log().map(({ kind, cause }) => (cause === null ? kind : `${kind}: ${cause}`))).toEqual([
      'connected',
      'opened: pendant in kitchen, alarm, manual',
      'installed',
      'dispatched: nobody answered the client',
      'accepted',
      'opened: hub, presence, upon alarm',
      'arrived',
      'opened: hub, check-out, intervention completed',
      'closed: the visit is over',
    ]);
  });

  test('tells what a person did from what came by itself', () => {
    const { report, say } = start();
    report();
    ['answer A1', 'answer A1', 'dispatch A1', 'staff accepts', 'cases'].forEach(say);
    expect(log().flatMap(({ kind, words }) => (kind === 'by-hand' ? [words] : []))).toEqual([
      'answer A1',
      'dispatch A1',
      'staff accepts',
    ]);
  });

  test('holds no name, no address and no number, and nothing of what a command needs to know', () => {
    const { report, say, receiving, clock } = start();
    report();
    clock.advance(3 * minuteMs);
    say('close A1');
    receiving.commands.order('hub-1', 'configure', { details: { configuration: { modem: { pin: '4711' } } } });
    receiving.centre.result('hub-1', {
      v: 1,
      hub: 'hub-1',
      id: 'C1',
      name: 'locate',
      outcome: 'done',
      body: { geo: '55' },
    });
    expect(log().map(({ kind }) => kind)).toContain('result');
    receiving.stop();
    const bytes = readFileSync(file, 'latin1');
    expect(bytes).toContain('close-visit');
    expect(bytes).not.toMatch(/Anna|Storgatan|0421|4711|geo/u);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('has nothing of heartbeats', () => {
    const { beat } = start();
    beat();
    const before = log().length;
    beat();
    expect(log()).toHaveLength(before);
  });

  test('is let go with the cases when it is too old; a case that is open stays', () => {
    const before = start({ written: { keep: '30d' } });
    before.beat();
    before.report();
    before.report({ ref: 'A2' });
    ['answer A1', 'close A1', 'answer A2'].forEach(before.say);
    before.receiving.stop();
    const { receiving } = start({ written: { keep: '30d' }, laterMs: 30 * dayMs - 1 });
    expect(receiving.centre.cases()).toHaveLength(2);
    receiving.stop();
    const after = start({ written: { keep: '30d' }, laterMs: 30 * dayMs + 1 });
    expect(after.receiving.centre.cases().map(({ ref }) => ref)).toEqual(['A2']);
    expect(log().some(({ kind }) => kind === 'opened')).toBe(false);
    after.say('close A2');
    after.clock.advance(hourMs);
    expect(after.receiving.centre.cases()).toEqual([]);
  });
});

const later = { boot: 'b', monotonicMs: 2, wall: '2026-01-15T12:10:00Z', trusted: true };

describe('a store', () => {
  test('that cannot be written ends the centre: it answers nothing, so that hubs go to the reserve', () => {
    const store = openStore(file);
    const full = (): never => {
      throw new StoreError('store/failed', 'the disk is full');
    };
    const { clock, report, beat, failures, told } = start({ store: { ...store, log: full } });
    expect([report(), beat()]).toEqual([undefined, undefined]);
    clock.advance(hourMs);
    expect(failures).toEqual(['store/failed']);
    const before = told.length;
    report();
    expect(told).toHaveLength(before);
  });

  test('keeps all of an alarm or nothing of it: half an alarm would be answered and forgotten', () => {
    const store = openStore(file);
    let isBroken = false;
    const keepCourse: Store['keepCourse'] = (known) => {
      if (isBroken) throw new StoreError('store/failed', 'the disk is full');
      store.keepCourse(known);
    };
    const { report, failures, receiving, told } = start({ store: { ...store, keepCourse } });
    isBroken = true;
    const before = told.length;
    expect(report()).toBeUndefined();
    expect(told).toHaveLength(before);
    expect(failures).toEqual(['store/failed']);
    receiving.stop();
    const after = openStore(file);
    expect(after.newest(10)).toEqual([]);
    after.close();
  });

  test('belongs to one centre at a time, and can be read meanwhile', () => {
    start().report();
    expect(() => openStore(file)).toThrow(expect.objectContaining({ code: 'store/in-use' }) as Error);
    expect(log().length).toBeGreaterThan(0);
  });
});

test('the policy has all hubs beat as it expects them to', () => {
  const { clock, beat, told } = start({ written: { heartbeat: { interval: '10m', tellHubs: true } } });
  expect(beat('slow')).toMatchObject({ hbi: 10 });
  clock.advance(30 * minuteMs);
  expect(told.at(-1)).toContain('slow  fault');
});

test('a hub that beats more slowly than others is expected to, where the file of clients says so', () => {
  const { clock, beat, told } = start();
  expect(beat('slow')).not.toHaveProperty('hbi');
  clock.advance(3 * hourMs - 1);
  expect(told.at(-1)).toBe('slow  is new here');
  clock.advance(1);
  expect(told.at(-1)).toContain('slow  fault');
});

test('a person plays operator and staff, and is told the nearest word', () => {
  const { clock, report, say, told } = start();
  report();
  expect(say('anser A1')).toContain('did you mean answer?');
  expect(say('answer')).toContain('which case? open lists them; usage: answer CASE');
  expect(say('answer A1')).toBe('hub-1  A1 is talking');
  report({ ref: 'F1', report: 'fault' });
  expect(say('open')).toBe('hub-1  alarm A1 from pendant, talking');
  expect(say('cases')).toBe('hub-1  alarm A1 from pendant, talking\nhub-1  fault F1 from pendant');
  expect(say('dispatch A1')).toBe('hub-1  A1 is offered');
  expect(say('staff accepts')).toBe('staff accepts from now on');
  clock.advance(minuteMs);
  expect(told.at(-1)).toBe('hub-1  A1 accepted by the staff');
  expect(say('operator hangs-up')).toBe('operator hangs-up from now on');
  expect(say('text A1')).toContain('Anna, Storgatan 1');
  expect(say('close A1 now')).toContain('"now" is one word too many');
});
