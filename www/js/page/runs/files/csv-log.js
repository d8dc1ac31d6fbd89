/**
 * Keras's CSV logs: a line of names and a line for each epoch, as `CSVLogger` writes them, with any separator. Keras counts
 * epochs from 0 and this page from 1; a log that begins with 1 was counted from 1, as other tools do. Pure functions.
 */

import { say } from "../../language/say.js";
import { refused } from "./refuse.js";

/**
 * @import { EpochRecord } from "../../../../tabfit.js"
 * @typedef {{ records: EpochRecord[], troubles: string[] }} CsvLog
 */

const [MOST_EPOCHS, MOST_COLUMNS] = [20_000, 500];
/** No run is so long. */
const LAST_EPOCH = 1e9;
/** The names that older versions of Keras gave to accuracy. */
const OLD_NAMES = new Map([["acc", "accuracy"], ["val_acc", "val_accuracy"], ["lr", "learning_rate"]]);
const COLUMN = /^\s*"?epoch"?\s*$/i;

/** The name of a column or curve as this page has it. @param {string} name */
export const nameOf = (name) => OLD_NAMES.get(name) ?? name;

/**
 * @param {string} text
 * @param {string} file its name
 * @returns {CsvLog}
 */
export function readCsvLog(text, file) {
  const separator = separatorOf(text);
  if (separator === null) throw refused("“{file}” is no log of Keras's CSVLogger: its first line has no column “epoch”.", file);
  const [head = [], ...rows] = cells(text.replace(/^\uFEFF/, ""), separator);
  if (head.length > MOST_COLUMNS || rows.length > MOST_EPOCHS) {
    throw refused("“{file}” has more than {epochs} epochs or {columns} columns, which is more than this page shows.", file, { epochs: MOST_EPOCHS, columns: MOST_COLUMNS });
  }
  const names = head.map((name) => nameOf(name.trim()));
  const at = head.findIndex((name) => COLUMN.test(name));
  const first = number(rows[0]?.[at] ?? "");
  /** @type {EpochRecord[]} */
  const records = [];
  /** @type {string[]} */
  const troubles = [];
  let shift = first === 1 ? 0 : 1;
  for (const [i, row] of rows.entries()) {
    const epoch = number(row[at] ?? "");
    if (epoch === null || !Number.isInteger(epoch) || epoch < 0 || epoch > LAST_EPOCH || row.length !== head.length) {
      if (i === rows.length - 1 && i > 0) {
        troubles.push(say("The last line of “{file}” is not whole; the lines before it are shown.", { file }));
        break;
      }
      throw refused("Line {line} of “{file}” is no line of an epoch.", file, { line: i + 2 });
    }
    const before = records.at(-1)?.epoch ?? 0;
    if (epoch + shift <= before) {
      shift = before + 1 - epoch;
      troubles.push(say("The epochs of “{file}” begin anew after epoch {epoch}; they are counted on.", { file, epoch: before }));
    }
    const logs = names.map((name, i) => /** @type {[string, number | null]} */ ([name, number(row[i] ?? "")])).filter((_, i) => i !== at);
    records.push(/** @type {EpochRecord} */ ({ ...Object.fromEntries(logs), epoch: epoch + shift }));
  }
  if (records.length === 0) throw refused("“{file}” holds no epoch.", file);
  return { records, troubles };
}

/** Null if no cell of the first line is "epoch". @param {string} text */
export function separatorOf(text) {
  const end = text.search(/[\r\n]/);
  const line = (end < 0 ? text : text.slice(0, end)).replace(/^\uFEFF/, "");
  const after = /^\s*"?epoch"?(.)/i.exec(line)?.[1];
  const known = [...(after ? [after] : []), ",", ";", "\t", "|"];
  return known.find((sign) => line.includes(sign) && line.split(sign).some((name) => COLUMN.test(name))) ?? null;
}

/**
 * As Python's module csv reads them.
 *
 * @param {string} text
 * @param {string} separator
 */
function cells(text, separator) {
  /** @type {string[][]} */
  const rows = [];
  for (const line of lines(text)) {
    /** @type {string[]} */
    const row = [];
    for (let at = 0; at <= line.length;) {
      let end = line[at] === '"' ? at + 1 : line.indexOf(separator, at);
      if (line[at] === '"') {
        while (end < line.length && (line[end] !== '"' || line[++end] === '"')) end++;
      }
      if (end < 0) end = line.length;
      const cell = line.slice(at, end);
      row.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
      at = end + separator.length;
    }
    rows.push(row);
  }
  return rows;
}

/** The lines that hold something; a log has none that goes on in the next. @param {string} text */
const lines = (text) => text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");

/** Null for what is no finite number, such as "nan" or Keras's "NA". @param {string} cell */
function number(cell) {
  const text = /^\s*-?\d+,\d+(e[+-]?\d+)?\s*$/i.test(cell) ? cell.replace(",", ".") : cell; // of a spreadsheet, where ; separates
  const value = text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
