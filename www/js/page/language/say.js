/**
 * The sentences of the page in the person's language. A sentence is looked up by its English text, which is what the code
 * holds; without a table, or without an entry, it stays English.
 */

/** @type {Record<string, string>} */
let table = {};

/** @param {Record<string, string>} sentences by their English text */
export function speak(sentences) {
  table = sentences;
}

/**
 * A sentence in the person's language.
 *
 * @param {string} sentence in English, with names in braces where values stand: `"{done} of {all} pictures"`
 * @param {Record<string, string | number>} [values] by these names
 */
export function say(sentence, values = {}) {
  return (table[sentence] ?? sentence).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
