import type { FrameEnding } from '#protocol/rdm6300/frame.ts';

/** What tells one make of tag reader from another. */
export interface ReaderProfile {
  title: string;
  ending: FrameEnding;
  /** A tag that lies there is said again after so long; without it once, until it was taken away. */
  repeatMs?: number;
}

export const readerProfiles = {
  rdm6300: { title: 'RDM6300', ending: 'plain', repeatMs: 65 },
  id12la: { title: 'ID-12LA', ending: 'with-line-end' },
} as const satisfies Record<string, ReaderProfile>;

export function isReaderProfileName(name: string): name is keyof typeof readerProfiles {
  return Object.hasOwn(readerProfiles, name);
}
