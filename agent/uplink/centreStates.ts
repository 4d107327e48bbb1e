import { failure, type Result, success } from '#protocol/core/result.ts';
import { decodeCentreState } from '#protocol/mqtt/state.ts';
import type { Refusal } from './refusals.ts';

/** Centres whose states are remembered; a broker has one, or a few while one takes over from another. */
export const centresLimit = 16;

/** What the centres at a broker have said of themselves since the connection came up. */
export interface CentreStates {
  /** What came on a centre's own topic. An empty body clears a retained one: that centre has no more to say. */
  heard(centre: string, body: string): Result<void, Refusal>;
  /** The connection is gone, and what it told with it. */
  clear(): void;
  /** Whether all of them have said goodbye. A broker that knows none may lead to one all the same. */
  allGone(): boolean;
}

export function createCentreStates(): CentreStates {
  const centres = new Map<string, 'online' | 'offline'>();

  function heard(centre: string, body: string): Result<void, Refusal> {
    if (body === '') {
      centres.delete(centre);
      return success(undefined);
    }
    const read = decodeCentreState(body);
    if (!read.ok) return read;
    if (read.value.centre !== centre) return failure(foreignState);
    if (centres.size >= centresLimit && !centres.has(centre)) return failure(tooManyCentres);
    centres.set(centre, read.value.state);
    return success(undefined);
  }

  return {
    heard,
    clear: () => centres.clear(),
    allGone() {
      const states = [...centres.values()];
      return states.length > 0 && states.every((state) => state === 'offline');
    },
  };
}

const tooManyCentres = { code: 'state/too-many-centres', message: 'more centres at one broker than are remembered' };
const foreignState = { code: 'state/foreign', message: 'a state that names another centre than its topic' };
