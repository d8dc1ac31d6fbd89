/** Names in YAML and Markdown: whatever they hold, they stay text. Pure functions. */

import { isolated } from "../../language/direction.js";

/** What YAML does not print, or takes for the end of a line, beyond what JSON escapes; and what turns the text after it around. */
const UNPRINTED = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;
/** What begins something inside a line of CommonMark or of GitHub's Markdown; a backslash before it makes it a plain sign. */
const SIGNS = /[\\`*_{}[\]<>#!|~&$@]|:(?=\/|[a-z])|(?<=\bwww)\./gi;
/** What begins a list, a quotation or a heading, and only at the beginning of a line. */
const BEGINNING = /^(\d{0,9})([-+=.)])/;

/**
 * A text in double quotes, which is the same in YAML and in JSON: `yes`, `1.0` and `- x` stay texts too.
 *
 * @param {string} text
 */
export const yamlText = (text) =>
  JSON.stringify(text.toWellFormed()).replace(UNPRINTED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/**
 * A number. YAML has no exponent without a point that every reader takes for a number, so that JSON's form gets one.
 *
 * @param {number} value finite
 */
export function yamlNumber(value) {
  const text = String(value);
  return /^-?\d+e/.test(text) ? text.replace("e", ".0e") : text;
}

/**
 * A name or a sentence as a line of Markdown.
 *
 * @param {string} text
 */
export const markdown = (text) => isolated(text).toWellFormed().replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim()
  .replace(SIGNS, String.raw`\$&`).replace(BEGINNING, String.raw`$1\$2`);

/**
 * A table with rules of Markdown; its cells are escaped already.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function markdownTable(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
