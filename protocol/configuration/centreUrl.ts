import { failure, type Result, success } from '#protocol/core/result.ts';

export interface CentreUrl {
  /** Whether the connection is encrypted: mqtts://. */
  secure: boolean;
  host: string;
  port: number;
}

const form =
  /^(mqtts?):\/\/(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(?::([0-9]{1,9}))?$/u;

const wellKnownPorts = { mqtt: 1883, mqtts: 8883 } as const;

/** Reads `mqtts://host:port` or `mqtt://host:port`. The problem says what would be right. */
export function parseCentreUrl(url: string): Result<CentreUrl, string> {
  const parts = form.exec(url);
  if (parts === null) {
    if (url.includes('@'))
      return failure('holds a user name or password; the hub proves itself by its certificate (tls)');
    return failure('is not mqtts://host:port or mqtt://host:port, with nothing behind the port');
  }
  const [, scheme, host = '', portText] = parts;
  const secure = scheme === 'mqtts';
  const port = portText === undefined ? wellKnownPorts[secure ? 'mqtts' : 'mqtt'] : Number(portText);
  if (port < 1 || port > 65_535) return failure(`has the port ${port}; right would be 1 to 65535`);
  return success({ secure, host, port });
}
