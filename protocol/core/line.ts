/**
 * A serial line as both of its ends see it. The hub's end is a real port (agent/lines) or the near end of a fake wire
 * (devices/line); neither side can tell. Everything is told by synchronous callbacks, so that a line in virtual time
 * needs no promise and keeps one order of events.
 */
export interface Line {
  /** Hands bytes to the wire. Whether they arrive, nobody says: every request has a deadline of its own. */
  write(bytes: Uint8Array): void;
  /** Closes this end; no callback comes after it. */
  close(): void;
}

export interface LineListener {
  /** The line is open and flushed: what came before belonged to somebody else. Bytes may be written. */
  opened(): void;
  received(bytes: Uint8Array): void;
  /** The line did not open, or is gone (unplugged, hung up, failed). Said once; the line is of no use afterwards. */
  closed(reason: string): void;
}

export interface LineSettings {
  /** Bits per second. */
  baudRate: number;
  /**
   * What comes may be handed over so much later, all of it together: a device that speaks all the time then costs a battery
   * less to hear. What follows something that was sent is handed over at once. Default: everything at once.
   */
  gatherMs?: number;
}

/** Opens the line anew. A driver takes one of these, never a path. */
export type OpenLine = (settings: LineSettings, listener: LineListener) => Line;
