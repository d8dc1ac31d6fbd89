/**
 * Decisions as a table: file, content, decision, class. What is read may have gone through Excel, which writes semicolons where
 * commas stand before decimals, puts a mark in front of the file, and spoils checksums that look like numbers. Pure functions.
 */

import { csvOf, textOf } from "../tools/csv.js";

/**
 * @import { DecisionRecord } from "../../shared/decisions.js"
 * @typedef {Pick<DecisionRecord, "path" | "content" | "label"> & { decision: "exclude" | "relabel" }} Line
 */

const HEAD = ["file", "content", "decision", "class"];
/** The most lines that are read. */
const MOST = 200_000;
/** Tells programs that the text is UTF-8. */
const MARK = "\uFEFF";

/** @param {readonly DecisionRecord[]} records */
export function writeCsv(records) {
  const rows = records.map(({ path, content, label }) => [path, content, label === null ? "exclude" : "relabel", label ?? ""]);
  return MARK + csvOf([HEAD, ...rows]);
}

/**
 * @param {string} text
 * @returns {{ lines: Line[], unread: number[] } | null} `unread`: the numbers of lines that say no decision, from 1; null if this
 *   is no such table
 */
export function readCsv(text) {
  const plain = text.replace(/^\uFEFF/, "").replace(/^sep=.\r?\n/i, "");
  const first = plain.split(/\r?\n|\r/, 1)[0] ?? "";
  const mark = [";", "\t", ","].find((mark) => first.split(mark).length >= HEAD.length) ?? ",";
  const rows = rowsOf(plain, mark);
  const head = rows[0]?.map((title) => title.trim().toLowerCase()) ?? [];
  const [file, content, decision, label] = HEAD.map((title) => head.indexOf(title));
  if (file === undefined || content === undefined || decision === undefined || label === undefined || file < 0 || decision < 0) return null;
  /** @type {Line[]} */
  const lines = [];
  /** @type {number[]} */
  const unread = [];
  rows.slice(1).forEach((row, i) => {
    const of = (/** @type {number} */ column) => textOf(row[column] ?? "");
    const [path, named, wanted] = [of(file), of(label), of(decision).trim().toLowerCase()];
    if (row.every((text) => text.trim() === "")) return;
    if (wanted === "exclude") lines.push({ path, content: of(content).trim(), decision: wanted, label: null });
    else if (wanted === "relabel" && named !== "") lines.push({ path, content: of(content).trim(), decision: wanted, label: named });
    else unread.push(i + 2);
  });
  return { lines, unread };
}

/** @param {string} text @param {string} mark between two cells */
function rowsOf(text, mark) {
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  const stop = new RegExp(`[${mark}\\r\\n]|$`, "g");
  let at = 0;
  while (at < text.length && rows.length <= MOST) {
    let value = "";
    if (text[at] === '"') {
      const end = closing(text, at + 1);
      value = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    }
    stop.lastIndex = at;
    const end = stop.exec(text)?.index ?? text.length;
    row.push(value + text.slice(at, end));
    at = end + 1;
    if (text[end] === mark) continue;
    if (text[end] === "\r" && text[at] === "\n") at += 1;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}

/** Where the quotation mark stands that ends a cell. @param {string} text @param {number} from */
function closing(text, from) {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at < 0 ? text.length : at;
}
