import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { brokerAccess, brokerSettings } from '#centre/provision/brokerFiles.ts';
import { type Mosquitto, startMosquitto } from '#simulator/network/mosquitto.ts';
import type { Authority, Certificate } from '#test/certificates.ts';

export interface ShippedBroker {
  /** By address; the shipped listener has mutual TLS. */
  url: string;
  log: readonly string[];
  stop(): Promise<void>;
  /** On the same port. */
  restart(): Promise<void>;
  remove(): Promise<void>;
}

/** Mosquitto with deploy/mosquitto as it is shipped, for one centre; further lines of its access list may be given. */
export async function startShippedBroker(
  { certificate: ca }: Pick<Authority, 'certificate'>,
  server: Pick<Certificate, 'certificate' | 'key'>,
  { access = '' }: { access?: string } = {},
): Promise<ShippedBroker> {
  const port = await freePort();
  const settings = brokerSettings({ folder: '{folder}', address: '127.0.0.1', port, user: 'root' });
  // Whose it is, and where its data are, is said by whoever runs it here.
  const lines = settings.split('\n').filter((line) => !/^(user|persistence_location|log_dest) /u.test(line));
  const mosquitto: Mosquitto = await startMosquitto({
    lines,
    files: {
      'welfare-hub.acl': brokerAccess(['centre-1']) + access,
      'ca.pem': ca,
      'server.pem': server.certificate,
      'server.key': server.key,
    },
  });
  const { log, stop, restart, remove } = mosquitto;
  return { url: `mqtts://127.0.0.1:${port}`, log, stop, restart, remove };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
