import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { prettyReport } from './pretty.ts';
import type { Played } from './result.ts';
import { tapReport } from './tap.ts';

export const reportNames = ['pretty', 'junit', 'tap', 'json', 'html'] as const;

/** Each makes a whole report of what was played. */
export const reportFormats: Readonly<Record<(typeof reportNames)[number], (results: readonly Played[]) => string>> = {
  pretty: prettyReport,
  junit: junitReport,
  tap: tapReport,
  json: jsonReport,
  html: htmlReport,
};
