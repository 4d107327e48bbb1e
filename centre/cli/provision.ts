import { Command, InvalidArgumentError } from 'commander';
import { type Result, success } from '#protocol/core/result.ts';
import type { Clock } from '#protocol/core/time.ts';
import {
  type BenchOptions,
  importIdentity,
  type Made,
  provisionAuthority,
  provisionBroker,
  provisionCentre,
  provisionHub,
} from '#centre/provision/bench.ts';
import { exit, idsOf, perform, statuses } from './outcome.ts';

interface CommonOptions {
  folder: string;
  renew: boolean;
  json: boolean;
}

type Provision = (bench: BenchOptions) => Result<Made[], string>;

const example = (words: string): string => `\nExample:\n  $ welfare-hub provision ${words}${statuses}`;

/** `welfare-hub provision`: identities for a test bench, and those that a real centre hands out. */
export function provisionCommand({ clock }: { clock: Clock }): Command {
  const command = new Command('provision').helpCommand(false);
  command.exitOverride(exit).addHelpText('after', `${example('authority')}\nThe whole way: docs/security.md.`);

  function subcommand(name: string, does: string, words = name): Command {
    return new Command(name)
      .description(does)
      .exitOverride(exit)
      .option('--folder <folder>', 'where everything is kept, a folder for each party', 'bench')
      .option('--renew', 'make anew what is there already', false)
      .option('--json', 'what was done, as a JSON array', false)
      .addHelpText('after', example(words));
  }

  function run({ folder, renew, json }: CommonOptions, provision: Provision): void {
    perform(
      'welfare-hub provision',
      () => provision({ folder, renew, nowMs: clock.wallMs() }),
      (made) => (json ? JSON.stringify(made) : made.map(({ is, file }) => `${is.padEnd(8)}${file}`).join('\n')),
    );
  }

  const each = (ids: readonly string[], make: (id: string) => Result<Made[], string>): Result<Made[], string> => {
    const made: Made[] = [];
    for (const id of ids) {
      const one = make(id);
      if (!one.ok) return one;
      made.push(...one.value);
    }
    return success(made);
  };

  command.addCommand(
    subcommand('authority', 'a certificate authority for the bench; its key never leaves the folder').action(
      (options: CommonOptions) => run(options, (bench) => success(provisionAuthority(bench))),
    ),
  );
  command.addCommand(
    subcommand('broker', "the broker's certificate, configuration and access list")
      .option('--address <address>', 'the name or address by which hubs reach it', '127.0.0.1')
      .option('--port <port>', 'its port', portOf, 8883)
      .action((options: CommonOptions & { address: string; port: number }) =>
        run(options, (bench) => provisionBroker(bench, options)),
      ),
  );
  command.addCommand(
    subcommand('centre', 'the certificate of a centre, and the key by which it signs', 'centre centre-1')
      .argument('<ids...>', 'ids of centres', idsOf)
      .action((ids: string[], options: CommonOptions) =>
        run(options, (bench) => each(ids, (id) => provisionCentre(bench, id))),
      ),
  );
  command.addCommand(
    subcommand('hub', 'the certificate of a hub, and its hub.yaml to begin with', 'hub hub-0001 hub-0002')
      .argument('<ids...>', 'ids of hubs', idsOf)
      .option('--fake-radio', 'hub.yaml names a radio that `welfare-hub device radio` plays, and its pendant', false)
      .action((ids: string[], options: CommonOptions & { fakeRadio: boolean }) =>
        run(options, (bench) => each(ids, (id) => provisionHub(bench, id, options.fakeRadio))),
      ),
  );
  command.addCommand(
    subcommand('import', 'takes what a real centre has handed out for a hub, when it belongs together', importExample)
      .argument('<id>', "the hub's id")
      .requiredOption('--ca <file>', "the certificate of the centre's authority, PEM")
      .requiredOption('--cert <file>', "the hub's certificate, PEM")
      .requiredOption('--key <file>', 'its private key, PEM')
      .action((id: string, options: CommonOptions & { ca: string; cert: string; key: string }) =>
        run(options, (bench) => importIdentity(bench, id, { ...options, certificate: options.cert })),
      ),
  );
  return command;
}

const importExample = 'import hub-0001 --ca ca.pem --cert hub-0001.pem --key hub-0001.key';

function portOf(text: string): number {
  const port = Number(text);
  if (!/^[0-9]+$/u.test(text) || port < 1 || port > 65_535) {
    throw new InvalidArgumentError('Right would be a number from 1 to 65535.');
  }
  return port;
}
