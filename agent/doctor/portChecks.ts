import { accessSync, constants, existsSync, statSync } from 'node:fs';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Clock } from '#protocol/core/time.ts';
import { bad, type Finding, look, ok } from './finding.ts';
import type { DeviceKind } from './knownUsb.ts';
import { askPort } from './question.ts';
import { recognisers } from './questions.ts';
import type { SerialPort } from './serialPorts.ts';

export interface PortParts {
  clock: Clock;
  openPort(path: string): OpenLine;
}

/** Which device answers on a port, and what it says of itself. */
interface Answered {
  kind: DeviceKind;
  says: string;
}

/** What people call the devices. */
const nouns: Readonly<Record<DeviceKind, string>> = {
  radio: 'radio receiver',
  modem: 'modem',
  gnss: 'receiver of positions',
  ups: 'supply',
  reader: 'tag reader',
  radar: 'radar',
};

/** What to look at when a port is there and nobody answers. */
const silenceAdvice: Readonly<Record<DeviceKind, string>> = {
  radio:
    'Pull the stick out, wait ten seconds, put it back and try again. If it stays silent, try it in another socket.',
  modem:
    'A modem needs half a minute after it got power, and more current than most USB sockets give: use its own supply. SIM7600 and EC25 have several ports; the one for AT commands is usually the third (ttyUSB2).',
  gnss: 'A receiver sends sentences all the time, without a fix too. Look at its plug, and at its rate: 9600 or 115200 are usual.',
  ups: 'Is it switched on? Small supplies often come with a USB cable that needs another program; this one needs the serial cable.',
  reader: 'A reader says nothing until a tag comes. Hold a tag to it while this runs, and it shows.',
  radar:
    'It sends ten times a second as soon as it has 5 V. Are its TX and the RX of this machine connected, and both grounds?',
};

/** Looks at a port that the configuration names for a device. */
export async function checkNamedPort(
  kind: DeviceKind,
  path: string,
  found: readonly SerialPort[],
  parts: PortParts,
): Promise<Finding> {
  if (!existsSync(path)) return missing(kind, path, found);
  if (!statSync(path).isCharacterDevice()) {
    return bad(
      kind,
      `${path} is not a serial port.`,
      `Name the port of the ${nouns[kind]} in hub.yaml under ${kind}.port.`,
    );
  }
  if (!mayUse(path)) {
    return bad(kind, `${path} is there, but this user may not use it.`, dialoutAdvice);
  }
  const answered = await whoAnswers(path, [kind], parts);
  if (answered.state === 'closed') return bad(kind, `${path} cannot be opened: ${answered.reason}.`, closedAdvice);
  if (answered.state === 'answered') return ok(kind, `${answered.who.says} (${path})`, { port: path });
  if (kind === 'reader') return look(kind, `${path} is open, and silent.`, silenceAdvice.reader);
  const other = await whoAnswers(path, othersThan(kind), parts);
  if (other.state === 'answered') {
    const { kind: is, says } = other.who;
    return bad(
      kind,
      `On ${path} a ${nouns[is]} answers: ${says}.`,
      `The ports are mixed up: write this one under ${is}.port in hub.yaml, and look for the ${nouns[kind]} on another.`,
    );
  }
  return bad(kind, `${path} is open, but no ${nouns[kind]} answers.`, silenceAdvice[kind]);
}

const dialoutAdvice =
  'Say: sudo usermod -aG dialout $USER, then log out and in again. The service of the hub has this right already.';

const closedAdvice =
  'Another program may have it: stop the hub (sudo systemctl stop welfare-hub) or a terminal program, and try again.';

/** Looks at a port that the configuration does not name: what is plugged in, and what would have to be written. */
export async function checkFreePort(port: SerialPort, parts: PortParts): Promise<Finding | undefined> {
  if (port.known?.spare === true) return undefined;
  const about = port.path.replace(/^.*\//u, '');
  const kinds = port.known?.kind === undefined ? askable : [port.known.kind];
  if (!mayUse(port.path)) return look(about, `${port.name}: this user may not use it.`, dialoutAdvice);
  const answered = await whoAnswers(port.path, kinds, parts);
  if (answered.state === 'closed') return look(about, `${port.name}: ${answered.reason}.`, closedAdvice);
  const kind = answered.state === 'answered' ? answered.who.kind : port.known?.kind;
  const says = answered.state === 'answered' ? answered.who.says : port.name;
  if (kind === undefined) {
    return look(
      about,
      `${port.name}: nobody answers what is asked here.`,
      'If it should be a tag reader, hold a tag to it. Otherwise it is not the hub’s.',
    );
  }
  const path = port.stableName ?? port.path;
  return look(
    about,
    `A ${nouns[kind]} that hub.yaml does not name: ${says}.`,
    `To use it, write into hub.yaml:  ${kind}: { port: ${path} }`,
  );
}

function missing(kind: DeviceKind, path: string, found: readonly SerialPort[]): Finding {
  const candidates = found.filter(({ known }) => known?.kind === kind);
  const advice =
    candidates.length === 0
      ? `Plug the ${nouns[kind]} in. If it is plugged in, its name may be another: ls -l /dev/serial/by-id`
      : `It is probably here: write ${kind}: { port: ${candidates.map((port) => port.stableName ?? port.path).join(' or ')} } into hub.yaml.`;
  return bad(kind, `${path} is not there.`, advice);
}

type Asked = { state: 'answered'; who: Answered } | { state: 'silent' } | { state: 'closed'; reason: string };

/** Asks one question after the other until somebody answers. */
async function whoAnswers(path: string, kinds: readonly DeviceKind[], { clock, openPort }: PortParts): Promise<Asked> {
  for (const { kind, question } of recognisers) {
    if (!kinds.includes(kind)) continue;
    const answer = await askPort(openPort(path), clock, question);
    if (!answer.ok) return { state: 'closed', reason: answer.problem };
    if (answer.value !== undefined) return { state: 'answered', who: { kind, says: answer.value } };
  }
  return { state: 'silent' };
}

/** Those who can be told from all others within a moment. */
const askable = recognisers.filter(({ onlyNamed }) => onlyNamed === undefined).map(({ kind }) => kind);

function othersThan(kind: DeviceKind): DeviceKind[] {
  return askable.filter((other) => other !== kind);
}

function mayUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
