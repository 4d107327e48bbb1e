import { goneAfterMs } from '#agent/drivers/reader/reader.ts';
import type { ReaderListener } from '#agent/hub/devices.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { createPlug } from './plug.ts';
import type { Side, SideOptions } from './side.ts';
import { tagNumberOf } from './tagNumbers.ts';

/** A tag that is nobody's. */
const unknownTag = 'unknown';

/** The tag reader at the hub, and the tags that people hold to it (B9). It lives on the hub's power. */
export function createReaderSide({ clock, recorder, configuration }: SideOptions): Side {
  const plug = createPlug({ device: 'reader', clock, recorder, silenceMs: goneAfterMs });
  let listener: ReaderListener | undefined;

  function hold(name: string): Result<void, string> {
    const known = [...configuration.tags.map((tag) => tag.name), unknownTag];
    if (!known.includes(name)) {
      return failure(`tag: there is no tag ${JSON.stringify(name)}; known are ${known.join(', ')}`);
    }
    if (plug.isOn()) listener?.tag(tagNumberOf(name));
    return success(undefined);
  }

  return {
    perform: (action) => (action.word === 'tag' ? hold(action.name) : plug.perform(action)),
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
    onPower: plug.onPower,
    onEnd: () => (listener = undefined),
  };
}
