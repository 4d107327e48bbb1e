import { failure, type Result } from '#protocol/core/result.ts';
import { isSecure } from '#protocol/esp3/constants.ts';
import { decodeProfile, type RadioTelegram } from '#protocol/esp3/profiles.ts';
import { readWritten, type WrittenAccessory } from './enrolled.ts';

/** What the centre has said of the accessory that is to be taught in, as in a configuration and without its id. */
export type Template = Readonly<Record<string, unknown>>;

/** What a stranger's telegram makes of it when nobody has said: the kinds that can be told by it. */
const kindsByProfile: readonly (readonly [profile: string, kind: string])[] = [
  ['F6-02-01', 'extra-pendant'],
  ['D5-00-01', 'door'],
  ['A5-07-01', 'motion'],
  ['A5-07-02', 'motion'],
  ['A5-07-03', 'motion'],
];

/**
 * The accessory that a telegram teaches in: a press of a button, or a learn telegram (B14.2). The problem is for people:
 * why it teaches nothing in.
 */
export function taughtAccessory(telegram: RadioTelegram, template: Template): Result<WrittenAccessory, string> {
  const { rorg, sender } = telegram;
  if (isSecure(rorg)) return failure('it sends encrypted telegrams; set it to send in the clear');
  const kind = template['kind'];
  if (typeof kind !== 'string') {
    const known = kindsByProfile.find(([profile]) => teaches(profile, telegram));
    if (known === undefined) return failure('it is neither a button nor a learn telegram of a known device');
    const [profile, told] = known;
    return readWritten({ name: `${told}-${sender.slice(-4)}`, ...template, kind: told, profile, id: sender });
  }
  const name = `${kind}-${sender.slice(-4)}`;
  const read = readWritten({ name, ...template, id: sender });
  if (!read.ok || teaches(read.value.accessory.profile, telegram)) return read;
  return failure(`it does not speak ${read.value.accessory.profile}, or is no learn telegram`);
}

/** Buttons and smoke detectors have no learn telegram: what they raise by is one. Others may tell their profile in it. */
function teaches(profile: string, telegram: RadioTelegram): boolean {
  const read = decodeProfile(profile, telegram);
  if (!read.ok) return false;
  const { event } = read.value;
  if (event === 'pressed' || event === 'smoke') return true;
  return event === 'teach-in' && (read.value.taught?.profile ?? profile) === profile;
}
