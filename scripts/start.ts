/** `scripts/start`: a virtual hub that shows an alarm and a visit and then waits for words; `--once` ends after them. */
import { createRealClock } from '#agent/runtime/clock.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { virtualCommand } from '#simulator/cli/virtual.ts';

const command = virtualCommand({ clock: createRealClock(), random: createRealRandom() })
  .name('scripts/start')
  .description('A virtual hub that shows an alarm and a visit, all the way, and then waits for words.');
await command.parseAsync(['--demonstrate', ...process.argv.slice(2)], { from: 'user' });
