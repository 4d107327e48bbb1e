import { describe, expect, test } from 'vitest';
import { minuteMs } from '#protocol/core/time.ts';
import type { CommandResult } from '#protocol/mqtt/command.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createCentre } from './centre.ts';
import type { CentreEvent } from './events.ts';
import { createHubs, type HubBook, hubsLimit, type KnownHub } from './hubs.ts';
import { sha256Hex } from './keys.ts';

const intervalMs = 2 * minuteMs;

function setUp({ role = 'primary', book }: { role?: 'primary' | 'reserve'; book?: HubBook } = {}) {
  const clock = createVirtualClock();
  const events: CentreEvent[] = [];
  const listener = (event: CentreEvent): void => {
    events.push(event);
    hubs.hear(event);
  };
  const hubs = createHubs({
    clock,
    listener,
    intervalMsOf: (hub) => (hub === 'slow' ? 60 * minuteMs : intervalMs),
    missed: () => 3,
    role,
    ...(book === undefined ? {} : { book }),
  });
  const centre = createCentre({ clock, sha256Hex, listener });
  const connected = () => listener({ event: 'connected', url: 'mqtt://here', protocol: 'MQTT 5' });
  const disconnected = () => listener({ event: 'disconnected', url: 'mqtt://here', reason: 'gone', retryMs: 1 });
  const beat = (hub = 'hub-1') =>
    centre.heartbeat(hub, { v: 1, hub, sequence: 1, uptimeMs: 1, configuration: 1, firmware: '1', waiting: 0 });
  const state = (state: 'online' | 'offline', hub = 'hub-1') => centre.hubState(hub, { v: 1, hub, state });
  const ended = (change: Partial<CommandResult> = {}) =>
    centre.result('hub-1', { v: 1, hub: 'hub-1', id: 'C1', name: 'end', outcome: 'done', ...change });
  /** What was told of supervision. */
  const told = () =>
    events.flatMap((event) => {
      const isTold = ['hub-lost', 'hub-back', 'installed', 'ended', 'taken-over', 'given-back', 'too-many-hubs'];
      return isTold.includes(event.event) && 'hub' in event ? [`${event.event} ${event.hub}`] : [];
    });
  connected();
  return { clock, hubs, centre, events, told, connected, disconnected, beat, state, ended };
}

