/** `scripts/start`: a virtual hub that presses its pendant once and then waits for words; `--once` ends after the press. */
import { createRealClock } from '#agent/runtime/clock.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { virtualCommand } from '#simulator/cli.ts';

const command = virtualCommand({ clock: createRealClock(), random: createRealRandom() })
  .name('scripts/start')
  .description('A virtual hub that presses its pendant once, and then waits for words.');
await command.parseAsync(['--demonstrate', ...process.argv.slice(2)], { from: 'user' });
