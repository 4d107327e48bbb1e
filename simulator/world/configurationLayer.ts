/** A configuration as it is written: maps, lists and words, not read yet. */
export type ConfigurationDocument = Readonly<Record<string, unknown>>;

/**
 * Lays one configuration over another: maps are merged key by key, and so are lists whose entries have names, entry by
 * entry; a new name is added at the end. Anything else takes the place of what was there.
 */
export function layOver(document: ConfigurationDocument, layer: ConfigurationDocument): ConfigurationDocument {
  const laid = Object.entries(layer).map(([key, value]) => [key, laidOver(document[key], value)]);
  return { ...document, ...Object.fromEntries(laid) };
}

function laidOver(below: unknown, above: unknown): unknown {
  if (isMap(below) && isMap(above)) return layOver(below, above);
  const entries: unknown[] = Array.isArray(below) ? [...below] : [];
  if (!Array.isArray(above) || ![...entries, ...above].some(hasName)) return above;
  for (const entry of above) {
    const known = entries.findIndex((other) => hasName(other) && hasName(entry) && other['name'] === entry['name']);
    if (known === -1) entries.push(entry);
    else entries[known] = changedEntry(entries[known], entry);
  }
  return entries;
}

/** An accessory that becomes one of another kind speaks another profile; the one that was usual for the old kind goes. */
function changedEntry(below: unknown, above: unknown): unknown {
  if (!isMap(below) || !isMap(above)) return above;
  const { profile: _profile, ...others } = below;
  return layOver(above['kind'] === undefined ? below : others, above);
}

function hasName(value: unknown): value is ConfigurationDocument {
  return isMap(value) && value['name'] !== undefined;
}

function isMap(value: unknown): value is ConfigurationDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
