import { expect, test } from 'vitest';
import { obeyWords } from '#protocol/core/words.ts';
import { encodeRecord } from '#protocol/mqtt/record.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createCentre } from './centre.ts';
import { sha256Hex } from './keys.ts';
import { casesShown, centreWords, createHeardHubs, hubsLimit } from './prompt.ts';

function setUp() {
  const hubs = createHeardHubs();
  const centre = createCentre({ clock: createVirtualClock(), sha256Hex, listener: hubs.hear });
  const words = centreWords(centre, hubs);
  const say = (line: string) => {
    const done = obeyWords(words, line);
    if (!done.ok) throw new Error(done.problem);
    return done.value;
  };
  return { centre, say };
}

const online = (hub: string) => ({ v: 1, hub, state: 'online', configuration: 3 }) as const;

test('hubs tells what each has said of itself, the last of it', () => {
  const { centre, say } = setUp();
  centre.hubState('hub-0001', online('hub-0001'));
  const beat = { v: 1, sequence: 1, uptimeMs: 1, configuration: 4, firmware: '1', waiting: 2 } as const;
  centre.heartbeat('hub-0001', { ...beat, hub: 'hub-0001' });
  centre.hubState('hub-0002', { v: 1, hub: 'hub-0002', state: 'offline' });
  expect(say('hubs').text).toBe('hub-0001  online, configuration 4, 2 waiting\nhub-0002  offline');
});

test('hubs remembers so many, and those that it knows go on being told', () => {
  const { centre, say } = setUp();
  for (let count = 0; count <= hubsLimit; count += 1) centre.hubState(`hub-${count}`, online(`hub-${count}`));
  centre.hubState('hub-0', { v: 1, hub: 'hub-0', state: 'offline' });
  const { hubs } = say('hubs');
  expect(hubs).toHaveLength(hubsLimit);
  expect(hubs).toContainEqual({ hub: 'hub-0', state: 'offline', configuration: 3 });
});

test('cases tells the newest, and policy how they are answered from now on', () => {
  const { centre, say } = setUp();
  const when = { boot: 'b', monotonicMs: 1, wall: '2026-01-15T12:00:00Z', trusted: true };
  const envelope = (ref: string) => {
    const codes = { report: 'alarm', from: 'pendant', dty: 3, stc: 10, pri: 8 } as const;
    const record = encodeRecord({ v: 1, hub: 'hub-1', ref, ...codes, when });
    return { v: 1, record, attempt: 1, path: 'primary', buffered: false } as const;
  };
  for (let count = 0; count <= casesShown; count += 1) centre.report('hub-1', envelope(`A${count}`));
  expect(say('cases')['cases']).toHaveLength(casesShown);
  expect(say('cases').text.split('\n').at(-1)).toBe(`hub-1  alarm A${casesShown} from pendant`);
  say('policy silent');
  expect(centre.report('hub-1', envelope('B1'))).toBeUndefined();
});
