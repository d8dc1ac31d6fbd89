/** Pieces of the report's HTML. Everything that is not written here enters it as text. */

import { element } from "../../tools/dom.js";

/** @typedef {{ caption: string, head: readonly string[], rows: readonly (readonly (string | Node)[])[], words?: readonly number[], className?: string }} Table `words`: the columns that are no numbers; the first never is */

/**
 * @param {string} tag
 * @param {(string | Node)[]} children
 * @param {string} [className]
 */
export function holder(tag, children, className = "") {
  const made = element(tag, "", className);
  made.append(...children);
  return made;
}

/** A section of the report with its title, to which the list of contents leads. @param {string} id @param {string} title @param {Node[]} children */
export function section(id, title, children) {
  const made = holder("section", [element("h2", title), ...children]);
  made.id = id;
  made.setAttribute("aria-labelledby", `${id}-title`);
  made.firstElementChild?.setAttribute("id", `${id}-title`);
  return made;
}

/** @param {readonly string[]} sentences */
export const paragraphs = (sentences) => sentences.map((sentence) => element("p", sentence));

/** What is not known, and why. @param {string} why */
export const missing = (why) => element("p", why, "missing");

/** @param {readonly (string | Node)[]} items */
export const bullets = (items) => holder("ul", items.map((item) => holder("li", [item])));

/**
 * A table with a caption. The first cell of a row is its header. On a narrow window it scrolls by itself.
 *
 * @param {Table} table
 */
export function table({ caption, head, rows, words = [], className = "" }) {
  const text = new Set([0, ...words]);
  const made = element("table", "", className);
  const cell = (/** @type {string} */ tag, /** @type {string | Node} */ content, /** @type {number} */ i) => holder(tag, [content], text.has(i) ? "" : "number");
  const top = document.createElement("tr");
  top.append(...head.map((title, i) => scoped(cell("th", title, i), "col")));
  made.append(element("caption", caption), holder("thead", [top]), holder("tbody", rows.map((row) =>
    holder("tr", row.map((content, i) => (i === 0 ? scoped(cell("th", content, i), "row") : cell("td", content, i)))))));
  return framed(made, caption);
}

/** Names and what they stand for, without a head. @param {string} caption @param {readonly (readonly [string, string | Node])[]} rows */
export function facts(caption, rows) {
  const made = holder("table", [element("caption", caption), holder("tbody", rows.map(([name, value]) =>
    holder("tr", [scoped(element("th", name), "row"), holder("td", [value])])))], "facts");
  return framed(made, caption);
}

/** @param {Node} content @param {string} label */
function framed(content, label) {
  const made = holder("div", [content], "scroll");
  made.tabIndex = 0;
  made.setAttribute("role", "group"); // no landmark: a report has dozens of tables
  made.setAttribute("aria-label", label);
  return made;
}

/** @param {HTMLElement} cell @param {"row" | "col"} scope */
function scoped(cell, scope) {
  cell.setAttribute("scope", scope);
  return cell;
}

/** A picture that is drawn, with what it shows. @param {string} caption @param {Node[]} children @param {string} [className] */
export const figure = (caption, children, className = "") => holder("figure", [...children, element("figcaption", caption)], className);
