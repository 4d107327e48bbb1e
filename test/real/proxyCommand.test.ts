import { expect, onTestFinished, test } from 'vitest';
import { startMosquitto } from '#simulator/network/mosquitto.ts';
import { startProgram, welfareHub } from './program.ts';
import { openTestSession } from './uplinkWorld.ts';

test('welfare-hub proxy leads a hub to its broker, and makes its link bad by words', async () => {
  const broker = await startMosquitto();
  onTestFinished(broker.remove);
  const proxy = startProgram(welfareHub('proxy', '--to', `127.0.0.1:${broker.port}`, '--json'));
  const ready = JSON.parse(await proxy.said('that it listens', (line) => line.includes('"ready"'))) as { port: number };
  const url = `mqtt://127.0.0.1:${ready.port}`;
  const session = openTestSession({ url });
  await session.up();

  proxy.type('counters');
  const told = JSON.parse(await proxy.said('what it counted', (line) => line.includes('"counters"')));
  expect(told).toMatchObject({ event: 'done', counters: { open: 1, up: { packets: { connect: 1 } } } });

  proxy.type('cut before 1');
  await proxy.said('that it will cut', (line) => line.includes('before packet 1'));
  session.send('a', 'never arrives');
  expect(await session.closed()).toMatchObject({ code: 'closed-by-broker' });

  for (const [said, answered] of [
    ['drop publich 0.2', 'did you mean publish?'],
    ['drop publish 2', 'is no share from 0 to 1'],
    ['delay 2h', 'more than an hour'],
    ['throttle 5g', 'did you mean'],
    ['cut after 3', 'a number from 1'],
    ['slow', 'known are'],
  ] as const) {
    proxy.type(said);
    const answer = await proxy.said(`what is wrong with ${said}`, (line) => line.includes(answered));
    expect(JSON.parse(answer)).toMatchObject({ event: 'refused' });
  }

  proxy.type('throttle 2g');
  await proxy.said('that it is slow', (line) => line.includes('9050 bit/s'));
  proxy.type('ok');
  await proxy.said('that all is well', (line) => line.includes('"ok"'));
  const again = openTestSession({ url });
  await again.up();
  proxy.type('quit');
  expect(await proxy.end()).toEqual({ status: 0, signal: null });
});

test('welfare-hub proxy says what is wrong with its call, and which port it could not have', async () => {
  const wrong = startProgram(welfareHub('proxy', '--to', 'nowhere'));
  expect(await wrong.end()).toEqual({ status: 2, signal: null });
  const broker = await startMosquitto();
  onTestFinished(broker.remove);
  const taken = startProgram(welfareHub('proxy', '--to', '127.0.0.1:1883', '--listen', String(broker.port)));
  expect(await taken.end()).toEqual({ status: 1, signal: null });
  expect(taken.stderr.join('\n')).toContain('--listen takes another port');
});
