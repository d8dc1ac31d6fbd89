/** The table of all epochs, which also gives screen readers the content of the curves. */

import { say } from "../../language/say.js";
import { byId, element, row } from "../../tools/dom.js";
import { decimals, rate } from "../../tools/format.js";
import { columnNames, valueOf } from "./records.js";

/** @import { EpochRecord } from "../../../../tabfit.js" */

const table = byId("history-table", HTMLTableElement);
const BEFORE_ANY = ["loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"];

/** @type {string[]} */
let names = [];

/** @param {readonly EpochRecord[]} records */
export function showRows(records) {
  names = records.length > 0 ? columnNames(records) : BEFORE_ANY;
  const head = document.createElement("tr");
  head.append(...[say("Epoch"), ...names].map((name) => {
    const cell = element("th", name);
    cell.setAttribute("scope", "col");
    return cell;
  }));
  table.tHead?.replaceChildren(head);
  table.tBodies[0]?.replaceChildren(...records.map(epochRow));
}

/**
 * Adds the newest epochs. The other rows stay as they are, unless the columns differ from theirs.
 *
 * @param {readonly EpochRecord[]} records
 */
export function addRows(records) {
  const body = table.tBodies[0];
  if (!body || columnNames(records).join() !== names.join()) return showRows(records);
  body.append(...records.slice(body.rows.length).map(epochRow));
}

/** @param {EpochRecord} record */
function epochRow(record) {
  const cells = names.map((name) => (name === "learning_rate" ? rate(record.learning_rate) : decimals(valueOf(record, name))));
  return row([String(record.epoch), ...cells]);
}
