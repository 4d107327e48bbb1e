import { expect, test } from 'vitest';
import { taughtAccessory } from './teachIn.ts';

test.each([[{}], [{ kind: 'pendant' }]])(
  'a device that sends encrypted telegrams is not taught in, and the reason says what to do: %j',
  (template) => {
    const telegram = { rorg: 0x35, payload: new Uint8Array(9), sender: '0badcafe', status: 0 };
    expect(taughtAccessory(telegram, template)).toEqual({
      ok: false,
      problem: 'it sends encrypted telegrams; set it to send in the clear',
    });
  },
);
