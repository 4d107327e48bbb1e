import { createHash } from 'node:crypto';
import { tagText } from '#protocol/configuration/visitsSection.ts';

/** The number of the tag of this name: ten hex digits, the same in every world. */
export function tagNumberOf(name: string): string {
  return sha256(`tag ${name}`).slice(0, 10);
}

/** What the configuration of this hub says of the tag of this name. */
export function tagHashOf(hub: string, name: string): string {
  return sha256(tagText(hub, tagNumberOf(name)));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
