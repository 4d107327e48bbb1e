import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { PathName } from '#agent/uplink/path.ts';
import type { TlsIdentity } from '#agent/uplink/session.ts';
import type { CentreConfiguration, Configuration } from '#protocol/configuration/configuration.ts';
import { centreNames } from '#protocol/configuration/centreSection.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, dayMs, minuteMs } from '#protocol/core/time.ts';

/** Between two looks at the files; three small reads, which the system answers from its memory. */
const lookEveryMs = minuteMs;

export type CentresTls = Partial<Record<PathName, TlsIdentity>>;

/** Reads the TLS files that the configuration names. Throws what reading a file throws. */
export function readCentresTls({ centre }: Pick<Configuration, 'centre'>): CentresTls {
  return { ...readTls('primary', centre.primary), ...readTls('reserve', centre.reserve) };
}

function readTls(name: PathName, { tls }: Partial<CentreConfiguration> = {}): CentresTls {
  if (tls === undefined) {
    return {};
  }
  const { certificate, key } = tls;
  return {
    [name]: {
      ca: readFileSync(tls.ca, 'utf8'),
      ...(certificate === undefined ? {} : { certificate: readFileSync(certificate, 'utf8') }),
      ...(key === undefined ? {} : { key: readFileSync(key, 'utf8') }),
    },
  };
}

export interface WatchedCertificates {
  /** Looks now, as when somebody says that there are new ones (SIGHUP). */
  look(): void;
  stop: Cancel;
}

/**
 * Notices new certificates in place of the old ones. Half of them, or those of somebody else, are not taken: what is in
 * use stays, and the log says what is wrong, once. `onEnd` is told when the first of them ends, at the begin, at a change
 * and daily.
 */
export function watchCertificates(
  configuration: Pick<Configuration, 'centre' | 'hub'>,
  { clock, log, inUse }: { clock: Clock; log: Log; inUse: CentresTls },
  told: { onChanged(tls: CentresTls): void; onEnd(endMs: number): void },
): WatchedCertificates {
  let current = inUse;
  let complaint: string | undefined;
  let cancel: Cancel = () => {};
  let sayNextMs = 0;

  function sayEnd(): void {
    sayNextMs = clock.monotonicMs() + dayMs;
    const ends = centreNames.flatMap((name) => endOf(current[name]?.certificate) ?? []);
    if (ends.length > 0) told.onEnd(Math.min(...ends));
  }

  function look(): void {
    const found = attempt(() => readCentresTls(configuration));
    const isNew = typeof found !== 'string' && JSON.stringify(found) !== JSON.stringify(current);
    const wrong = typeof found === 'string' ? found : isNew ? problemOf(found, configuration.hub, clock) : undefined;
    if (isNew && wrong === undefined) {
      current = found;
      log.info({ step: 'certificates' }, 'the certificate files have changed: they are in use from now on');
      told.onChanged(found);
      sayEnd();
    } else if (wrong !== undefined && wrong !== complaint) {
      log.warn({ step: 'certificates', reason: wrong }, 'the certificate files cannot be used; those in use stay');
    }
    complaint = wrong;
    if (clock.monotonicMs() >= sayNextMs) sayEnd();
  }

  function lookOn(): void {
    look();
    cancel = clock.at(clock.monotonicMs() + lookEveryMs, lookOn);
  }

  if (Object.keys(current).length > 0) lookOn();
  return { look, stop: () => cancel() };
}

function attempt(read: () => CentresTls): CentresTls | string {
  try {
    return read();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function problemOf(found: CentresTls, hub: string, clock: Clock): string | undefined {
  return centreNames
    .map((name) => identityProblem(name, found[name], hub, clock))
    .find((problem) => problem !== undefined);
}

/** While a file is being written it is half there; and certificate and key come one after the other. */
function identityProblem(
  name: PathName,
  identity: TlsIdentity | undefined,
  hub: string,
  clock: Clock,
): string | undefined {
  if (identity === undefined) return undefined;
  const { ca, certificate, key } = identity;
  try {
    const trusted = new X509Certificate(ca);
    if (!trusted.ca) return `centre.${name}.tls.ca holds no authority's certificate`;
    if (certificate === undefined || key === undefined) return undefined;
    const own = new X509Certificate(certificate);
    const commonName = /^CN=(.*)$/mu.exec(own.subject)?.[1];
    if (commonName !== hub)
      return `the certificate of centre.${name} is ${String(commonName)}'s; right would be ${hub}'s`;
    if (!own.checkPrivateKey(createPrivateKey(key)))
      return `certificate and key of centre.${name} do not belong together`;
    return useless(name, own, identity, clock);
  } catch {
    return `a TLS file of centre.${name} cannot be read as PEM`;
  }
}
/** "TLS Web Client Authentication", RFC 5280 section 4.2.1.12. */
const clientAuthentication = '1.3.6.1.5.5.7.3.2';

/** What a broker would refuse it for. Dates count for a hub that knows the time (B12.3). */
function useless(name: PathName, own: X509Certificate, identity: TlsIdentity, clock: Clock): string | undefined {
  const which = `the certificate of centre.${name}`;
  if (clock.wallTrusted() && clock.wallMs() > own.validToDate.getTime()) return `${which} ended on ${own.validTo}`;
  if (clock.wallTrusted() && clock.wallMs() < own.validFromDate.getTime()) return `${which} begins on ${own.validFrom}`;
  const { keyUsage } = own;
  // Absent means fit for any purpose, whatever the types say.
  if (Array.isArray(keyUsage) && !keyUsage.includes(clientAuthentication)) return `${which} is not one for clients`;
  try {
    createSecureContext({ ca: identity.ca, cert: identity.certificate, key: identity.key });
    return undefined;
  } catch {
    return `${which} has a key that is too weak; right would be RSA with 2,048 bits, or the curve P-256`;
  }
}

function endOf(certificate: string | undefined): number | undefined {
  return certificate === undefined ? undefined : new X509Certificate(certificate).validToDate.getTime();
}
