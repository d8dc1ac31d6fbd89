/**
 * The doors to the evaluation: the section below the score, the cells of the confusion matrix, and the prediction of a folder.
 * What is behind them is loaded when a door is first opened; until then nothing of it is computed.
 */

import { report } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { late } from "../tools/late.js";

/** @import { Part } from "../../../tabfit.js" */

const details = byId("study", HTMLDetailsElement);
const folder = byId("predict-folder", HTMLDetailsElement);
const matrix = byId("confusion", HTMLTableElement);

const step = () => late(() => import("./step.js"), "evaluation");

export function followEvaluation() {
  details.addEventListener("toggle", () => {
    if (details.open) step().then(({ open }) => open()).catch(report);
  });
  byId("per-class-study", HTMLAnchorElement).addEventListener("click", (event) => {
    event.preventDefault(); // the address may hold settings
    details.open = true;
    details.querySelector("summary")?.focus();
  });
  folder.addEventListener("toggle", () => {
    if (folder.open) late(() => import("./folder/view.js"), "evaluation").then(({ open }) => open()).catch(report);
  });
  for (const type of ["click", "keydown"]) {
    matrix.addEventListener(type, (event) => {
      const key = event instanceof KeyboardEvent ? event.key : "Enter";
      if (/^(Enter| |Arrow.*|Home|End)$/.test(key)) late(() => import("./cells.js"), "evaluation").then(({ onCell }) => onCell(event)).catch(report);
      if (/^( |Arrow.*|Home|End)$/.test(key)) event.preventDefault(); // the page would scroll
    });
  }
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/** There is another score, another network, or none. @param {Part | null} part that was scored */
export function evaluationChanged(part) {
  details.dataset["part"] = part ?? "";
  if (!details.querySelector(".study")) return; // it was never opened
  clearTimeout(waiting); // the scores of a kept network come one after the other
  waiting = setTimeout(() => step().then(({ changed }) => changed()).catch(report));
}

/** How far the prediction of a folder is. @param {{ done: number, total: number }} event */
export const showPredicted = ({ done, total }) => void late(() => import("./folder/view.js")).then((view) => view.showPredicted(done, total));
