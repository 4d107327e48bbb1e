import { openJournalReader } from '#agent/journal/reader.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { OpenWorld } from '#simulator/world/world.ts';
import type { JournalRead } from './checkers/checker.ts';
import { type FileProblem, loadScenario } from './load.ts';
import { type Outcome, playScenario } from './runner.ts';

/** Plays a file in a world of its own. A file that is wrong is not played, or not to its end; its problems are told. */
export async function playFile(file: string, openWorld: OpenWorld): Promise<Result<Outcome, readonly FileProblem[]>> {
  const loaded = loadScenario(file);
  if (!loaded.ok) return loaded;
  const scenario = loaded.value;
  const { seed, startMs: startWallMs, hub: configuration, document, centre, realRates } = scenario;
  const world = await openWorld({ seed, startWallMs, configuration, document, centre, realRates });
  try {
    const outcome = await playScenario(scenario, world, readJournal);
    return outcome.verdict === 'wrong' ? failure(wrongSteps(file, outcome)) : success(outcome);
  } finally {
    await world.close();
  }
}

function wrongSteps(file: string, { steps }: Outcome): FileProblem[] {
  return steps.flatMap(({ verdict, problem = '', step: { line, column, words } }) =>
    verdict === 'wrong' ? [{ file, line, column, message: `${words}: ${problem}` }] : [],
  );
}

/** Reads the journal as another program would, while the hub has it open. */
export function readJournal(file: string): JournalRead {
  try {
    const reader = openJournalReader(file);
    try {
      const rows = [...reader.events()];
      return success(
        rows.map(({ seq, kind, ref }) => ({ row: seq, entry: kind, ...(ref === undefined ? {} : { ref }) })),
      );
    } finally {
      reader.close();
    }
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
}
