import { formatFileProblem } from '#simulator/scenario/load.ts';
import { type Outcome, shownTime, type StepOutcome } from '#simulator/scenario/runner.ts';
import type { WorldEvent } from '#simulator/world/world.ts';
import { type Finding, findingsOf, isTold } from './findings.ts';
import { escapeMarkup } from './markup.ts';
import { type Played, summaryOf, titleOf, verdictOf } from './result.ts';
import { pageStyle } from './style.ts';
import { timelineSvg } from './timeline.ts';
import { clockTime, eventWords } from './wording.ts';

/** For everybody: one file that needs no network and no script, in light and dark. */
export function htmlReport(results: readonly Played[]): string {
  const [only] = results;
  const title = results.length === 1 && only !== undefined ? titleOf(only) : 'Scenarios';
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeMarkup(title)}</title><style>${pageStyle}</style></head>`,
    '<body>',
    ...(results.length === 1 ? [] : [overview(results)]),
    ...results.map(section),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const verdictWords = { passed: 'Passed', failed: 'Failed', wrong: 'The file is wrong' } as const;

function overview(results: readonly Played[]): string {
  const rows = results.map((played, index) => {
    const verdict = verdictOf(played);
    return `<li class="${verdict}"><a href="#s${index + 1}">${escapeMarkup(titleOf(played))}</a> <span>${verdictWords[verdict]}</span></li>`;
  });
  return `<header><h1>Scenarios: ${summaryOf(results)}</h1><ol class="overview">${rows.join('')}</ol></header>`;
}

function section(played: Played, index: number): string {
  const verdict = verdictOf(played);
  const head = `<h2>${escapeMarkup(titleOf(played))}</h2>`;
  const badge = `<p class="badge ${verdict}">${verdictWords[verdict]}</p>`;
  const body = 'problems' in played ? problemList(played) : outcomeBody(played.outcome, played.file);
  return `<main id="s${index + 1}">${badge}${head}${body}</main>`;
}

function problemList({ problems }: Extract<Played, { problems: unknown }>): string {
  return `<ul class="problems">${problems.map((problem) => `<li>${escapeMarkup(formatFileProblem(problem))}</li>`).join('')}</ul>`;
}

function outcomeBody(outcome: Outcome, file: string): string {
  const { scenario, endMs } = outcome;
  const { about, covers, seed, startMs, timezone } = scenario;
  const start = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: timezone }).format(
    startMs,
  );
  const rules = covers.length === 0 ? '' : ` It shows ${covers.map(escapeMarkup).join(', ')}.`;
  return [
    about === undefined ? '' : `<p class="about">${escapeMarkup(about)}</p>`,
    ...findingsOf(outcome).map((finding) => findingPanel(finding, file)),
    `<p class="facts">It begins on ${start} (${escapeMarkup(timezone)}) and lasts ${shownTime(endMs)}.${rules} Times are counted from the begin. Seed ${seed}, ${escapeMarkup(file)}.</p>`,
    `<figure><div class="timeline">${timelineSvg(outcome)}</div>${legend}</figure>`,
    stepTable(outcome),
    messages(outcome),
  ].join('\n');
}

function findingPanel({ atMs, line, subject, message, rules, around }: Finding, file: string): string {
  const place = line === undefined ? '' : `${escapeMarkup(file)}, line ${line}: `;
  const about = rules.length === 0 ? '' : `<p>About ${rules.map(escapeMarkup).join(', ')}.</p>`;
  const events = around.map(
    (event) => `<li><time>${clockTime(event.atMs)}</time> ${escapeMarkup(eventWords(event))}</li>`,
  );
  return [
    '<section class="finding">',
    `<p class="message"><strong>At ${clockTime(atMs)}:</strong> ${escapeMarkup(message)}.</p>`,
    `<p>${place}<code>${escapeMarkup(subject)}</code></p>${about}`,
    `<details open><summary>What happened around it</summary><ul>${events.join('')}</ul></details>`,
    '</section>',
  ].join('');
}

const legend = `<figcaption>
<span><svg viewBox="0 0 16 16"><rect class="row" x="4" y="4" width="8" height="8"/></svg> written into the journal</span>
<span><svg viewBox="0 0 16 16"><path class="arrival" d="M8 2l6 6l-6 6l-6 -6z"/></svg> at the centre, taken</span>
<span><svg viewBox="0 0 16 16"><path class="arrival unanswered" d="M8 2l6 6l-6 6l-6 -6z"/></svg> at the centre, not taken</span>
<span><svg viewBox="0 0 16 16"><line class="way open" x1="0" y1="8" x2="16" y2="8"/></svg> still waiting at the end</span>
<span><b class="done">✓</b> acknowledged, or a check that held</span>
<span><b class="replaced">↻</b> replaced by a newer one</span>
<span><b class="failed">✗</b> a check that did not hold</span>
<span>The more happens, the more room there is: ⋯ marks long quiet stretches. Point at a mark for its time.</span>
</figcaption>`;

/** More steps than these are folded away. */
const openStepsLimit = 60;

function stepTable({ steps }: Outcome): string {
  const head = '<thead><tr><th></th><th>Line</th><th>Step</th><th>From</th><th>To</th></tr></thead>';
  const table = `<table class="steps">${head}<tbody>${steps.map(stepRow).join('')}</tbody></table>`;
  return steps.length > openStepsLimit
    ? `<details><summary>Step by step (${steps.length})</summary>${table}</details>`
    : `<h3>Step by step</h3>${table}`;
}

const stepMarks = { passed: '✓', failed: '✗', wrong: '✗', 'not-run': '–' } as const;

function stepRow({ step, verdict, beganMs, endedMs, problem }: StepOutcome): string {
  const time = (timeMs: number | undefined): string => (timeMs === undefined ? '' : clockTime(timeMs));
  const why = problem === undefined ? '' : `<p class="why">${escapeMarkup(problem)}</p>`;
  return `<tr class="${verdict}"><td>${stepMarks[verdict]}</td><td>${step.line}</td><td><code>${escapeMarkup(step.words)}</code>${why}</td><td>${time(beganMs)}</td><td>${time(endedMs)}</td></tr>`;
}

function messages({ events }: Outcome): string {
  const told = events.filter(isTold);
  const rows = told.map(messageRow).join('');
  return `<details class="messages"><summary>Every message (${told.length}; the log from warnings on)</summary><table><thead><tr><th>Time</th><th>Where</th><th>What</th></tr></thead><tbody>${rows}</tbody></table></details>`;
}

function messageRow(event: WorldEvent): string {
  return `<tr class="${event.kind}"><td>${clockTime(event.atMs)}</td><td>${placeOf[event.kind]}</td><td>${escapeMarkup(eventWords(event))}</td></tr>`;
}

const placeOf: Readonly<Record<WorldEvent['kind'], string>> = {
  action: 'scenario',
  arrival: 'centre',
  heartbeat: 'heartbeat',
  journal: 'journal',
  log: 'log',
  telegram: 'radio',
  link: 'link',
  path: 'path',
  hub: 'hub',
  broker: 'broker',
  centre: 'centre',
  refusal: 'centre',
  device: 'device',
  voice: 'voice',
  sms: 'SMS',
  light: 'front',
  sound: 'front',
  power: 'power',
  mobile: 'modem',
  result: 'centre',
};
