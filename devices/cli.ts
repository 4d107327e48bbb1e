import { Command } from 'commander';
import type { Clock, Random } from '#protocol/core/time.ts';
import { radioCommand } from './cli/radio.ts';

/** `welfare-hub device …`: one fake device on a pseudo terminal. Whoever puts the commands together hands in the time. */
export function deviceCommand(world: { clock: Clock; random: Random }): Command {
  return new Command('device')
    .description('run one fake device on a pseudo terminal, for a hub or any other program to open')
    .addHelpText('after', '\nExample:\n  $ welfare-hub device radio --link ./ttyRADIO')
    .addCommand(radioCommand(world));
}
