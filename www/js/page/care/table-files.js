/** Decisions as a file, to keep them or to bring them to another computer, and back. */

import { TrainerError } from "../../shared/errors.js";
import { say } from "../language/say.js";
import { download } from "../tools/download.js";
import { count, many, together } from "../tools/format.js";
import { readCsv, writeCsv } from "./csv.js";
import { change } from "./decide.js";
import { care, givenClass } from "./pictures.js";
import { recordsOf } from "./records.js";

/** @import { Line } from "./csv.js" */

/** Larger files are no table of this page. */
const MOST_BYTES = 50e6;

/** @returns {string} a sentence */
export function saveTable() {
  if (!care.pictures) return "";
  const records = recordsOf(care.decisions, care.pictures, care.classNames);
  download("pictures.csv", new Blob([writeCsv(records)], { type: "text/csv" }));
  return many(records.length, "decision was saved as pictures.csv.", "decisions were saved as pictures.csv.");
}

/**
 * Decides as a file says. A picture is found by its content, and where that is not in the file or was spoilt, by its path.
 *
 * @param {File} file
 * @returns {Promise<string>} what became of it
 */
export async function openTable(file) {
  const table = file.size > MOST_BYTES ? null : readCsv(await file.text());
  if (!table) {
    throw new TrainerError("FileError", say("{name} is no table of decisions: its first line must name the columns file, content, decision and class.", { name: file.name }));
  }
  const find = finder();
  /** @type {Map<number, Line>} */
  const found = new Map();
  const [missing, unknown] = [/** @type {Line[]} */ ([]), /** @type {Line[]} */ ([])];
  for (const line of table.lines) {
    const id = find(line, found);
    if (id === undefined) missing.push(line);
    else if (line.label !== null && !care.classNames.includes(line.label)) unknown.push(line);
    else found.set(id, line);
  }
  await change([...found].map(([id, { label }]) => {
    const same = label !== null && label === givenClass(id);
    return { id, before: care.decisions.get(id), after: same ? undefined : label === null ? /** @type {const} */ ({ excluded: true }) : { label } };
  }));
  return together([
    many(found.size, "decision was taken over.", "decisions were taken over."),
    ...(missing.length > 0 ? [say("Pictures that are not here: {count}, for example {path}.", { count: count(missing.length), path: missing[0]?.path ?? "" })] : []),
    ...(unknown.length > 0 ? [say("Classes that are not here: {count}, for example {name}.", { count: count(unknown.length), name: unknown[0]?.label ?? "" })] : []),
    ...(table.unread.length > 0 ? [say("Lines that say neither exclude nor relabel with a class: {count}, for example line {line}.", { count: count(table.unread.length), line: table.unread[0] ?? 0 })] : []),
  ]);
}

/** @returns {(line: Line, taken: Map<number, Line>) => number | undefined} */
function finder() {
  const { contents = [], paths = [] } = care.pictures ?? {};
  const byPath = new Map(paths.map((path, id) => [path, id]));
  /** @type {Map<string, number[]>} */
  const byContent = new Map();
  contents.forEach((content, id) => byContent.get(content)?.push(id) ?? byContent.set(content, [id]));
  return ({ content, path }, taken) => {
    const at = byPath.get(path);
    const same = byContent.get(content);
    if (!same) return /^[0-9a-f]{32}$/i.test(content) ? undefined : at; // another picture may lie there by now
    return at !== undefined && same.includes(at) ? at : same.find((id) => !taken.has(id));
  };
}
