import { createPrivateKey, X509Certificate } from 'node:crypto';
import { failure, type Result, success } from '#protocol/core/result.ts';

export interface IdentityTexts {
  /** The authority's certificate, that of the party, and its private key: PEM. */
  ca: string;
  certificate: string;
  key: string;
}

/** What a sound identity is told of. */
export interface IdentityFacts {
  commonName: string;
  untilMs: number;
}

/** Bits of the least RSA key that the brokers' OpenSSL takes. */
const leastRsaBits = 2_048;

/**
 * Whether an authority's certificate, a party's and its key belong together, and are that party's. The problem says what
 * is wrong and what to do.
 */
export function checkIdentity(
  { ca, certificate, key }: IdentityTexts,
  name: string,
  nowMs: number,
): Result<IdentityFacts, string> {
  const authority = certificateIn(ca);
  const own = certificateIn(certificate);
  if (authority === undefined) return failure('the authority is no certificate in PEM; ask for the file ca.pem');
  if (own === undefined) return failure('the certificate is none in PEM; it begins with -----BEGIN CERTIFICATE-----');
  if (!authority.ca)
    return failure("the authority's certificate is nobody's who may issue others; are the two mixed up?");
  if (!own.checkIssued(authority) || !own.verify(authority.publicKey)) {
    return failure(
      `the certificate comes from ${onOneLine(own.issuer)}, not from ${onOneLine(authority.subject)}; ask for the right authority`,
    );
  }
  const commonName = /^CN=(.*)$/mu.exec(own.subject)?.[1] ?? '';
  if (commonName !== name) {
    return failure(
      `the certificate's common name is "${commonName}"; right would be "${name}", the id; ask for a new one`,
    );
  }
  const privateKey = keyIn(key);
  if (privateKey === undefined) return failure('the key is no private key in PEM without a password');
  if (!own.checkPrivateKey(privateKey))
    return failure('key and certificate do not belong together; one is of another request');
  const bits = own.publicKey.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < leastRsaBits) {
    return failure(`an RSA key of ${bits} bits is too weak; right would be ${leastRsaBits}, or the curve P-256`);
  }
  const [fromMs, untilMs] = [own.validFromDate.getTime(), own.validToDate.getTime()];
  if (nowMs < fromMs) return failure(`the certificate begins on ${own.validFrom}; set the clock, or wait`);
  if (nowMs > untilMs) return failure(`the certificate ended on ${own.validTo}; have it renewed`);
  return success({ commonName, untilMs });
}

function certificateIn(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function keyIn(pem: string) {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

const onOneLine = (subject: string): string => subject.replaceAll('\n', ', ');
