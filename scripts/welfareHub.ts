/** The one command, put together from the folders' own. */
import { Command } from 'commander';
import { journalCommand } from '#agent/cli/journal.ts';
import { runCommand } from '#agent/cli/run.ts';
import { firmware } from '#agent/main.ts';
import { createRealClock } from '#agent/runtime/clock.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { centreCommand } from '#centre/cli.ts';
import { deviceCommand } from '#devices/cli.ts';
import { scenarioCommand } from '#simulator/cli/scenario.ts';
import { virtualCommand } from '#simulator/cli.ts';
import { openRealWorlds } from '#simulator/world/realWorld.ts';
import { openVirtualWorld } from '#simulator/world/virtualWorld.ts';

const ports = { clock: createRealClock(), random: createRealRandom() };

const program = new Command('welfare-hub')
  .description('A welfare hub, and the world to test it in.')
  .version(firmware)
  .addHelpText('after', '\nExample:\n  $ welfare-hub virtual\n  $ welfare-hub run --help')
  .showHelpAfterError('(say --help for what there is)')
  .addCommand(runCommand(ports))
  .addCommand(virtualCommand(ports))
  .addCommand(scenarioCommand({ ...ports, openVirtualWorld, openRealWorlds }))
  .addCommand(deviceCommand(ports))
  .addCommand(centreCommand(ports))
  .addCommand(journalCommand());

for (const command of [program, ...program.commands]) {
  // A call that is wrong exits with 2, --help and --version with 0.
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
}
await program.parseAsync();
