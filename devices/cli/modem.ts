import type { Command } from 'commander';
import { success } from '#protocol/core/result.ts';
import { createGnssDevice } from '#devices/gnss/gnssDevice.ts';
import { gnssProfiles } from '#devices/gnss/profiles.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import { createSocketEnd } from '#devices/line/socketEnd.ts';
import { createModemDevice } from '#devices/modem/modemDevice.ts';
import { modemFaults } from '#devices/modem/modemFaults.ts';
import type { ModemEvent } from '#devices/modem/parts.ts';
import { isModemProfileName, modemProfiles } from '#devices/modem/profiles.ts';
import type { FakeKind, FakeParts } from './fakeCommand.ts';
import { hex } from './output.ts';

interface ModemOptions {
  socket?: string;
  nmea?: string;
}

export const modemKind: FakeKind<ModemOptions> = {
  name: 'modem',
  noun: 'modem',
  description: 'a 4G modem (AT commands) with its SIM card and the network around it; takes words while it runs',
  tryThese: 'network none, sms +46700000001 Hello, call +46700000001',
  profiles: ['sim7600e-h', ...Object.keys(modemProfiles).filter((name) => name !== 'sim7600e-h')],
  faults: Object.keys(modemFaults),
  extend(command: Command) {
    command.option('--socket <path|port>', 'listen there too: a unix socket, or a TCP port of the loopback');
    command.option('--nmea <path>', 'symbolic link of the port on which it sends positions, once it is told to');
  },
  create({ output, profile, line, ...parts }, { socket, nmea }) {
    const wire = socket === undefined ? undefined : createSocketEnd(socket, line, output.tell);
    const positions = nmea === undefined ? undefined : openPositions(nmea, parts);
    const device = createModemDevice({
      ...parts,
      line: wire?.device ?? line,
      ...(isModemProfileName(profile) ? { profile: modemProfiles[profile] } : {}),
      onEvent(event) {
        if (event.event === 'positions') positions?.switch(event.on);
        output.tell(event.event, textOf(event), { ...event });
      },
    });
    return success({
      obey: device.obey,
      stop() {
        wire?.close();
        positions?.close();
        device.stop();
      },
    });
  },
};

/** The modem's own receiver of positions, on a port of its own. */
function openPositions(link: string, parts: Pick<FakeParts, 'clock' | 'random'>) {
  const port = createPtyLine({ link });
  // Whoever opens it finds out that it is not there; the modem works without it.
  port.ready.catch(() => {});
  let isOn = false;
  const receiver = createGnssDevice({
    ...parts,
    profile: gnssProfiles.sim7600,
    line: {
      onReceived: (handler) => port.device.onReceived(handler),
      write(bytes) {
        if (isOn) port.device.write(bytes);
      },
    },
  });
  return {
    switch: (on: boolean) => {
      isOn = on;
    },
    close() {
      receiver.stop();
      void port.close();
    },
  };
}

function textOf(event: ModemEvent): string {
  switch (event.event) {
    case 'command':
      return `the hub asks: ${event.asked}`;
    case 'discarded':
      return `discarded (${event.reason}): ${hex(event.bytes)}`;
    case 'sms-sent':
      return `a message to ${event.to} in ${event.parts} part(s): ${event.text}`;
    case 'dialled':
      return `the hub calls ${event.to}`;
    case 'key':
      return `the hub presses ${event.digit}`;
    case 'answered':
      return 'the hub has taken the call';
    case 'hung-up':
      return 'the hub has hung up';
    case 'positions':
      return `positions are ${event.on ? 'on' : 'off'}`;
    case 'restarted':
      return 'the modem is restarted';
  }
}
