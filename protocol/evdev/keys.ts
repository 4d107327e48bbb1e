/**
 * The keys that buttons on the Pi's header may be given (`gpio-keys`), by the names of the kernel's
 * include/uapi/linux/input-event-codes.h.
 */
export const keyCodes = {
  KEY_ESC: 1,
  KEY_ENTER: 28,
  KEY_SPACE: 57,
  KEY_HOME: 102,
  KEY_POWER: 116,
  KEY_PROG1: 148,
  KEY_PROG2: 149,
  KEY_PROG3: 202,
  KEY_PROG4: 203,
  BTN_0: 256,
  BTN_1: 257,
  BTN_2: 258,
  BTN_3: 259,
  BTN_4: 260,
  BTN_5: 261,
  BTN_6: 262,
  BTN_7: 263,
  BTN_8: 264,
  BTN_9: 265,
  KEY_OK: 352,
  KEY_EMERGENCY: 583,
} as const;

export type KeyName = keyof typeof keyCodes;

export const keyNames = Object.keys(keyCodes).filter((name): name is KeyName => Object.hasOwn(keyCodes, name));

/** The name of a code, where it is one of those above. */
export function keyNameOf(code: number): KeyName | undefined {
  return keyNames.find((name) => keyCodes[name] === code);
}
