import type { Log, LogFields } from '#protocol/core/log.ts';

export interface LogLine {
  level: keyof Log;
  fields: LogFields;
  message: string;
}

/** A log that keeps its lines for a test to look at. */
export function createLogRecorder(): { log: Log; lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: keyof Log) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message });
  };
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines };
}
