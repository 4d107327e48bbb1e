import { accessoryWords } from './accessoryWords.ts';
import type { Word } from './forms.ts';
import { homeWords } from './homeWords.ts';
import { hubWords } from './hubWords.ts';
import { networkWords } from './networkWords.ts';

/** The words that do something to the world, each an action that takes no time of its own. */
export const actionWords: Readonly<Record<string, Word>> = {
  ...accessoryWords,
  ...homeWords,
  ...networkWords,
  ...hubWords,
};
