/** Where a device's command writes: lines for people, or one JSON object a line for machines. */
export interface Output {
  /** Something happened. `text` is for people; the fields are for machines. Bytes are written in hex. */
  tell(event: string, text: string, fields?: Readonly<Record<string, unknown>>): void;
  /** What was typed cannot be done. */
  refuse(problem: string): void;
}

export function createOutput({ json }: { json: boolean }): Output {
  const line = (event: string, fields: Readonly<Record<string, unknown>>): void => {
    const written = JSON.stringify({ event, ...fields }, (_key, value: unknown) =>
      value instanceof Uint8Array ? hex(value) : value,
    );
    process.stdout.write(`${written}\n`);
  };
  return {
    tell(event, text, fields = {}) {
      if (json) line(event, fields);
      else process.stdout.write(`${text}\n`);
    },
    refuse(problem) {
      if (json) line('refused', { problem });
      else process.stderr.write(`${problem}\n`);
    },
  };
}

/** Bytes as people read them: `55 00 07`. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
