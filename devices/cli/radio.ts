import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { parseRadioCommand } from '#devices/radio/commands.ts';
import { isRadioProfileName, radioProfiles } from '#devices/radio/profiles.ts';
import { createRadioDevice, type RadioEvent } from '#devices/radio/radioDevice.ts';
import { readTransmitters, type Transmitter } from '#devices/radio/transmitters.ts';
import type { FakeDevice } from './driven.ts';
import type { FakeKind, FakeParts } from './fakeCommand.ts';
import { hex, type Output } from './output.ts';

interface RadioOptions {
  transmitters?: string;
}

export const radioKind: FakeKind<RadioOptions> = {
  name: 'radio',
  noun: 'receiver',
  description: 'an EnOcean receiver (ESP3) with a home of pendants and sensors around it; takes words while it runs',
  tryThese: 'press pendant, list',
  profiles: ['usb300', ...Object.keys(radioProfiles).filter((name) => name !== 'usb300')],
  extend(command: Command) {
    command.option(
      '--transmitters <file>',
      'JSON list of transmitters instead of the usual home: [{ name, id, profile, … }]',
    );
  },
  create,
};

function create({ output, profile, ...parts }: FakeParts, options: RadioOptions): Result<FakeDevice, string> {
  const transmitters = options.transmitters === undefined ? undefined : readTransmittersFile(options.transmitters);
  if (transmitters?.ok === false) return transmitters;
  const device = createRadioDevice({
    ...parts,
    ...(isRadioProfileName(profile) ? { profile: radioProfiles[profile] } : {}),
    ...(transmitters === undefined ? {} : { transmitters: transmitters.value }),
    onEvent: (event) => tellEvent(event, output),
  });
  return success({
    obey(line) {
      const command = parseRadioCommand(line, device.names());
      return command.ok ? device.perform(command.value) : command;
    },
    whenSettled: device.whenSettled,
    stop: () => void device.perform({ word: 'fault', fault: 'none' }),
  });
}

function readTransmittersFile(path: string): Result<Transmitter[], string> {
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(path, 'utf8'));
  } catch (problem) {
    return failure(`cannot read transmitters from ${path}: ${problem instanceof Error ? problem.message : ''}`);
  }
  const read = readTransmitters(list);
  return read.ok ? read : failure(`${path}: ${read.problem}`);
}

function tellEvent(event: RadioEvent, output: Output): void {
  const { event: name, ...fields } = event;
  output.tell(name, textOf(event), fields);
}

function textOf(event: RadioEvent): string {
  switch (event.event) {
    case 'telegram':
    case 'missed': {
      const lost = event.event === 'missed' ? ' (missed: the receiver is not running)' : '';
      const copy = event.copy > 0 ? ` (repeated, ${event.copy})` : '';
      return `telegram from ${event.from}: ${event.what}${copy}${lost}`;
    }
    case 'command':
      return `the hub asks: ${event.asked}`;
    case 'discarded':
      return `discarded (${event.reason}): ${hex(event.bytes)}`;
    default:
      return `the receiver is ${event.event}`;
  }
}
