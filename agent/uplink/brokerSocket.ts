import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { failure, success, type Result } from '#protocol/core/result.ts';
import type { CloseReason, SessionOptions } from './session.ts';

/**
 * How long one address of a broker with several (IPv6 and IPv4) may take before the next is tried. Node's default of a
 * quarter of a second is less than a round trip on 2G.
 */
const addressAttemptTimeoutMs = 2_500;

/**
 * Opens the socket to the broker, plain or TLS. The library's own way of opening one leaves Nagle's algorithm on, and then
 * an alarm right behind another packet waits for the delayed ACK: 40 ms.
 */
export function openSocket(options: Pick<SessionOptions, 'url' | 'tls'>): Result<Socket, CloseReason> {
  const target = readUrl(options.url);
  if (target === undefined) {
    return failure({ code: 'bad-url', message: `${options.url} is not mqtt://host:port or mqtts://host:port` });
  }
  if (target.secure !== (options.tls !== undefined)) {
    const message = target.secure ? 'mqtts needs the certificate authority to trust' : 'mqtt would go without TLS';
    return failure({ code: 'bad-url', message: `${options.url}: ${message}` });
  }
  const { host, port } = target;
  const common = { host, port, noDelay: true, autoSelectFamilyAttemptTimeout: addressAttemptTimeoutMs };
  try {
    const socket =
      options.tls === undefined
        ? connectTcp(common)
        : connectTls({
            ...common,
            ca: [options.tls.ca],
            ...(options.tls.certificate === undefined ? {} : { cert: options.tls.certificate }),
            ...(options.tls.key === undefined ? {} : { key: options.tls.key }),
            ...(isIP(host) === 0 ? { servername: host } : {}),
            minVersion: 'TLSv1.2',
            rejectUnauthorized: true,
          });
    // Said twice because a TLS socket does not pass the option on to the TCP socket beneath it in every case.
    socket.setNoDelay(true);
    return success(socket);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failure({
      code: 'bad-own-certificate',
      message: `certificate, key or authority cannot be read: ${message}`,
    });
  }
}

const defaultPort = { 'mqtt:': 1883, 'mqtts:': 8883 } as const;

function readUrl(text: string): { host: string; port: number; secure: boolean } | undefined {
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
