import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deviceKinds, knownUsb } from './knownUsb.ts';

const text = readFileSync('deploy/udev/60-welfare-hub.rules', 'utf8');
const rules = text.split('\n').filter((line) => line.includes('SYMLINK+='));
const named = rules.filter((line) => !line.startsWith('#'));

describe('the udev rules', () => {
  test.each(knownUsb.filter(({ kind, vendor }) => kind !== undefined && vendor !== '0665'))(
    'give $name the name that doctor and the configuration use',
    ({ vendor, product, kind, interface: port }) => {
      const rule = named.find(
        (line) =>
          line.includes(`ATTRS{idVendor}=="${vendor}", ATTRS{idProduct}=="${product}"`) &&
          (port === undefined || line.includes(`ENV{ID_USB_INTERFACE_NUM}=="${port}"`)),
      );
      expect(rule).toContain(`SYMLINK+="welfare-hub/${kind}"`);
    },
  );

  test('know every device that can be named, and no other', () => {
    const names = rules.map((line) => /SYMLINK\+="welfare-hub\/(\w+)"/u.exec(line)?.[1]);
    expect(new Set(names)).toEqual(new Set(deviceKinds));
  });

  test('give no port to everybody', () => {
    expect(rules.filter((line) => !line.includes('GROUP="dialout", MODE="0660"'))).toEqual([]);
  });

  test('end each comparison and assignment as udev wants it', () => {
    const parts = named.flatMap((line) => line.split(', '));
    expect(parts.filter((part) => !/^[A-Z_]+(\{[A-Za-z_]+\})?(==|!=|\+=|=)"[^"]*"$/u.test(part))).toEqual([]);
  });
});
