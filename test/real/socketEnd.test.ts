import { once } from 'node:events';
import { createConnection } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { clientsLimit, createSocketEnd, unreadLimit } from '#devices/line/socketEnd.ts';
import { inTime } from './program.ts';

/** A device's line that is on a TCP port, too, and clients of it. */
async function startSocket() {
  const written: Uint8Array[] = [];
  const line = { write: (bytes: Uint8Array) => void written.push(bytes), onReceived() {} };
  const listening = Promise.withResolvers<number>();
  const end = createSocketEnd('0', line, (_event, _text, fields) => {
    listening.resolve(Number(fields?.['where']?.split(':')[1]));
  });
  onTestFinished(() => end.close());
  const port = await inTime('the port', listening.promise, () => '');
  async function connect() {
    const client = createConnection({ port });
    onTestFinished(() => void client.destroy());
    // A line that is broken off is no fault of the test.
    client.on('error', () => {});
    await inTime('a connection', once(client, 'connect'), () => '');
    return client;
  }
  return { end, written, connect };
}

test('what a device says goes to its line and to every client, and what any of them says is heard', async () => {
  const { end, written, connect } = await startSocket();
  const heard = Promise.withResolvers<string>();
  end.device.onReceived((bytes) => heard.resolve(String.fromCharCode(...bytes)));
  const clients = [await connect(), await connect()];
  clients[1]?.write('AT\r');
  expect(await inTime('what the client says', heard.promise, () => '')).toBe('AT\r');
  end.device.write(Uint8Array.of(0x4f, 0x4b));
  for (const client of clients) {
    const [bytes] = (await inTime('what the device says', once(client, 'data'), () => '')) as [Buffer];
    expect(bytes.toString()).toBe('OK');
  }
  expect(written).toEqual([Uint8Array.of(0x4f, 0x4b)]);
});

test(`${clientsLimit} clients are served, and one more is sent away`, async () => {
  const { end, connect } = await startSocket();
  const heard = Promise.withResolvers<undefined>();
  const clients = [];
  for (let count = 0; count < clientsLimit; count += 1) clients.push(await connect());
  const surplus = await connect();
  await inTime('its end', once(surplus, 'close'), () => '');
  end.device.onReceived(() => heard.resolve(undefined));
  clients.at(-1)?.write('AT\r');
  await inTime('what the last one says', heard.promise, () => '');
  expect(clients.map(({ destroyed }) => destroyed)).toEqual(clients.map(() => false));
});

test(`a client that leaves ${unreadLimit} bytes unread is let go, and the device goes on`, async () => {
  const { end, written, connect } = await startSocket();
  const client = await connect();
  client.pause();
  const piece = new Uint8Array(65_536);
  const pieces = (16 * unreadLimit) / piece.length;
  // The first word makes sure that the other end is there.
  client.write('x');
  const there = Promise.withResolvers<undefined>();
  end.device.onReceived(() => there.resolve(undefined));
  await inTime('the other end', there.promise, () => '');
  for (let count = 0; count < pieces; count += 1) end.device.write(piece);
  let received = 0;
  client.on('data', (bytes: Buffer) => (received += bytes.length));
  client.resume();
  await inTime('its end', once(client, 'close'), () => '');
  expect(received).toBeLessThan(pieces * piece.length);
  expect(written).toHaveLength(pieces);
});
