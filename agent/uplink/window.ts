/** So many reports of one priority and above may await an answer at once; a higher one never waits for a lower (B2.6). */
export const windowSize = 32;

/** Counts the reports that await an answer, by priority. */
export interface Window {
  hasRoom(priority: number): boolean;
  enter(priority: number): void;
  leave(priority: number): void;
}

export function createWindow(): Window {
  const asked = new Map<number, number>();
  return {
    hasRoom(priority) {
      let count = 0;
      for (const [other, ofOther] of asked) {
        count += other >= priority ? ofOther : 0;
      }
      return count < windowSize;
    },
    enter: (priority) => void asked.set(priority, (asked.get(priority) ?? 0) + 1),
    leave: (priority) => void asked.set(priority, (asked.get(priority) ?? 1) - 1),
  };
}
