import { readFileSync } from 'node:fs';
import type { TlsIdentity } from '#agent/uplink/session.ts';
import { centreNames } from '#protocol/configuration/centreSection.ts';
import type { CentreConfiguration, Configuration } from '#protocol/configuration/configuration.ts';
import { checkBroker, checkCertificate, type CentreParts } from './centreChecks.ts';
import { bad, type Finding, look, ok } from './finding.ts';
import { type DeviceKind, deviceKinds } from './knownUsb.ts';
import { isRunning } from '#agent/journal/verify.ts';
import { checkClock, checkDisk, checkJournal, devicesOfRunningHub } from './machineChecks.ts';
import { checkModem } from './modemChecks.ts';
import { checkFreePort, checkNamedPort, type PortParts } from './portChecks.ts';
import { findSerialPorts, type Places, type SerialPort } from './serialPorts.ts';
import { realpathSync } from 'node:fs';

export interface DoctorParts extends PortParts, CentreParts {
  places: Places;
}

/** Looks at everything that a hub needs, all at once where it can. The findings come in the order for people. */
export async function examine(configuration: Configuration | undefined, parts: DoctorParts): Promise<Finding[]> {
  const found = findSerialPorts(parts.places);
  const named = configuration === undefined ? [] : namedPorts(configuration);
  const running = configuration !== undefined && isRunning(configuration.journal.file);
  const [devices, free, centre] = await Promise.all([
    running
      ? devicesOfRunningHub(
          configuration.journal.file,
          named.map(([kind]) => kind),
        )
      : checkNamed(configuration, named, found, parts),
    checkFree(named, found, parts),
    configuration === undefined ? [] : checkCentres(configuration, parts),
  ]);
  return [
    ...(configuration === undefined ? [] : [aboutConfiguration(configuration, running)]),
    ...devices,
    ...free,
    ...(configuration === undefined && free.length === 0 ? [nothingFound] : []),
    ...centre,
    checkClock(parts.clock),
    ...(configuration === undefined
      ? []
      : [checkDisk(configuration.journal.file), ...checkJournal(configuration.journal.file)]),
  ];
}

const nothingFound = look(
  'devices',
  'Nothing is plugged in that has a serial port.',
  'Plug the radio stick in, and call this again.',
);

function aboutConfiguration({ hub, accessories }: Configuration, running: boolean): Finding {
  if (accessories.length === 0) {
    return look(
      'hub.yaml',
      `It is sound, but ${hub} has no accessories: nobody could press anything.`,
      'Enrol a pendant: its id is printed on it. agent/hub.yaml shows how.',
    );
  }
  return ok(
    'hub.yaml',
    `sound; ${hub} has ${accessories.length === 1 ? 'one accessory' : `${accessories.length} accessories`}${running ? ', and it is running' : ''}`,
  );
}

type Named = readonly [kind: DeviceKind, path: string];

function namedPorts(configuration: Configuration): Named[] {
  return deviceKinds.flatMap((kind): Named[] => {
    const section: { port?: string } | undefined = configuration[kind];
    return section?.port === undefined ? [] : [[kind, section.port]];
  });
}

/** Two devices on one port would take each other's bytes: they are told, not asked. */
async function checkNamed(
  configuration: Configuration | undefined,
  named: readonly Named[],
  found: readonly SerialPort[],
  parts: PortParts,
): Promise<Finding[]> {
  const looks = named.map(async ([kind, path]) => {
    const twin = named.find(([other, its]) => other !== kind && its === path);
    if (twin !== undefined) {
      return [bad(kind, `${path} is named for the ${twin[0]} too.`, 'Each device has a port of its own.')];
    }
    const finding = await checkNamedPort(kind, path, found, parts);
    if (kind !== 'modem' || finding.state !== 'ok') return [finding];
    return [finding, ...(await checkModem(path, configuration?.modem.pin !== undefined, parts))];
  });
  return (await Promise.all(looks)).flat();
}

async function checkFree(named: readonly Named[], found: readonly SerialPort[], parts: PortParts): Promise<Finding[]> {
  const taken = new Set(named.map(([, path]) => realOf(path)));
  const looks = found.filter(({ path }) => !taken.has(realOf(path))).map((port) => checkFreePort(port, parts));
  return (await Promise.all(looks)).filter((finding) => finding !== undefined);
}

async function checkCentres({ hub, centre }: Configuration, parts: CentreParts): Promise<Finding[]> {
  const looks = centreNames.map(async (name): Promise<Finding[]> => {
    const one = centre[name];
    if (one === undefined) return [];
    const tls = readTls(one);
    const broker = await checkBroker(name, { url: one.url, hub, ...(tls === undefined ? {} : { tls }) }, parts);
    return tls?.certificate === undefined ? [broker] : [broker, checkCertificate(name, tls.certificate, parts.clock)];
  });
  return (await Promise.all(looks)).flat();
}

/** The files were read once already, when the configuration was checked. */
function readTls({ tls }: CentreConfiguration): TlsIdentity | undefined {
  if (tls === undefined) return undefined;
  const { ca, certificate, key } = tls;
  return {
    ca: readFileSync(ca, 'utf8'),
    ...(certificate === undefined ? {} : { certificate: readFileSync(certificate, 'utf8') }),
    ...(key === undefined ? {} : { key: readFileSync(key, 'utf8') }),
  };
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
