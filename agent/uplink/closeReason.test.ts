import { expect, test } from 'vitest';
import { reasonOfClose, reasonOfDisconnect, reasonOfError, reasonOfRefusal, type Progress } from './closeReason.ts';

const told = (code: string, progress: Progress = 'connecting') =>
  reasonOfError(Object.assign(new Error('words'), { code }), progress).code;

test('troubles of the network have a name that helps: the resolver, the route, the port, the time', () => {
  expect(['ENOTFOUND', 'EAI_AGAIN'].map((code) => told(code))).toEqual(['dns', 'dns']);
  expect(['ENETUNREACH', 'EHOSTUNREACH'].map((code) => told(code))).toEqual(['unreachable', 'unreachable']);
  expect(['ECONNREFUSED', 'ETIMEDOUT'].map((code) => told(code))).toEqual(['connection-refused', 'timeout']);
});

test('a reset means different things before and after the broker has answered', () => {
  expect(told('ECONNRESET', 'TLS handshake')).toBe('tls/failed');
  expect(told('ECONNRESET', 'MQTT handshake')).toBe('closed-before-answer');
  expect(told('ECONNRESET', 'subscribing')).toBe('connection-lost');
  expect(told('EPIPE', 'session')).toBe('connection-lost');
  expect(reasonOfClose('session').code).toBe('closed-by-broker');
});

test("the alerts by which a broker refuses the hub's certificate are told from other troubles of TLS", () => {
  expect(told('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')).toBe('tls/own-certificate-refused');
  expect(told('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA')).toBe('tls/own-certificate-refused');
  expect(told('ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED')).toBe('tls/own-certificate-refused');
  expect(told('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')).toBe('tls/failed');
  expect(told('ERR_SSL_WRONG_VERSION_NUMBER')).toBe('tls/failed');
});

test('an error without words is told by its code, an unknown one is told all the same', () => {
  const severalAddresses = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
  expect(reasonOfError(severalAddresses, 'connecting')).toEqual({
    code: 'connection-refused',
    message: 'ECONNREFUSED',
  });
  expect(reasonOfError(new Error('odd'), 'session')).toEqual({ code: 'connection-lost', message: 'odd' });
});

test('reason codes that no standard gives are told by number', () => {
  expect(reasonOfRefusal(0xfe)).toEqual({ code: 'refused', message: 'refused with reason code 0xfe' });
  expect(reasonOfDisconnect(0)).toMatchObject({ code: 'closed-by-broker', message: expect.stringContaining('0x00') });
  expect(reasonOfDisconnect(0x8b).message).toBe('the broker is shutting down');
});
