import { describe, expect, test } from 'vitest';
import { createTagFramer, tagNumberIn } from '#protocol/rdm6300/framer.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { type ReaderProfile, readerProfiles } from './profiles.ts';
import { createTagReader, momentMs, startMs } from './tagReader.ts';

const staff = '3c00ce754c';
const other = '5900b47b4f';

/** A reader on a line in memory, and a host that writes down the tags it hears and when. */
function setUp(profile: ReaderProfile = readerProfiles.rdm6300) {
  const clock = createVirtualClock();
  const random = createSeededRandom(3);
  const line = createMemoryLine({ clock, random });
  const reader = createTagReader({ line: line.device, clock, random, connector: line, profile });
  const framer = createTagFramer();
  const heard: string[] = [];
  const open = (): void => {
    line.openLine(
      { baudRate: 9_600 },
      {
        opened() {},
        received(bytes) {
          for (const item of framer.push(bytes)) {
            heard.push(`${clock.monotonicMs()} ${item.kind === 'frame' ? tagNumberIn(item.bytes) : item.reason}`);
          }
        },
        closed() {},
      },
    );
    clock.advance(0);
  };
  open();
  const say = (words: string): string => {
    const done = reader.obey(words);
    clock.advance(0);
    return done.ok ? done.value.text : done.problem;
  };
  return { clock, reader, heard, say, open };
}

describe('a fake tag reader', () => {
  test('says a tag that is held to it for a moment as often as an RDM6300 does', () => {
    const { clock, heard, say } = setUp();
    say(`tag ${staff}`);
    clock.advance(10_000);
    expect(heard).toEqual([0, 65, 130, 195, 260].map((ms) => `${ms} ${staff}`));
  });

  test('says it once, as an ID-12LA does, until it was taken away', () => {
    const { clock, heard, say } = setUp(readerProfiles.id12la);
    say(`hold ${staff}`);
    clock.advance(10_000);
    say('take-away');
    say(`hold ${staff.toUpperCase()}`);
    expect(heard).toEqual([`0 ${staff}`, `10000 ${staff}`]);
  });

  test('goes on saying a tag that lies there until it is taken away or another is put there', () => {
    const { clock, heard, say } = setUp();
    say(`hold ${staff}`);
    clock.advance(6_500);
    expect(heard).toHaveLength(101);
    say(`tag ${other}`);
    clock.advance(10_000);
    expect(heard.slice(101).every((line) => line.endsWith(other))).toBe(true);
    expect(say('take-away')).toBe('no tag lies on the reader; usage: take-away');
  });

  test('is gone when it is unplugged, and reads the tag that still lies there when it is back', () => {
    const { clock, heard, say, open } = setUp();
    say(`hold ${staff}`);
    say('unplug');
    clock.advance(1_000);
    say('plug');
    open();
    clock.advance(startMs);
    expect(heard).toEqual([`0 ${staff}`, `${1_000 + startMs} ${staff}`]);
  });

  test('misbehaves until it is told not to', () => {
    const { clock, heard, say } = setUp();
    say('fault silent');
    say(`tag ${staff}`);
    clock.advance(momentMs);
    say('fault none');
    say(`tag ${other}`);
    expect(heard).toEqual([`${momentMs} ${other}`]);
  });

  test('tells when no tag is on its way any more; one that lies there stays', () => {
    const { clock, reader, say } = setUp();
    let settled = 0;
    say(`hold ${staff}`);
    reader.whenSettled(() => (settled += 1));
    say(`tag ${staff}`);
    reader.whenSettled(() => (settled += 1));
    expect(settled).toBe(1);
    clock.advance(momentMs);
    expect(settled).toBe(2);
  });

  test.each(['tag', 'tag 3c00', `tag ${staff}0`, 'hold day-staff', `hold ${staff} ${staff}`])(
    'answers a slip with what would be right: %s',
    (words) => {
      expect(setUp().say(words)).toContain('takes the number of a tag, ten hex digits such as 3c00ce754c');
    },
  );

  test('leaves nothing behind when it is stopped', () => {
    const { clock, reader, say } = setUp();
    say('fault babbling');
    say(`hold ${staff}`);
    reader.stop();
    clock.advance(10);
    expect(clock.waiting()).toBe(0);
  });
});
