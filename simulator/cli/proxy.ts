import { createInterface } from 'node:readline';
import { Command, InvalidArgumentError } from 'commander';
import type { Clock, Random } from '#protocol/core/time.ts';
import { obeyWords } from '#protocol/core/words.ts';
import { type FaultProxy, startFaultProxy } from '#simulator/network/faultProxy.ts';
import { proxyWords } from '#simulator/network/proxyWords.ts';

interface CommandOptions {
  listen: number;
  host: string;
  to: { host: string; port: number };
  json: boolean;
}

const example = `
Example:
  $ welfare-hub proxy --listen 1884 --to 127.0.0.1:1883
  throttle 2g
  drop publish 0.2
  counters
  ok
  help

TLS is carried too, but its packets cannot be told apart: drop, duplicate and "cut before" see none.

Exit status: 0 ended by quit or SIGTERM, 1 it failed, 2 the call is wrong, 130 interrupted.`;

/** `welfare-hub proxy`: a bad link between a hub and its broker, which a person makes worse by words. */
export function proxyCommand(ports: { clock: Clock; random: Random }): Command {
  return new Command('proxy')
    .requiredOption('--to <host:port>', 'where it leads', placeOf)
    .option('--listen <port>', 'port that it listens on, 0 for any free one', portOf, 0)
    .option('--host <address>', 'address that it listens on', '127.0.0.1')
    .option('--json', 'one JSON object a line', false)
    .addHelpText('after', example)
    .action(async (options: CommandOptions) => {
      process.exitCode = await run(options, ports);
    });
}

async function run(options: CommandOptions, ports: { clock: Clock; random: Random }): Promise<number> {
  const { to, host, listen, json } = options;
  const tell = (event: string, { text, ...fields }: { text: string; [field: string]: unknown }): void =>
    console.log(json ? JSON.stringify({ event, text, ...fields }) : text);
  try {
    const proxy = await startFaultProxy({ ...ports, to, listen: { host, port: listen } });
    const { port } = proxy;
    tell('ready', { text: `listens on ${host}:${port}, leads to ${to.host}:${to.port}; help lists the words`, port });
    const exitCode = await converse(proxy, tell);
    await proxy.close();
    return exitCode;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`welfare-hub proxy: cannot listen on ${host}:${listen}: ${reason}; --listen takes another port`);
    return 1;
  }
}

/** Does what is said, line by line, until `quit` or a signal. When nobody says anything more the link stays as it is. */
async function converse(
  proxy: FaultProxy,
  tell: (event: string, answer: { text: string; [field: string]: unknown }) => void,
): Promise<number> {
  const words = proxyWords(proxy);
  const input = createInterface({ input: process.stdin });
  const exitCode = await new Promise<number>((resolve) => {
    process.once('SIGINT', () => resolve(130));
    process.once('SIGTERM', () => resolve(0));
    input.on('line', (line) => {
      if (line.trim() === '') return;
      if (line.trim() === 'quit') {
        resolve(0);
        return;
      }
      const done = obeyWords(words, line);
      tell(done.ok ? 'done' : 'refused', done.ok ? done.value : { text: done.problem });
    });
  });
  input.close();
  return exitCode;
}

function placeOf(text: string): { host: string; port: number } {
  const [, host = '', port = ''] = /^(.+):([0-9]{1,5})$/u.exec(text) ?? [];
  if (host === '' || portOf(port) === 0) throw new InvalidArgumentError('Right would be host:port.');
  return { host: host.replace(/^\[(.*)\]$/u, '$1'), port: Number(port) };
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^[0-9]+$/u.test(text) || port > 65_535) {
    throw new InvalidArgumentError('Right would be a number from 0 to 65535.');
  }
  return port;
}
