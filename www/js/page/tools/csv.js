/** A table as CSV that a spreadsheet opens without harm. */

/** What a spreadsheet would take for a formula: OWASP's list, with the characters that a field may begin with before them. */
const FORMULA = /^\s*[=+\-@\t\r]/;
/** A plain number is none, also if it is negative. */
const NUMBER = /^-?\d+(\.\d+)?(e-?\d+)?$/;
/** A field that was made safe, or looks as if it was. */
const MADE_SAFE = /^'+\s*[=+\-@\t\r]/;

/**
 * Fields with a mark that some spreadsheet reads as the end of a field, with a quote or a line break are quoted (RFC 4180); one
 * that a spreadsheet would compute gets an apostrophe in front, as OWASP advises.
 *
 * @param {readonly (readonly string[])[]} rows
 */
export function csvOf(rows) {
  return rows.map((row) => `${row.map(fieldOf).join(",")}\r\n`).join("");
}

/** @param {string} text */
function fieldOf(text) {
  const safe = (FORMULA.test(text) && !NUMBER.test(text)) || MADE_SAFE.test(text) ? `'${text}` : text;
  return /[",;\r\n\t']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text that a field stands for: without the apostrophe that `csvOf` or a spreadsheet put in front. @param {string} field */
export const textOf = (field) => (MADE_SAFE.test(field) ? field.slice(1) : field);
