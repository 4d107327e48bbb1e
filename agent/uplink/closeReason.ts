import type { CloseCode, CloseReason } from './session.ts';

/**
 * What Node and OpenSSL call the troubles of a connection, and what we call them.
 * https://nodejs.org/api/errors.html and https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
const codesOfErrors: Readonly<Record<string, CloseCode>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  ECONNREFUSED: 'connection-refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'timeout',
  CERT_HAS_EXPIRED: 'tls/expired-certificate',
  CERT_NOT_YET_VALID: 'tls/not-yet-valid-certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls/wrong-name',
  UNABLE_TO_GET_ISSUER_CERT: 'tls/untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls/untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls/untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls/untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls/untrusted',
  CERT_SIGNATURE_FAILURE: 'tls/untrusted',
  CERT_UNTRUSTED: 'tls/untrusted',
  CERT_REJECTED: 'tls/untrusted',
  CERT_REVOKED: 'tls/untrusted',
  CERT_CHAIN_TOO_LONG: 'tls/untrusted',
  INVALID_CA: 'tls/untrusted',
  INVALID_PURPOSE: 'tls/untrusted',
};

/** What a person does about troubles that do not go away by themselves, for the log. */
const advices: Partial<Record<CloseCode, string>> = {
  'bad-own-certificate': 'put a sound certificate, key and authority in place; RSA keys need 2,048 bits',
  'tls/expired-certificate': "the broker's certificate has ended: its owner renews it; or this clock is wrong",
  'tls/not-yet-valid-certificate': "the broker's certificate has not begun: look at both clocks",
  'tls/wrong-name': "the url must have a name or address that is in the broker's certificate",
  'tls/untrusted': 'tls.ca must be the authority that issued the broker its certificate; ask the centre for it',
  'tls/own-certificate-refused':
    "the broker refuses this hub's certificate: look whether it has ended, and whether its authority is the broker's",
  'tls/failed': 'broker and hub have no way of TLS in common; 1.2 is the least, with keys of 2,048 bits or P-256',
  'refused-not-authorised': "the broker's access list does not know this hub: its certificate's common name is its id",
};

export function adviceOf(code: CloseCode): string | undefined {
  return advices[code];
}

/** The alerts by which a broker refuses the hub's own certificate, or the lack of one. */
const ownCertificateAlert =
  /ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/u;

/** What a connection was at when it failed. */
export type Progress = 'connecting' | 'TLS handshake' | 'MQTT handshake' | 'subscribing' | 'session';

const codesOfClose: Readonly<Record<Progress, CloseCode>> = {
  connecting: 'unreachable',
  'TLS handshake': 'tls/failed',
  'MQTT handshake': 'closed-before-answer',
  subscribing: 'closed-by-broker',
  session: 'closed-by-broker',
};

/** The other side closed the connection without a word. */
export function reasonOfClose(progress: Progress): CloseReason {
  return { code: codesOfClose[progress], message: `the broker closed the connection (${progress})` };
}

/** Names the trouble that a socket reports. */
export function reasonOfError(error: Error, progress: Progress): CloseReason {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // An error about several addresses has a code, but no words of its own.
  const message = error.message === '' ? code : error.message;
  return { code: codesOfErrors[code] ?? codeOfTlsError(code) ?? codeOfReset(progress), message };
}

function codeOfTlsError(code: string): CloseCode | undefined {
  if (ownCertificateAlert.test(code)) {
    return 'tls/own-certificate-refused';
  }
  return /^(ERR_SSL|ERR_TLS|EPROTO$)/u.test(code) ? 'tls/failed' : undefined;
}

function codeOfReset(progress: Progress): CloseCode {
  return progress === 'session' || progress === 'subscribing' ? 'connection-lost' : codesOfClose[progress];
}

/** Reason codes of CONNACK and DISCONNECT: MQTT 3.1.1 section 3.2.2.3 (1 to 5), MQTT 5 section 2.4 (from 0x80). */
const meanings: Readonly<Record<number, CloseReason>> = {
  1: { code: 'refused-protocol', message: 'the broker does not speak this version of MQTT' },
  2: { code: 'refused-client-id', message: 'the broker does not take this client id' },
  3: { code: 'refused-busy', message: 'the broker is not available' },
  4: { code: 'refused-credentials', message: 'bad user name or password' },
  5: { code: 'refused-not-authorised', message: 'this hub is not authorised at the broker' },
  0x81: { code: 'protocol-error', message: 'the broker found our packet malformed' },
  0x82: { code: 'protocol-error', message: 'the broker found an error of protocol' },
  0x84: { code: 'refused-protocol', message: 'the broker does not speak this version of MQTT' },
  0x85: { code: 'refused-client-id', message: 'the broker does not take this client id' },
  0x86: { code: 'refused-credentials', message: 'bad user name or password' },
  0x87: { code: 'refused-not-authorised', message: 'this hub is not authorised at the broker' },
  0x88: { code: 'refused-busy', message: 'the broker is not available' },
  0x89: { code: 'refused-busy', message: 'the broker is busy' },
  0x8a: { code: 'refused-not-authorised', message: 'this hub is banned from the broker' },
  0x8b: { code: 'closed-by-broker', message: 'the broker is shutting down' },
  0x8d: { code: 'keepalive-timeout', message: 'the broker heard nothing from us for too long' },
  0x8e: { code: 'taken-over', message: 'another client has connected with the same client id' },
  0x97: { code: 'refused-busy', message: 'a quota at the broker is used up' },
  0x98: { code: 'closed-by-broker', message: 'closed by an administrator of the broker' },
  0x9f: { code: 'refused-busy', message: 'too many connections at the broker' },
};

/** What the broker says when it refuses to connect us. */
export function reasonOfRefusal(reasonCode: number): CloseReason {
  return meanings[reasonCode] ?? { code: 'refused', message: `refused with reason code ${hex(reasonCode)}` };
}

/** What the broker says when it ends a session (DISCONNECT, MQTT 5 only). */
export function reasonOfDisconnect(reasonCode: number): CloseReason {
  const meaning = meanings[reasonCode];
  return meaning ?? { code: 'closed-by-broker', message: `disconnected with reason code ${hex(reasonCode)}` };
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}
