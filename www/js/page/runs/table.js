/** The table of runs: sorted by any of its columns, with a tick for each run. */

import { say } from "../language/say.js";
import { byId, element, setWords } from "../tools/dom.js";
import { nameOf } from "../tools/format.js";
import { columns, sorted, turned } from "./columns.js";
import { markOf, sampleOf } from "./marks.js";
import { shelf } from "./shelf.js";

/**
 * @import { RunLine } from "../../shared/runs.js"
 * @import { Column } from "./columns.js"
 */

const table = byId("runs-table", HTMLTableElement);
const from = () => ({ tabfit: say("imported"), csv: say("imported, CSVLogger"), tensorboard: say("imported, TensorBoard") });

/** @type {Map<string, HTMLTableRowElement>} */
let rows = new Map();

/** Draws all rows anew. */
export function showTable() {
  const focused = document.activeElement instanceof HTMLInputElement ? document.activeElement.dataset["id"] : undefined;
  const all = columns();
  if (!table.tHead?.rows[0]) table.tHead?.append(head(all));
  rows = new Map(shelf.lines.map((line) => [line.id, row(line, all)]));
  showOrder();
  showTicks();
  if (focused) rows.get(focused)?.querySelector("input")?.focus();
}

/** Sorts by a column, or by the same one the other way round. @param {Event} event a click in the head of the table */
export function sortBy({ target }) {
  const column = target instanceof HTMLButtonElement ? target.dataset["column"] : undefined;
  if (!column) return;
  shelf.order = turned(shelf.order, column);
  showOrder();
}

/** Shows which runs are ticked. */
export function showTicks() {
  for (const [id, made] of rows) {
    const place = shelf.ticked.get(id);
    made.classList.toggle("ticked", place !== undefined);
    const box = made.querySelector("input");
    if (box) box.checked = place !== undefined;
    const mark = made.querySelector(".run-mark");
    if (place === undefined) mark?.replaceChildren();
    else mark?.replaceChildren(element("span", markOf(place).letter, "run-letter"), sampleOf(place));
  }
}

function showOrder() {
  const { column, descending } = shelf.order;
  for (const cell of table.tHead?.rows[0]?.cells ?? []) {
    if (cell.dataset["column"] === column) cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
    else cell.removeAttribute("aria-sort");
  }
  table.tBodies[0]?.replaceChildren(...sorted(shelf.lines, shelf.order).flatMap(({ id }) => rows.get(id) ?? []));
}

/** @param {readonly Column[]} all */
function head(all) {
  const made = document.createElement("tr");
  const ticks = element("td", "");
  ticks.append(element("span", say("On the chart"), "visually-hidden"));
  made.append(ticks, ...all.map(({ id, title, number }) => {
    const cell = element("th", "", number ? "" : "text");
    cell.setAttribute("scope", "col");
    cell.dataset["column"] = id;
    const button = element("button", title);
    button.setAttribute("type", "button");
    button.dataset["column"] = id;
    cell.append(button);
    return cell;
  }));
  return made;
}

/**
 * @param {RunLine} line
 * @param {readonly Column[]} all
 */
function row(line, all) {
  const made = document.createElement("tr");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.dataset["id"] = line.id;
  setWords(box, "aria-label", say("Show {name} on the chart", { name: nameOf(line.name) }));
  const tick = element("span", "", "run-tick");
  tick.append(box, element("span", "", "run-mark"));
  const cell = document.createElement("td");
  cell.append(tick);
  made.append(cell, ...all.map(({ id, number, text }) => {
    const made = element(id === "name" ? "th" : "td", text(line), `run-${id} ${number ? "" : "text"}`);
    if (id === "name") made.setAttribute("scope", "row");
    if (id === "name" && line.imported) made.append(" ", element("span", from()[line.imported.from], "run-from"));
    return made;
  }));
  return made;
}
