import { success } from '#protocol/core/result.ts';
import { isReaderProfileName, readerProfiles } from '#devices/tag-reader/profiles.ts';
import { createTagReader } from '#devices/tag-reader/tagReader.ts';
import type { FakeKind } from './fakeCommand.ts';

export const readerKind: FakeKind<object> = {
  name: 'reader',
  noun: 'reader',
  description: 'a reader of 125 kHz tags; takes words while it runs',
  tryThese: 'tag 3c00ce754c, hold 3c00ce754c, take-away',
  profiles: ['rdm6300', ...Object.keys(readerProfiles).filter((name) => name !== 'rdm6300')],
  create: ({ output, profile, ...parts }) =>
    success(
      createTagReader({
        ...parts,
        ...(isReaderProfileName(profile) ? { profile: readerProfiles[profile] } : {}),
        onEvent(event) {
          const text = event.event === 'read' ? `read: ${event.number}` : 'the reader is restarted';
          output.tell(event.event, text, { ...event });
        },
      }),
    ),
};
