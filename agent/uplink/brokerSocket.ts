import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { failure, success, type Result } from '#protocol/core/result.ts';
import { checkWithoutDates } from './brokerCertificate.ts';
import type { CloseReason, SessionOptions, TlsIdentity } from './session.ts';

/**
 * How long one address of a broker with several (IPv6 and IPv4) may take before the next is tried. Node's default of a
 * quarter of a second is less than a round trip on 2G.
 */
const addressAttemptTimeoutMs = 2_500;

export interface BrokerSocket {
  socket: Socket;
  /** Whether bytes may go: at once without TLS, with it when the broker has proven who it is. */
  isOpen(): boolean;
}

/**
 * Opens the socket to the broker, plain or TLS. The library's own way of opening one leaves Nagle's algorithm on, and then
 * an alarm right behind another packet waits for the delayed ACK: 40 ms. Certificates are checked in full, or for
 * everything but their dates where the clock cannot be trusted (B12.3).
 */
export function openSocket(
  options: Pick<SessionOptions, 'url' | 'tls'>,
  { clockTrusted }: { clockTrusted: boolean },
): Result<BrokerSocket, CloseReason> {
  const target = readUrl(options.url);
  if (target === undefined) {
    return failure({ code: 'bad-url', message: `${options.url} is not mqtt://host:port or mqtts://host:port` });
  }
  if (target.secure !== (options.tls !== undefined)) {
    const message = target.secure ? 'mqtts needs the certificate authority to trust' : 'mqtt would go without TLS';
    return failure({ code: 'bad-url', message: `${options.url}: ${message}` });
  }
  if (options.tls === undefined) {
    const socket = connectTcp(tcpOptions(target));
    return success({ socket, isOpen: () => !socket.connecting });
  }
  try {
    return success(openTls(target, options.tls, clockTrusted));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failure({
      code: 'bad-own-certificate',
      message: `certificate, key or authority cannot be read: ${message}`,
    });
  }
}

interface Target {
  host: string;
  port: number;
  secure: boolean;
}

function tcpOptions({ host, port }: Target) {
  return { host, port, noDelay: true, autoSelectFamilyAttemptTimeout: addressAttemptTimeoutMs };
}

/** Throws when the hub's own certificate or key cannot be read. */
function openTls(target: Target, { ca, certificate, key }: TlsIdentity, clockTrusted: boolean): BrokerSocket {
  let open = false;
  const socket = connectTls({
    ...tcpOptions(target),
    ca: [ca],
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
    ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: clockTrusted,
  });
  // Nothing goes out before the broker has proven who it is, not even the name of the hub.
  socket.cork();
  socket.once('secureConnect', () => {
    const error = clockTrusted ? undefined : checkWithoutDates(socket, target.host, ca);
    if (error !== undefined) {
      socket.destroy(error);
      return;
    }
    open = true;
    socket.uncork();
  });
  return { socket, isOpen: () => open };
}

const defaultPort = { 'mqtt:': 1883, 'mqtts:': 8883 } as const;

function readUrl(text: string): Target | undefined {
  if (!URL.canParse(text)) {
    return undefined;
  }
  const { protocol, hostname, port } = new URL(text);
  if ((protocol !== 'mqtt:' && protocol !== 'mqtts:') || hostname === '') {
    return undefined;
  }
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? defaultPort[protocol] : Number(port),
    secure: protocol === 'mqtts:',
  };
}
