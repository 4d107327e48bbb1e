import { expect, test } from 'vitest';
import { obeyWords } from '#protocol/core/words.ts';
import { encodeRecord } from '#protocol/mqtt/record.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createCentre } from './centre.ts';
import type { CentreEvent } from './events.ts';
import { createHubs } from './hubs.ts';
import { sha256Hex } from './keys.ts';
import { casesShown, centreWords } from './prompt.ts';

function setUp() {
  const clock = createVirtualClock();
  const listener = (event: CentreEvent): void => hubs.hear(event);
  const hubs = createHubs({ clock, listener, intervalMsOf: () => 120_000, missed: () => 3, role: 'primary' });
  const centre = createCentre({ clock, sha256Hex, listener });
  const words = centreWords(centre, hubs);
  const say = (line: string) => {
    const done = obeyWords(words, line);
    if (!done.ok) throw new Error(done.problem);
    return done.value;
  };
  listener({ event: 'connected', url: 'mqtt://here', protocol: 'MQTT 5' });
  return { clock, centre, say };
}

const online = (hub: string) => ({ v: 1, hub, state: 'online', configuration: 3 }) as const;
const beat = { v: 1, sequence: 1, uptimeMs: 1, configuration: 4, firmware: '1', waiting: 2 } as const;

test('hubs tells what each has said of itself, the last of it, and which is lost', () => {
  const { clock, centre, say } = setUp();
  centre.hubState('hub-0001', online('hub-0001'));
  centre.hubState('hub-0002', online('hub-0002'));
  centre.hubState('hub-0002', { v: 1, hub: 'hub-0002', state: 'offline' });
  clock.advance(359_999);
  centre.heartbeat('hub-0001', { ...beat, hub: 'hub-0001' });
  clock.advance(1);
  expect(say('hubs').text).toBe(
    'hub-0001  online, configuration 4, 2 waiting\nhub-0002  offline, lost, configuration 3',
  );
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
