import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Child, programOf, startChild } from './child.ts';

export interface Broker {
  url: string;
  port: number;
  end(): Promise<void>;
}

/** Runs mosquitto on a free port of the loopback, as it is run for real but for the certificates. */
export async function startBroker(folder: string): Promise<Broker> {
  const program = programOf('mosquitto', 'mosquitto');
  const port = await findFreePort();
  const configuration = join(folder, 'mosquitto.conf');
  const lines = [
    `listener ${port} 127.0.0.1`,
    'set_tcp_nodelay true',
    `user ${userInfo().username}`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${folder}/`,
    'sys_interval 0',
    'log_dest stderr',
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  const broker = startChild(program, ['-c', configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
  await untilItRuns(broker);
  return { url: `mqtt://127.0.0.1:${port}`, port, end: broker.end };
}

async function untilItRuns({ process: broker }: Child): Promise<void> {
  if (broker.stderr === null) throw new Error('mosquitto has no standard error to read');
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: broker.stderr ?? process.stdin }).on('line', (line) => {
      said.push(line);
      if (/mosquitto version .* running/u.test(line)) resolve();
    });
    broker.once('exit', () => reject(new Error(`mosquitto ended: ${said.join(' / ')}`)));
  });
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port of the loopback is free');
  return address.port;
}
