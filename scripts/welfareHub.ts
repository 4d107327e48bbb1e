/** The one command, put together from the folders' own. */
import { Command } from 'commander';
import { firmware } from '#agent/firmware.ts';
import { createRealClock } from '#agent/runtime/clock.ts';
import { createRealRandom } from '#agent/runtime/random.ts';

const ports = { clock: createRealClock(), random: createRealRandom() };

interface Entry {
  does: string;
  load(): Promise<Command>;
}

/** A command's code is loaded when it is called: the hub that runs for years carries no simulator with it. */
const commands: Readonly<Record<string, Entry>> = {
  run: {
    does: 'the device agent on real devices',
    load: async () => (await import('#agent/cli/run.ts')).runCommand(ports),
  },
  virtual: {
    does: 'a virtual hub in a whole home, with a prompt: press buttons and see what happens',
    load: async () => (await import('#simulator/cli/virtual.ts')).virtualCommand(ports),
  },
  scenario: {
    does: 'stories of a home, its hub and its centre: played and judged',
    async load() {
      const { scenarioCommand } = await import('#simulator/cli/scenario.ts');
      const { openVirtualWorld } = await import('#simulator/world/virtualWorld.ts');
      const { openRealWorlds } = await import('#simulator/world/realWorld.ts');
      return scenarioCommand({ ...ports, openVirtualWorld, openRealWorlds });
    },
  },
  storm: {
    does: 'storms of faults over hubs in virtual time, drawn from a seed, and what must hold whatever breaks',
    async load() {
      const { stormCommand } = await import('#simulator/cli/storm.ts');
      const { openVirtualWorld } = await import('#simulator/world/virtualWorld.ts');
      return stormCommand({ ...ports, openVirtualWorld });
    },
  },
  device: {
    does: 'run one fake device on a pseudo terminal, for a hub or any other program to open',
    load: async () => (await import('#devices/cli.ts')).deviceCommand(ports),
  },
  centre: {
    does: 'a receiving centre: acknowledges what hubs report, and tells it line by line',
    load: async () => (await import('#centre/cli.ts')).centreCommand(ports),
  },
  provision: {
    does: 'identities for a test bench, and those of a real centre',
    load: async () => (await import('#centre/cli/provision.ts')).provisionCommand(ports),
  },
  keys: {
    does: 'the keys by which a centre signs, and configurations signed for hubs',
    load: async () => (await import('#centre/cli/keys.ts')).keysCommand(ports),
  },
  proxy: {
    does: 'a bad link between a hub and its broker: cuts, losses, delays, by words',
    load: async () => (await import('#simulator/cli/proxy.ts')).proxyCommand(ports),
  },
  doctor: {
    does: 'what is plugged in, what works, what does not, and what to do',
    load: async () => (await import('#agent/cli/doctor.ts')).doctorCommand(ports),
  },
  journal: {
    does: 'what happened on this hub: its journal (H17)',
    load: async () => (await import('#agent/cli/journal.ts')).journalCommand(),
  },
};

const program = new Command('welfare-hub')
  .description('A welfare hub, and the world to test it in.')
  .version(firmware)
  .addHelpText('after', '\nExample:\n  $ welfare-hub virtual\n  $ welfare-hub run --help')
  .showHelpAfterError('(say --help for what there is)')
  // What stands behind a command is its own: `centre log --store` is none of `centre`.
  .enablePositionalOptions();

// The first word that names a command is the one that is called, also behind `help`.
const called = process.argv.slice(2).find((word) => Object.hasOwn(commands, word));

for (const [name, { does, load }] of Object.entries(commands)) {
  const command = name === called ? await load() : new Command(name);
  program.addCommand(command.description(does));
}

for (const command of [program, ...program.commands]) {
  // A call that is wrong exits with 2, --help and --version with 0.
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
}
await program.parseAsync();
