/**
 * Where a part says what it does. The fields are for machines, the message for people. Neither holds personal data or
 * secrets. Shaped so that a pino logger is one.
 */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export type LogFields = Readonly<Record<string, unknown>>;
