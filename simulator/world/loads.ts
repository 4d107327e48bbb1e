/** What the parts of the hub draw from its supply, in milliwatts: a part that rests draws less (B6.2). */
export interface Loads {
  set(part: string, milliwatts: number): void;
  totalMilliwatts(): number;
  /** Called behind every change. */
  onChange(changed: () => void): void;
}

export function createLoads(): Loads {
  const parts = new Map<string, number>();
  const told: (() => void)[] = [];
  return {
    set(part, milliwatts) {
      if (parts.get(part) === milliwatts) return;
      parts.set(part, milliwatts);
      told.forEach((changed) => changed());
    },
    totalMilliwatts: () => [...parts.values()].reduce((total, milliwatts) => total + milliwatts, 0),
    onChange(changed) {
      told.push(changed);
    },
  };
}
