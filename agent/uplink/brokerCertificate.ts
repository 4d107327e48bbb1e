import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, type TLSSocket } from 'node:tls';

/** Certificates between the broker's own and the authority; a chain longer than that is refused. */
const chainLimit = 4;

/** "TLS Web Server Authentication", RFC 5280 section 4.2.1.12. */
const serverAuthentication = '1.3.6.1.5.5.7.3.1';

/**
 * Judges a broker by everything but dates, for a hub whose clock cannot be trusted (B12.3). Node cannot be asked to leave
 * out the dates alone, and OpenSSL tells only the last of several errors: behind an expired certificate there may be a
 * stranger's. So where dates are the complaint the chain, the name and the purpose are checked here.
 * Returns the error in Node's own words, or nothing when the broker is who it should be.
 */
export function checkWithoutDates(socket: TLSSocket, host: string, authority: string): Error | undefined {
  try {
    return socket.authorized ? undefined : judge(socket, host, authority);
  } catch (error) {
    // Node throws at certificates and keys that it cannot make sense of, the authority's or the stranger's.
    return coded('CERT_REJECTED', `certificates that cannot be read: ${String(error)}`);
  }
}

function judge(socket: TLSSocket, host: string, authority: string): Error | undefined {
  // Node's types call it an error; it is the error's code.
  const complaint = String(socket.authorizationError);
  const certificate = socket.getPeerX509Certificate();
  if ((complaint !== 'CERT_HAS_EXPIRED' && complaint !== 'CERT_NOT_YET_VALID') || certificate === undefined) {
    return coded(complaint, `the broker's certificate is refused: ${complaint}`);
  }
  if (!leadsTo(certificate, readAuthorities(authority))) {
    return coded('CERT_UNTRUSTED', "the broker's certificate does not come from the authority that the hub trusts");
  }
  const { keyUsage } = certificate;
  // Absent means fit for any purpose, whatever the types say.
  if (Array.isArray(keyUsage) && !keyUsage.includes(serverAuthentication)) {
    return coded('INVALID_PURPOSE', "the broker's certificate is not one for servers");
  }
  return checkServerIdentity(host, certificate.toLegacyObject());
}

function leadsTo(certificate: X509Certificate, authorities: readonly X509Certificate[]): boolean {
  let current = certificate;
  for (let depth = 0; depth < chainLimit; depth += 1) {
    if (authorities.some((authority) => isIssuedBy(current, authority))) {
      return true;
    }
    const issuer = current.issuerCertificate;
    if (issuer === undefined || !isIssuedBy(current, issuer)) {
      return false;
    }
    current = issuer;
  }
  return false;
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function readAuthorities(pem: string): X509Certificate[] {
  const parts = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? [];
  return parts.map((part) => new X509Certificate(part));
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
