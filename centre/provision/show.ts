import type { KeyObject, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readYaml } from '#protocol/configuration/yamlText.ts';
import { dayMs } from '#protocol/core/time.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { readKey } from '#centre/keys.ts';
import { certificatesIn } from './check.ts';

/** What a file of a key or a certificate holds, without anything secret. */
export type Shown =
  | { is: 'signing key'; keyId: string; publicKey: string; usedBy: string[] }
  | ({ is: 'certificate'; usedBy: string[] } & CertificateFacts);

interface CertificateFacts {
  subject: string;
  issuer: string;
  /** Names and addresses that it is for, as in the certificate. */
  names: string[];
  authority: boolean;
  key: string;
  from: string;
  until: string;
  /** Whole days; negative when it has ended. */
  daysLeft: number;
  /** SHA-256 of the certificate, in hexadecimal. */
  fingerprint: string;
}

/** Looks into a file; `folder` is the bench in which is looked for who uses it. */
export function showFile(file: string, folder: string, nowMs: number): Result<Shown[], string> {
  const text = readFileSync(file, 'utf8');
  const certificates = certificatesIn(text);
  if (certificates === undefined) return failure(`${file}: a certificate in it cannot be read`);
  if (certificates.length > 0) {
    return success(
      certificates.map((one) => ({ is: 'certificate', ...factsOf(one, nowMs), usedBy: holders(one, folder) })),
    );
  }
  const key = readKey(text);
  if (!key.ok) return failure(`${file}: no certificate in PEM, and ${key.problem}`);
  const { keyId, publicKey } = key.value;
  return success([{ is: 'signing key', keyId, publicKey, usedBy: trusting(publicKey, folder) }]);
}

function factsOf(certificate: X509Certificate, nowMs: number): CertificateFacts {
  const { subject, issuer, subjectAltName, ca, publicKey, validFromDate, validToDate, fingerprint256 } = certificate;
  return {
    subject: subject.replaceAll('\n', ', '),
    issuer: issuer.replaceAll('\n', ', '),
    names: subjectAltName?.split(', ') ?? [],
    authority: ca,
    key: keyWords(publicKey),
    from: validFromDate.toISOString(),
    until: validToDate.toISOString(),
    daysLeft: Math.floor((validToDate.getTime() - nowMs) / dayMs),
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

function keyWords({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string {
  const more = details?.namedCurve ?? (details?.modulusLength === undefined ? '' : `${details.modulusLength} bits`);
  return `${type ?? 'unknown'} ${more}`.trim();
}

/** The parties of the bench whose folder holds this certificate. */
function holders(certificate: X509Certificate, folder: string): string[] {
  return pemFiles(folder).filter((file) =>
    certificatesIn(readFileSync(join(folder, file), 'utf8'))?.some(
      ({ fingerprint256 }) => fingerprint256 === certificate.fingerprint256,
    ),
  );
}

/** The centres that sign with the key, and the hubs whose configuration trusts it. */
function trusting(publicKey: string, folder: string): string[] {
  const centres = pemFiles(folder).filter((file) => {
    const key = readKey(readFileSync(join(folder, file), 'utf8'));
    return key.ok && key.value.publicKey === publicKey;
  });
  const hubs = filesIn(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) =>
      trustedIn(readFileSync(join(folder, file), 'utf8')).flatMap(([name, key]) =>
        key === publicKey ? [`${file} (centre.${name})`] : [],
      ),
    );
  return [...centres, ...hubs];
}

function trustedIn(text: string): [centre: string, publicKey: unknown][] {
  const read = readYaml(text);
  if (!read.ok) return [];
  return Object.entries(entriesOf(read.value.value)['centre'] ?? {}).flatMap(([name, centre]) =>
    Object.values(entriesOf(entriesOf(centre)['keys'])).map((key): [string, unknown] => [name, key]),
  );
}

const entriesOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const pemFiles = (folder: string): string[] => filesIn(folder).filter((file) => file.endsWith('.pem'));

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
}
