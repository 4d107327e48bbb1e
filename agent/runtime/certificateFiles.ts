import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
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
    const wrong = typeof found === 'string' ? found : problemOf(found, configuration.hub);
    if (wrong === undefined && typeof found !== 'string' && JSON.stringify(found) !== JSON.stringify(current)) {
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

function problemOf(found: CentresTls, hub: string): string | undefined {
  return centreNames.map((name) => identityProblem(name, found[name], hub)).find((problem) => problem !== undefined);
}

/** While a file is being written it is half there; and certificate and key come one after the other. */
function identityProblem(name: PathName, identity: TlsIdentity | undefined, hub: string): string | undefined {
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
    return own.checkPrivateKey(createPrivateKey(key))
      ? undefined
      : `certificate and key of centre.${name} do not belong together`;
  } catch {
    return `a TLS file of centre.${name} cannot be read as PEM`;
  }
}

function endOf(certificate: string | undefined): number | undefined {
  return certificate === undefined ? undefined : new X509Certificate(certificate).validToDate.getTime();
}
