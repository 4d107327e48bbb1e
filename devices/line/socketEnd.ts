import { createServer, type Socket } from 'node:net';
import type { DeviceEnd } from './wire.ts';

/** Clients that may be connected at one time. */
export const clientsLimit = 4;

/** Bytes that a client may leave unread before it is let go. */
export const unreadLimit = 1_048_576;

export interface SocketEnd {
  /** The other wire and every client at once: all hear the same, and whoever writes is heard. */
  device: DeviceEnd;
  close(): void;
}

/**
 * Lets programs that know no serial ports have a device's line: on a unix socket (a path), or on a TCP port of the
 * loopback (digits). What happens is told; a place that cannot be had is, too.
 */
export function createSocketEnd(
  where: string,
  line: DeviceEnd,
  tell: (event: string, text: string, fields?: Readonly<Record<string, string>>) => void,
): SocketEnd {
  const clients = new Set<Socket>();
  let hears: (bytes: Uint8Array) => void = () => {};

  const server = createServer((client) => {
    if (clients.size >= clientsLimit) {
      client.destroy();
      return;
    }
    clients.add(client);
    client.on('data', (bytes: Buffer) => hears(bytes));
    // A client that breaks off is gone like one that leaves.
    client.on('error', () => {});
    client.once('close', () => clients.delete(client));
  });
  server.on('error', (problem) => tell('socket-failed', `nobody can connect to ${where}: ${problem.message}`));
  const listening = (): void => {
    const address = server.address();
    const place = typeof address === 'object' && address !== null ? `${address.address}:${address.port}` : where;
    tell('listening', `the line is at ${place}, too`, { where: place });
  };
  if (/^\d{1,5}$/u.test(where)) server.listen(Number(where), '127.0.0.1', listening);
  else server.listen(where, listening);

  return {
    device: {
      write(bytes) {
        line.write(bytes);
        for (const client of clients) {
          if (client.writableLength > unreadLimit) client.destroy();
          else client.write(bytes);
        }
      },
      onReceived(handler) {
        hears = handler;
        line.onReceived(handler);
      },
    },
    close() {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
}
