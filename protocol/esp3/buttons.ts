import { success } from '#protocol/core/result.ts';
import { rorgs } from './constants.ts';
import type { Button, Profile, ProfileEvent } from './profile.ts';
import { readStatus, statusNu, statusT21, type TelegramContent } from './telegram.ts';

/**
 * Pendants and rockers (EEP F6-01 and F6-02). One byte: in an N-message (NU = 1) bits 7–5 name the button, bit 4 says
 * pressed, bits 3–1 name a second button and bit 0 says that there is one. In a U-message (NU = 0) no button is named:
 * bit 4 clear is the release, bit 4 set means that three or four buttons are held at once.
 */
const energyBow = 0x10;
const secondAction = 0x01;
/** A U-message's bits 7–5: "3 or 4 buttons pressed". */
const severalPressed = 0x60;

/** By code. F6-02 has rockers A and B; the codes of C and D are F6-03's, and a press is a press (B1.1). */
const buttons = ['AI', 'A0', 'BI', 'B0', 'CI', 'C0', 'DI', 'D0'] as const satisfies readonly Button[];

export const rocker: Profile = {
  title: 'Rocker Switch, 2 Rocker: Light and Blind Control - Application Style 1',
  rorg: rorgs.repeatedSwitch,
  payloadLength: 1,
  decode(content) {
    const code = content.payload[0] ?? 0;
    if ((code & energyBow) === 0) return success({ event: 'released' });
    if (!readStatus(content.status).nu) return success({ event: 'pressed', button: 'several' });
    const button = buttons[code >> 5] ?? 'AI';
    if ((code & secondAction) === 0) return success({ event: 'pressed', button });
    return success({ event: 'pressed', button, second: buttons[(code >> 1) & 0x07] ?? 'AI' });
  },
  encode(event) {
    if (event.event === 'released') return content(0, statusT21);
    return event.event === 'pressed' ? encodePress(event) : undefined;
  },
};

function encodePress({ button, second }: Extract<ProfileEvent, { event: 'pressed' }>): TelegramContent | undefined {
  if (button === 'several') return content(severalPressed | energyBow, statusT21);
  const first = codeOf(button);
  const other = second === undefined ? 0 : codeOf(second);
  if (first === undefined || other === undefined) return undefined;
  const secondBits = second === undefined ? 0 : (other << 1) | secondAction;
  return content((first << 5) | energyBow | secondBits, statusT21 | statusNu);
}

function codeOf(button: Button): number | undefined {
  const code = buttons.findIndex((name) => name === button);
  return code === -1 ? undefined : code;
}

/** The status bits are not looked at: devices with a single button differ in them, and a press is a press (B1.1). */
export const pushButton: Profile = {
  title: 'Switch Buttons: Push Button',
  rorg: rorgs.repeatedSwitch,
  payloadLength: 1,
  decode(content) {
    const isPressed = ((content.payload[0] ?? 0) & energyBow) !== 0;
    return success(isPressed ? { event: 'pressed', button: 'push' } : { event: 'released' });
  },
  encode(event) {
    if (event.event === 'released') return content(0, statusT21);
    return event.event === 'pressed' && event.button === 'push' ? content(energyBow, statusT21) : undefined;
  },
};

function content(code: number, status: number): TelegramContent {
  return { rorg: rorgs.repeatedSwitch, payload: Uint8Array.from([code]), status };
}
