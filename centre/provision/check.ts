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

/** Bits of the least RSA key that the brokers' OpenSSL takes, and digests that it takes in no signature. */
const leastRsaBits = 2_048;
const weakDigest = /md5|sha-?1(?!\d)/iu;

/** Certificates between a party's own and the authority's; a hub looks no further either. */
const intermediatesLimit = 3;

/**
 * Whether an authority's certificate, a party's and its key belong together, and are that party's. Behind the party's own
 * certificate its file may hold those between it and the authority, in order; each of them must be sound too. The problem
 * says what is wrong and what to do.
 */
export function checkIdentity(
  { ca, certificate, key }: IdentityTexts,
  name: string,
  nowMs: number,
): Result<IdentityFacts, string> {
  const authorities = certificatesIn(ca) ?? [];
  const [own, ...between] = certificatesIn(certificate) ?? [];
  if (authorities.length === 0) return failure('the authority is no certificate in PEM; ask for the file ca.pem');
  if (own === undefined) return failure('the certificate is none in PEM; it begins with -----BEGIN CERTIFICATE-----');
  if (!authorities.every((one) => one.ca))
    return failure("the authority's certificate is nobody's who may issue others; are the two mixed up?");
  const chain = chainOf(own, between, authorities);
  if (!chain.ok) return chain;
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
  const problem = chain.value.map((one) => weakness(one, own, nowMs)).find((found) => found !== undefined);
  return problem === undefined ? success({ commonName, untilMs: own.validToDate.getTime() }) : failure(problem);
}

/** The certificates from the party's own to that of an authority, each issued by the next. */
function chainOf(
  own: X509Certificate,
  between: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): Result<X509Certificate[], string> {
  const chain = [own];
  for (const [place, next] of [...between, undefined].entries()) {
    const last = chain.at(-1) ?? own;
    const authority = authorities.find((one) => isIssuedBy(last, one));
    if (authority !== undefined) return success([...chain, authority]);
    if (next === undefined || !isIssuedBy(last, next)) break;
    if (place >= intermediatesLimit)
      return failure(`the chain is too long; right would be ${intermediatesLimit} certificates in between at most`);
    chain.push(next);
  }
  const last = chain.at(-1) ?? own;
  const [authority = own] = authorities;
  const what = last === own ? 'the certificate' : `the certificate in between, of ${onOneLine(last.subject)},`;
  const advice =
    last === own ? 'or for the certificates in between, behind the own one' : 'or for the next one behind it';
  return failure(
    `${what} comes from ${onOneLine(last.issuer)}, not from ${onOneLine(authority.subject)}; ask for the right authority, ${advice}`,
  );
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** What makes one certificate of the chain useless, whichever it is. */
function weakness(one: X509Certificate, own: X509Certificate, nowMs: number): string | undefined {
  const which = one === own ? 'the certificate' : `the certificate of ${onOneLine(one.subject)}`;
  const bits = one.publicKey.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < leastRsaBits) {
    return `an RSA key of ${bits} bits, in ${which}, is too weak; right would be ${leastRsaBits}, or the curve P-256`;
  }
  // Nobody looks at an authority's signature of itself.
  if (!isIssuedBy(one, one) && weakDigest.test(one.signatureAlgorithm ?? '')) {
    return `${which} is signed with ${one.signatureAlgorithm}, which is broken; right would be SHA-256`;
  }
  if (nowMs < one.validFromDate.getTime()) return `${which} begins on ${one.validFrom}; set the clock, or wait`;
  if (nowMs > one.validToDate.getTime()) return `${which} ended on ${one.validTo}; have it renewed`;
  return undefined;
}

/** Every certificate of a text in PEM; undefined when one of them cannot be read. */
export function certificatesIn(pem: string): X509Certificate[] | undefined {
  const parts = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? [];
  try {
    return parts.map((part) => new X509Certificate(part));
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
