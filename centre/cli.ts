import { createInterface, type Interface } from 'node:readline';
import { Command, InvalidArgumentError } from 'commander';
import type { Clock, Random } from '#protocol/core/time.ts';
import type { RunOptions } from './call.ts';
import { logCommand, statisticsCommand } from './cli/storeCommands.ts';
import { runCentre } from './run.ts';

const example = `
Example:
  $ welfare-hub centre --listen 1883 --key centre-1.pem
  $ welfare-hub centre --broker mqtts://broker.example:8883 --ca ca.pem --cert centre-1.pem --tls-key centre-1.key

While it runs it takes words, line by line: answer, dispatch, accept, decline, close, open, text, operator, staff,
policy, hubs, cases, command, commands, configure, extract, help, quit. The whole of it: docs/centre.md.

Exit status: 0 ended by SIGTERM, 1 it failed, 2 the call or a file is wrong, 130 interrupted.`;

/** `welfare-hub centre`: a receiving centre that acknowledges what hubs report and tells it line by line. */
export function centreCommand(ports: { clock: Clock; random: Random }): Command {
  return new Command('centre')
    .option('--broker <url>', 'the broker to use (default: one within the process, loopback only)')
    .option('--listen <port>', 'port of the broker within the process, 0 for any free one', portOf, 0)
    .option('--host <address>', 'address of the broker within the process; it asks nobody who he is', '127.0.0.1')
    .option('--name <id>', 'id of the centre', 'centre-1')
    .option('--key <file>', 'Ed25519 key that signs acknowledgements, made when it is not there')
    .option('--former-key <file>', 'the key that signed before: announces --key to each hub, until it has confirmed')
    .option('--ca <file>', 'certificate authority of the broker, PEM')
    .option('--cert <file>', 'certificate of the centre, PEM; its common name is the id')
    .option('--tls-key <file>', 'private key of the certificate, PEM')
    .option('--reserve', 'it is the reserve of another centre', false)
    .option('--policy <file>', 'how operator and staff behave (default: a person at the prompt plays them)')
    .option('--clients <file>', 'whose hubs they are: name, address, unit')
    .option('--store <file>', 'keeps cases and log over restarts, made when it is not there')
    .option('--json', 'one JSON object a line', false)
    .enablePositionalOptions()
    .addCommand(logCommand(ports))
    .addCommand(statisticsCommand(ports))
    .addHelpText('after', example)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .action((options: RunOptions) => run(options, ports));
}

async function run(options: RunOptions, ports: { clock: Clock; random: Random }): Promise<void> {
  let quit = (): void => {};
  let failed = (_message: string): void => {};
  const over = new Promise<number>((resolve) => {
    process.once('SIGINT', () => resolve(130));
    process.once('SIGTERM', () => resolve(0));
    quit = () => resolve(0);
    failed = (message) => {
      process.stderr.write(`welfare-hub centre: ${message}\n`);
      resolve(1);
    };
  });
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const running = await runCentre(options, { ...ports, print, quit: () => quit(), failed: (why) => failed(why) });
  if (!running.ok) {
    process.stderr.write(`welfare-hub centre: ${running.problem.message}\n`);
    process.exit(running.problem.exitCode);
  }
  const input = hearWords(running.value.say);
  const exitCode = await over;
  input.close();
  await running.value.stop();
  process.exit(exitCode);
}

/** Words come line by line, from a person or through a pipe; when nobody says anything more the centre goes on. */
function hearWords(say: (line: string) => void): Interface {
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => {
    if (line.trim() !== '') say(line.trim());
  });
  return input;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^[0-9]+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError('Right would be a number from 0 to 65535.');
  }
  return port;
}
