/**
 * The frames of the radar modules Hi-Link HLK-LD2410, after its maker's "Serial communication protocol" (LD2410 V1.02,
 * LD2410B V1.04 and V1.06, LD2410C V1.00). Numbers are little-endian.
 *
 *     report   F4 F3 F2 F1  length (2)  data  F8 F7 F6 F5
 *     command  FD FC FB FA  length (2)  word (2), value  04 03 02 01     and so is its acknowledgement
 *
 * There is no checksum: what comes between a header and a trailer at the right distance counts.
 */

/** Bits per second, 8N1, as the module leaves its maker (1.2). */
export const radarBaudRate = 256_000;

/** A frame takes 2 ms; a gap this long inside one means that its rest will not come. */
export const interByteTimeoutMs = 100;

/** Bytes between length and trailer: the module's buffer has 64 (2.2.1, the acknowledgement of "enable configuration"). */
export const dataLengthLimit = 64;

/** Gates 0 to 8, each 75 cm deep (1.2.2). */
export const gateCount = 9;
export const gateDepthCm = 75;

export const frameKinds = {
  report: { header: [0xf4, 0xf3, 0xf2, 0xf1], trailer: [0xf8, 0xf7, 0xf6, 0xf5] },
  command: { header: [0xfd, 0xfc, 0xfb, 0xfa], trailer: [0x04, 0x03, 0x02, 0x01] },
} as const;

export type FrameKind = keyof typeof frameKinds;

/** Header and length before the data; the trailer behind it. */
export const headLength = 6;
export const trailerLength = 4;

/** What stands between a header and its trailer. */
export interface Frame {
  kind: FrameKind;
  data: Uint8Array;
}
