import { createRealClock } from '#agent/runtime/clock.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { deviceCommand } from '#devices/cli.ts';

/** `welfare-hub device …` alone, as a program for tests to start. */
const command = deviceCommand({ clock: createRealClock(), random: createRealRandom() });
await command.parseAsync(process.argv);
