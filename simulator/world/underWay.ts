import type { DeviceEnd } from '#devices/line/wire.ts';

/** The bytes that devices have written and the hub has not read, of the lines that are counted. */
export interface UnderWay {
  counting(line: string, end: DeviceEnd): DeviceEnd;
  /** The hub has read so many. */
  read(line: string, bytes: number): void;
  /** The line was opened, or nobody has it open any more: what was not read never will be. */
  forget(line: string): void;
  bytes(): number;
}

export function createUnderWay(): UnderWay {
  const unread = new Map<string, number>();

  function count(line: string, bytes: number): void {
    const before = unread.get(line);
    if (before !== undefined) unread.set(line, Math.max(0, before + bytes));
  }

  return {
    counting(line, end) {
      unread.set(line, 0);
      return {
        ...end,
        write(bytes) {
          count(line, bytes.length);
          end.write(bytes);
        },
      };
    },
    read: (line, bytes) => count(line, -bytes),
    forget: (line) => void unread.set(line, 0),
    bytes: () => [...unread.values()].reduce((total, bytes) => total + bytes, 0),
  };
}
