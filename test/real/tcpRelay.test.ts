import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createRealClock } from '#agent/runtime/clock.ts';
import { createSeededRandom } from '#simulator/seededRandom.ts';
import { startTcpRelay } from '#simulator/network/tcpRelay.ts';

test('what a broker says last, before it closes, still reaches the hub', async () => {
  const broker = createServer((socket) => socket.end('refused'));
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
  onTestFinished(() => void broker.close());
  const { port: brokerPort } = broker.address() as AddressInfo;
  const relay = await startTcpRelay({ clock: createRealClock(), random: createSeededRandom(1), brokerPort });
  onTestFinished(relay.close);
  const hub = connect({ port: relay.port, host: '127.0.0.1' });
  let heard = '';
  hub.on('data', (bytes) => (heard += String(bytes)));
  await once(hub, 'close');
  expect(heard).toBe('refused');
});