describe('a hub', () => {
  test('whose heartbeats stop for three of its intervals is a fault, told once; their return is a restore (H9)', () => {
    const { clock, beat, told, events } = setUp();
    beat();
    clock.advance(3 * intervalMs - 1);
    expect(told()).toEqual(['installed hub-1']);
    clock.advance(1);
    expect(events.at(-1)).toEqual({ event: 'hub-lost', hub: 'hub-1', silentForMs: 3 * intervalMs });
    clock.advance(60 * minuteMs);
    beat();
    expect(events.at(-1)).toEqual({ event: 'hub-back', hub: 'hub-1', lostForMs: 60 * minuteMs });
    clock.advance(3 * intervalMs);
    expect(told()).toEqual(['installed hub-1', 'hub-lost hub-1', 'hub-back hub-1', 'hub-lost hub-1']);
  });

  test('that beats at another interval has three of its own', () => {
    const { clock, beat, told } = setUp();
    beat('slow');
    clock.advance(179 * minuteMs);
    expect(told()).toEqual(['installed slow']);
    clock.advance(minuteMs);
    expect(told()).toEqual(['installed slow', 'hub-lost slow']);
  });

  test('of several is lost alone, and one that was only ever connected is expected to beat', () => {
    const { clock, beat, state, told } = setUp();
    state('online', 'hub-2');
    for (let count = 0; count < 4; count += 1) {
      beat();
      clock.advance(intervalMs);
    }
    expect(told()).toEqual(['installed hub-2', 'installed hub-1', 'hub-lost hub-2']);
  });

  test('is not lost because the centre itself is not connected, and has its whole time again afterwards', () => {
    const { clock, beat, told, connected, disconnected } = setUp();
    beat();
    disconnected();
    clock.advance(60 * minuteMs);
    connected();
    clock.advance(3 * intervalMs - 1);
    expect(told()).toEqual(['installed hub-1']);
    clock.advance(1);
    expect(told()).toEqual(['installed hub-1', 'hub-lost hub-1']);
  });

  test('that has ended is missed by nobody; what it reports later is a new installation', () => {
    const { clock, centre, beat, told, ended } = setUp();
    beat();
    ended({ name: 'locate' });
    ended({ outcome: 'refused' });
    ended();
    ended();
    beat();
    clock.advance(60 * minuteMs);
    expect(told()).toEqual(['installed hub-1', 'ended hub-1']);
    const when = '"when":{"boot":"b","monotonicMs":1,"wall":"2026-01-15T12:00:00Z","trusted":true}';
    const record = `{"v":1,"hub":"hub-1","ref":"T1","report":"test","from":"hub","dty":2,"stc":102,"pri":2,${when}}`;
    centre.report('hub-1', { v: 1, record, attempt: 1, path: 'primary', buffered: false });
    expect(told().at(-1)).toBe('installed hub-1');
    clock.advance(3 * intervalMs);
    expect(told().at(-1)).toBe('hub-lost hub-1');
  });

  test('that was known before a restart is missed when it does not come again, and one that was lost is so still', () => {
    const kept: KnownHub[] = [];
    const known: KnownHub[] = [
      { hub: 'hub-1', contact: 'kept', sinceMs: 0 },
      { hub: 'hub-2', contact: 'lost', sinceMs: Date.UTC(2025, 11, 31) },
      { hub: 'hub-3', contact: 'ended', sinceMs: 0 },
    ];
    const { clock, beat, told, events } = setUp({ book: { hubs: () => known, keepHub: (hub) => kept.push(hub) } });
    clock.advance(3 * intervalMs);
    beat('hub-2');
    expect(told()).toEqual(['hub-lost hub-1', 'hub-back hub-2']);
    expect(events.at(-1)).toMatchObject({ lostForMs: 24 * 60 * minuteMs + 3 * intervalMs });
    expect(kept.map(({ hub, contact }) => `${hub} ${contact}`)).toEqual(['hub-1 lost', 'hub-2 kept']);
  });

  test('one too many is told once, and those that are known go on', () => {
    const { clock, beat, state, told, hubs } = setUp();
    for (let count = 0; count < hubsLimit; count += 1) state('online', `hub-${count}`);
    beat('one-more');
    beat('and-another');
    clock.advance(intervalMs);
    beat('hub-0');
    clock.advance(2 * intervalMs);
    expect(told().filter((line) => line.startsWith('too-many'))).toEqual(['too-many-hubs one-more']);
    expect(told().filter((line) => line.startsWith('hub-lost'))).toHaveLength(hubsLimit - 1);
    expect([...hubs.all()]).toHaveLength(hubsLimit);
  });
});

describe('a reserve', () => {
  test('expects no heartbeat of a hub that works with its primary', () => {
    const { clock, state, told } = setUp({ role: 'reserve' });
    state('online');
    state('offline');
    clock.advance(60 * minuteMs);
    expect(told()).toEqual(['installed hub-1']);
  });

  test('takes a hub over with its first heartbeat, and gives it back when it beats elsewhere and is still connected', () => {
    const { clock, state, beat, told } = setUp({ role: 'reserve' });
    state('online');
    beat();
    clock.advance(3 * intervalMs);
    expect(told()).toEqual(['installed hub-1', 'taken-over hub-1', 'given-back hub-1']);
    beat();
    expect(told().at(-1)).toBe('taken-over hub-1');
  });

  test('misses a hub that it has taken over and that is not connected any more, until it is', () => {
    const { clock, state, beat, told } = setUp({ role: 'reserve' });
    beat();
    state('offline');
    clock.advance(3 * intervalMs);
    expect(told().at(-1)).toBe('hub-lost hub-1');
    state('online');
    expect(told().at(-1)).toBe('hub-back hub-1');
    clock.advance(3 * intervalMs);
    expect(told().at(-1)).toBe('hub-back hub-1');
  });
});
