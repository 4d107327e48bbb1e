import { goneAfterMs } from '#agent/drivers/reader/reader.ts';
import type { HubDevices, ReaderListener } from '#agent/hub/devices.ts';
import { readerProfiles } from '#devices/tag-reader/profiles.ts';
import { createTagReader } from '#devices/tag-reader/tagReader.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { createPlug, type Plug } from './plug.ts';
import type { Side, SideOptions } from './side.ts';
import { tagNumberOf } from './tagNumbers.ts';
import { createWirePlug, say, type Wire } from './wires.ts';

/** A tag that is nobody's. */
const unknownTag = 'unknown';

interface Reader {
  plug: Plug;
  /** A tag is there for a moment. */
  hold(number: string): void;
  devices?(): HubDevices;
  onEnd?(): void;
}

/** The tag reader at the hub, and the tags that people hold to it (B9). It lives on the hub's power. */
export function createReaderSide(options: SideOptions): Side {
  const { configuration, wires } = options;
  const { hold, plug, ...played } =
    wires?.reader === undefined ? playReader(options) : wireReader(options, wires.reader);

  function holdNamed(name: string): Result<void, string> {
    const known = [...configuration.tags.map((tag) => tag.name), unknownTag];
    if (!known.includes(name)) {
      return failure(`tag: there is no tag ${JSON.stringify(name)}; known are ${known.join(', ')}`);
    }
    hold(tagNumberOf(name));
    return success(undefined);
  }

  return {
    ...played,
    perform: (action) => (action.word === 'tag' ? holdNamed(action.name) : plug.perform(action)),
    onPower: plug.onPower,
  };
}

function playReader({ clock, recorder }: SideOptions): Reader {
  const plug = createPlug({ device: 'reader', clock, recorder, silenceMs: goneAfterMs });
  let listener: ReaderListener | undefined;
  return {
    plug,
    hold(number) {
      if (plug.isOn()) listener?.tag(number);
    },
    devices: () => ({
      openReader(opened) {
        listener = opened;
        const close = plug.open(opened);
        return {
          stop() {
            close();
            if (listener === opened) listener = undefined;
          },
        };
      },
    }),
    onEnd: () => (listener = undefined),
  };
}

function wireReader({ clock, random, recorder }: SideOptions, wire: Wire): Reader {
  // It says a tag once, as the events do.
  const fake = createTagReader({ ...wire, clock, random, profile: readerProfiles.id12la });
  return {
    plug: createWirePlug({ device: 'reader', clock, recorder, fake }),
    hold: (number) => say(fake, `tag ${number}`),
  };
}
