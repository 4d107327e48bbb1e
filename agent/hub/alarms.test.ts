import { afterEach, expect, test } from 'vitest';
import { hourMs, minuteMs } from '#protocol/core/time.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';

let home: HubAtWork | undefined;
afterEach(() => {
  home?.close();
  home = undefined;
});

test('the alarm button on the hub raises an alarm of the hub itself (B16)', () => {
  home = startHubAtWork();
  home.front().button('alarm');
  expect(home.records()).toMatchObject([{ report: 'alarm', from: 'hub', dty: 2, stc: 10, pri: 8 }]);
});

test('the hub’s button pressed again before the answer, over a restart too, is an update that counts (B1.3, B6.6)', () => {
  home = startHubAtWork();
  home.front().button('alarm');
  home.restart();
  home.front().button('alarm');
  const [alarm, ...others] = home.records();
  expect(others).toMatchObject([{ report: 'update', of: alarm?.ref, presses: 2, from: 'hub', stc: 10 }]);
  home.acknowledgeAll();
  home.front().button('alarm');
  expect(home.records().at(-1)).toMatchObject({ report: 'alarm' });
});

test('an alarm says where the hub is, as long as that is known (B1.6)', () => {
  home = startHubAtWork();
  home.front().button('alarm');
  home.acknowledgeAll();
  home.gnss().position({ latitude: 56.046_467, longitude: 12.694_512 });
  home.front().button('alarm');
  home.acknowledgeAll();
  home.gnss().position(undefined);
  home.front().button('alarm');
  expect(home.records().map(({ lge }) => lge?.geo)).toEqual([undefined, '56.046467,12.694512', undefined]);
});

test.each([
  ['$GPGGA,1*00', '$GPGGA,1*00'],
  ['$GPGGA,a b*00', undefined],
  [`$${'x'.repeat(99)}`, `$${'x'.repeat(99)}`],
  [`$${'x'.repeat(100)}`, undefined],
])(
  'an alarm carries the sentence of its position (%j), unless a record cannot: then it goes without (B1.6)',
  (gga, kept) => {
    home = startHubAtWork();
    home.gnss().position({ latitude: 56, longitude: 12, gga });
    home.front().button('alarm');
    expect(home.records().at(-1)?.lge).toMatchObject({ geo: '56.000000,12.000000' });
    expect(home.records().at(-1)?.lge?.gga).toBe(kept);
  },
);

test('the time beside a position is when it was told, also when the clock was set only afterwards (B1.6, B12.2)', () => {
  home = startHubAtWork();
  home.clock.advance(minuteMs);
  const toldAtMs = home.clock.wallMs() - 3 * hourMs;
  home.gnss().position({ latitude: 56.046_467, longitude: 12.694_512 });
  home.clock.setWall(toldAtMs);
  home.clock.advance(10 * minuteMs);
  home.front().button('alarm');
  expect(home.records().at(-1)?.lge?.tim).toBe(new Date(toldAtMs).toISOString());
});

test('no other button of the hub raises an alarm', () => {
  home = startHubAtWork();
  home.front().button('cancel');
  home.front().button('presence');
  expect(home.records().filter(({ report }) => report === 'alarm')).toEqual([]);
});
