/** An ESP3 packet: what stands between the two checksums. */
export interface Frame {
  packetType: number;
  /** 1 to 512 bytes. */
  data: Uint8Array;
  /** 0 to 255 bytes. Newer modules may append fields: a reader takes what it knows and leaves the rest (ESP3 1.4). */
  optional: Uint8Array;
}
