/** Words longer than this are not compared: a suggestion is for a slip of the finger, and the work stays bounded. */
const wordLengthLimit = 64;

/**
 * The candidate that `word` was most likely meant to be, or nothing when none is close. Close means that at most a third
 * of the letters, and at least one, had to be inserted, deleted, replaced or swapped with their neighbour, or that one
 * word begins with the other (`warning` for `warn`). Upper and lower case, hyphens and underscores count as the same, so
 * that `answer-within` finds `answerWithin`. The first of equally close candidates wins.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > wordLengthLimit) return undefined;
  const wanted = folded(word);
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate.length > wordLengthLimit) continue;
    const name = folded(candidate);
    const allowed = Math.max(1, Math.floor(Math.max(wanted.length, name.length) / 3));
    const distance = editDistance(wanted, name);
    const isClose = distance <= allowed && distance < name.length;
    if ((isClose || beginsAlike(wanted, name)) && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Three letters are the least to say anything. */
function beginsAlike(one: string, other: string): boolean {
  return Math.min(one.length, other.length) >= 3 && (one.startsWith(other) || other.startsWith(one));
}

function folded(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/gu, '');
}

/** Optimal string alignment distance: Levenshtein's, where swapping two neighbours is one edit and not two. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(distances: readonly number[], index: number): number {
  return distances[index] ?? Number.POSITIVE_INFINITY;
}
