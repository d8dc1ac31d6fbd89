/** The confusion matrix by mouse and keyboard: arrows go from cell to cell, and a press opens the pictures of the cell. */

import { say } from "../language/say.js";
import { byId } from "../tools/dom.js";
import { openGallery } from "./gallery/gallery.js";
import { openFully } from "./step.js";
import { places, subject } from "./subject.js";

const matrix = byId("confusion", HTMLTableElement);

/** How far each key goes, in rows and columns. @type {Record<string, [number, number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -Infinity], End: [0, Infinity] };

/** @param {Event} event a click or a key on the table */
export async function onCell(event) {
  const cell = event.target instanceof Element ? event.target.closest("td[data-truth]") : null;
  if (!(cell instanceof HTMLTableCellElement)) return;
  const [truth, said] = [Number(cell.dataset["truth"]), Number(cell.dataset["said"])];
  const step = event instanceof KeyboardEvent ? STEPS[event.key] : undefined;
  if (step) return go(cell, truth + step[0], said + step[1]);
  focus(cell);
  await openFully();
  const { study } = subject;
  if (!study) return;
  const names = { truth: study.classNames[truth] ?? "", said: study.classNames[said] ?? "" };
  const heading = truth === said ? say("{truth} called right", names) : say("{truth} taken for {said}", names);
  openGallery(heading, places((picture) => picture.label === truth && picture.said === said));
}

/** @param {HTMLTableCellElement} from @param {number} truth @param {number} said */
function go(from, truth, said) {
  const cells = [...matrix.querySelectorAll("td[data-truth]")].filter((cell) => cell instanceof HTMLTableCellElement);
  const rows = Math.max(...cells.map(({ dataset }) => Number(dataset["truth"])));
  const columns = Math.max(...cells.map(({ dataset }) => Number(dataset["said"])));
  const [row, column] = [Math.min(Math.max(truth, 0), rows), Math.min(Math.max(said, 0), columns)];
  const next = cells.find(({ dataset }) => Number(dataset["truth"]) === row && Number(dataset["said"]) === column);
  // Of very many classes there is a list of mistakes, and no table: there the next one down or up is meant.
  const forward = truth > Number(from.dataset["truth"]) || said > Number(from.dataset["said"]);
  const beside = cells[cells.indexOf(from) + (forward ? 1 : -1)];
  const to = next ?? beside;
  if (to) focus(to);
}

/** Only one cell is reached by Tab; it is the one that had the focus last. @param {HTMLTableCellElement} cell */
function focus(cell) {
  for (const other of matrix.querySelectorAll("[tabindex]")) other.removeAttribute("tabindex");
  cell.tabIndex = 0;
  cell.focus();
}
