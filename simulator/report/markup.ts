const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as XML and HTML take it, between tags and in quotes. What neither allows becomes the replacement character. */
export function escapeMarkup(text: string): string {
  return (
    text
      .replaceAll(/[&<>"]/gu, (character) => entities[character] ?? character)
      // oxlint-disable-next-line no-control-regex -- They are what is looked for.
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/gu, '\ufffd')
  );
}
