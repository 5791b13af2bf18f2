// What a changed answer says to a screen reader, as a function without a page.

/**
 * The first bar and what it was before; empty if it is as before, or if there was none.
 * @param {{name: string, text: string} | undefined} now the first bar: name and number.
 * @param {{name: string, text: string} | undefined} before the same when it was last said.
 */
export function answerText(now, before) {
  if (!now || !before || (now.name === before.name && now.text === before.text)) return "";
  return `${now.name} ${now.text}, was ${now.name === before.name ? "" : `${before.name} `}${before.text}`;
}
