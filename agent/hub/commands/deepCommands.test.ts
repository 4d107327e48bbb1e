import { afterEach, beforeEach, expect, test } from 'vitest';
import { bodyLimits } from '#protocol/mqtt/decode.ts';
import { commandNames, decodeCommand } from '#protocol/mqtt/command.ts';
import { commandDetails } from '#protocol/mqtt/commandDetails.ts';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';

let home: HubAtWork;
beforeEach(() => (home = startHubAtWork()));
afterEach(() => home.close());

/** Room for what is around it. */
const roomCharacters = 500;
const nested = (open: string, close: string): string => {
  const depth = Math.floor((bodyLimits.command - roomCharacters) / (open.length + close.length));
  return open.repeat(depth) + (open === '[' ? '' : '1') + close.repeat(depth);
};

/** A command that the broker brings again and again because the hub dies of it would be the end of the hub. */
test.each(commandNames)(
  '%s with something as deep in it as fits is done or refused, and never thrown (B15.3)',
  (name) => {
    const known: readonly string[] | string = commandDetails[name];
    const keys = typeof known === 'string' ? ['name', 'kind', 'id', 'hours'] : ['other', ...known];
    let counter = 0;
    for (const deep of [nested('[', ']'), nested('{"a":', '}')]) {
      for (const key of keys) {
        counter += 1;
        const details = { v: 1, hub: 'hub-0001', id: `C${counter}`, counter, name, with: { [key]: '@' } };
        const read = decodeCommand(JSON.stringify({ v: 1, command: JSON.stringify(details).replace('"@"', deep) }));
        if (!read.ok) throw new Error(read.problem.message);
        expect(home.hub().commanded(read.value.command, '01234567', 'primary')).toMatchObject({ ok: true });
      }
    }
    home.restart();
    expect(home.hub().configuration().version).toBe(1);
  },
);
