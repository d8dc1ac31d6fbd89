/** Pictures in a list, with their names, parts, classes and what was decided about them; each can be chosen. */

import { say } from "../language/say.js";
import { setText, setWords, within } from "../tools/dom.js";
import { count } from "../tools/format.js";
import { inSteps, make } from "./make.js";
import { decisionOf, givenClass, partOf, pathOf } from "./pictures.js";
import { chooseIn, chosen } from "./selection.js";
import { thumbnail } from "./thumbnails.js";

/** @typedef {{ id: number, note?: string }} Shown a picture, and what is to be said of it here */

/** How many pictures are drawn at once. */
const STEP = 24;

/** The part of a picture, as a word. @param {number} id */
export const partName = (id) => [say("Training"), say("Validation"), say("Test")][partOf(id)] ?? "";

/**
 * @param {readonly Shown[]} all
 * @param {string} label of the list, for screen readers
 * @param {number} [step] how many are drawn at once
 */
export function gallery(all, label, step = STEP) {
  const list = make("ul", "care-pictures");
  setWords(list, "aria-label", label);
  chooseIn(list, () => all.map(({ id }) => id));
  const more = inSteps(list, all, step, picture, (left) => say("Show more: {n} are left", { n: count(left) }));
  const first = list.querySelector("input");
  if (first) first.tabIndex = 0;
  return make("div", "care-gallery", [list, more]);
}

/** @param {Shown} shown */
function picture({ id, note = "" }) {
  const box = document.createElement("input");
  box.type = "checkbox";
  box.tabIndex = -1;
  box.dataset["id"] = String(id);
  box.checked = chosen.has(id);
  const name = make("span", "care-name", pathOf(id).split("/").at(-1) ?? "");
  const label = make("label", "care-label", [make("span", "care-frame", [thumbnail(id)]), make("span", "care-pick", [box, name])]);
  label.title = pathOf(id);
  const about = make("span", "care-about");
  setText(about, say("{part}, {name}", { part: partName(id), name: givenClass(id) }));
  const item = make("li", "care-picture", [label, about, make("span", "care-decision"), note ? make("span", "care-note", note) : null]);
  item.dataset["id"] = String(id);
  item.classList.toggle("chosen", box.checked);
  showDecision(item);
  return item;
}

/** Something was decided. */
export function showDecisions() {
  for (const item of document.querySelectorAll(".care-picture")) if (item instanceof HTMLElement) showDecision(item);
}

/** @param {HTMLElement} item */
function showDecision(item) {
  const decision = decisionOf(Number(item.dataset["id"]));
  item.classList.toggle("out", decision !== undefined && "excluded" in decision);
  item.classList.toggle("relabelled", decision !== undefined && "label" in decision);
  setText(within(item, ".care-decision"), decisionText(decision));
}

/** @param {import("./records.js").Decision | undefined} decision */
function decisionText(decision) {
  if (!decision) return "";
  return "label" in decision ? say("counts as {name}", { name: decision.label }) : say("left out");
}

