import { Command } from 'commander';
import { fakeCommand, type FakeWorld } from './cli/fakeCommand.ts';
import { frontCommand } from './cli/front.ts';
import { gnssKind } from './cli/gnss.ts';
import { modemKind } from './cli/modem.ts';
import { radarKind } from './cli/radar.ts';
import { radioKind } from './cli/radio.ts';
import { readerKind } from './cli/reader.ts';
import { upsKind } from './cli/ups.ts';

/** `welfare-hub device …`: one fake device on a pseudo terminal. A new device is a line here. */
export function deviceCommand(world: FakeWorld): Command {
  return new Command('device')
    .addHelpText('after', '\nExample:\n  $ welfare-hub device radio --link ./ttyRADIO')
    .addCommand(frontCommand(world))
    .addCommand(fakeCommand(radioKind, world))
    .addCommand(fakeCommand(modemKind, world))
    .addCommand(fakeCommand(readerKind, world))
    .addCommand(fakeCommand(radarKind, world))
    .addCommand(fakeCommand(upsKind, world))
    .addCommand(fakeCommand(gnssKind, world));
}
