/** Tables of how many pictures there are, with a column for each part that the folder has. */

import { say } from "../language/say.js";
import { table } from "./make.js";
import { care, decisionOf } from "./pictures.js";

/** @import { Pictures } from "../../shared/care.js" */

/** The class that a picture counts as now. @param {number} id */
export function labelNow(id) {
  const decision = decisionOf(id);
  return decision && "label" in decision ? care.classNames.indexOf(decision.label) : care.pictures?.labels[id] ?? 0;
}

/**
 * @param {string} label
 * @param {Pictures} pictures
 * @param {readonly { name: string, cells: readonly string[] }[]} rows with a cell for each of the three parts
 */
export function countTable(label, { parts }, rows) {
  const there = [0, 1, 2].filter((part) => parts.includes(part));
  const titles = [say("Training"), say("Validation"), say("Test")];
  return table(label, [say("Class"), ...there.map((part) => titles[part] ?? "")], rows.map(({ name, cells }) => [name, ...there.map((part) => cells[part] ?? "")]));
}
