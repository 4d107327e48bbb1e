import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface MosquittoOptions {
  /** Mutual TLS: the broker shows `server` and asks clients for a certificate of `clients`. */
  tls?: { server: { certificateFile: string; keyFile: string }; clients: { certificateFile: string } };
  /** Where its own folder is made; else among the system's temporary ones. */
  parent?: string;
  /** Further lines of mosquitto.conf(5). `{folder}` stands for the broker's own folder. */
  lines?: readonly string[];
  /** Further files in the broker's folder, by name: access lists and the like. */
  files?: Readonly<Record<string, string>>;
}

export interface Mosquitto {
  readonly url: string;
  readonly port: number;
  /** What the broker has logged so far, a line each. */
  readonly log: readonly string[];
  /** The first line of the log that holds this text, written already or still to come. */
  logged(text: string): Promise<string>;
  /** Ends it as a service is ended; sessions and retained messages are kept for `restart`. */
  stop(): Promise<void>;
  /** Kills it as a power cut would. */
  stopHard(): Promise<void>;
  /** Starts it again on the same port, ending it first where it still runs. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

/** How often another port is tried when somebody takes the free one between finding and using it. */
const portAttempts = 5;

/** Runs the real broker on a free port of the loopback. Ready when it accepts connections. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const program = foundMosquitto();
  const folder = mkdtempSync(join(options.parent ?? tmpdir(), 'mosquitto-'));
  const configurationFile = join(folder, 'mosquitto.conf');
  const log: string[] = [];
  /** Says each line of the log as it comes. */
  const lines = new EventEmitter();
  lines.on('line', (line: string) => log.push(line));
  let running: ChildProcess | undefined;
  let port = 0;

  for (const [name, text] of Object.entries(options.files ?? {})) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  }

  async function start(): Promise<void> {
    const [command, ...parameters] = [...diesWithUs(), program, '-c', configurationFile];
    const child = spawn(command ?? program, parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
    running = child;
    await untilItRuns(child, lines, log);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  for (let attempt = 1; running === undefined; attempt += 1) {
    port = await findFreePort();
    writeFileSync(configurationFile, configuration(folder, port, options));
    try {
      await start();
    } catch (error) {
      running = undefined;
      const taken = log.some((line) => line.includes('Address already in use'));
      if (!taken || attempt === portAttempts) throw error;
      log.length = 0;
    }
  }

  return {
    url: `${options.tls === undefined ? 'mqtt' : 'mqtts'}://127.0.0.1:${port}`,
    port,
    log,
    logged: (text) =>
      new Promise((resolve) => {
        const listen = (line: string): void => {
          if (line.includes(text)) {
            lines.removeListener('line', listen);
            resolve(line);
          }
        };
        lines.on('line', listen);
        log.forEach(listen);
      }),
    stop: () => end('SIGTERM'),
    stopHard: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM');
      await start();
    },
    async remove() {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until the broker says that it runs, or fails with what it said instead. */
async function untilItRuns(child: ChildProcess, lines: EventEmitter, log: readonly string[]): Promise<void> {
  if (child.stderr === null) throw new Error('mosquitto has no standard error to read');
  const output = createInterface({ input: child.stderr });
  await new Promise<void>((resolve, reject) => {
    output.on('line', (line) => {
      lines.emit('line', line);
      // "1700000000: mosquitto version … running": its listeners are open by then.
      if (/mosquitto version .* running/u.test(line)) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      output.once('close', () => reject(new Error(`mosquitto ended (${code ?? signal}): ${log.join('\n')}`)));
    });
  });
}

function configuration(folder: string, port: number, { tls, lines = [] }: MosquittoOptions): string {
  return [
    `listener ${port} 127.0.0.1`,
    // Without it every small packet behind another waits 40 ms for Nagle and the delayed ACK.
    'set_tcp_nodelay true',
    // Lets root's broker keep its rights, which it needs for a folder that only we may read.
    `user ${userInfo().username}`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${folder}/`,
    'log_dest stderr',
    'connection_messages true',
    ...(tls === undefined
      ? []
      : [
          `cafile ${tls.clients.certificateFile}`,
          `certfile ${tls.server.certificateFile}`,
          `keyfile ${tls.server.keyFile}`,
          'require_certificate true',
          'use_identity_as_username true',
        ]),
    ...lines.map((line) => line.replaceAll('{folder}', folder)),
    '',
  ].join('\n');
}

/**
 * What to start a program with so that it ends with this process. A test process that is killed cannot end its programs,
 * so the kernel does it where util-linux is there to ask for it.
 */
export function diesWithUs(): string[] {
  const setpriv = findProgram('setpriv');
  return setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL'];
}

/** The line that installs it, for whoever has not got it. */
export const installMosquitto = 'sudo apt-get install --no-install-recommends mosquitto';

/** The program, or nothing where it is not installed. */
export function findMosquitto(): string | undefined {
  return findProgram('mosquitto');
}

function foundMosquitto(): string {
  const program = findMosquitto();
  if (program === undefined) throw new Error(`mosquitto is missing. Install it: ${installMosquitto}`);
  return program;
}

/** Where daemons are: Debian keeps them where an ordinary user's PATH does not lead. */
const daemonFolders = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];

function findProgram(name: string): string | undefined {
  const found = daemonFolders.map((folder) => join(folder, name)).find(isExecutable);
  if (found !== undefined) return found;
  return spawnSync(name, ['--help'], { stdio: 'ignore' }).error === undefined ? name : undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port of the loopback is free');
  return address.port;
}
