/** Makes elements, so that the parts of this folder are not in index.html, which everybody loads. */

import { closed } from "../language/direction.js";
import { setText, setWords } from "../tools/dom.js";

/**
 * @typedef {object} Options
 * @property {string} [text] what was said in the person's language
 * @property {string} [name] a name of a file or a class: always text, in no language
 * @property {string} [label] for screen readers
 * @property {string} [title] shown under the pointer
 * @property {string} [css] class names
 * @property {(event: Event) => unknown} [click]
 * @property {Record<string, string | number | boolean>} [is] attributes; `true` is one without a value, `false` none
 */

/**
 * A new element.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Options} [options]
 * @param {readonly (Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function node(tag, { text, name, label, title, css, click, is = {} } = {}, children = []) {
  const made = document.createElement(tag);
  if (text !== undefined) setText(made, text);
  if (name !== undefined) made.textContent = closed(name);
  if (label !== undefined) setWords(made, "aria-label", label);
  if (title !== undefined) setWords(made, "title", title);
  if (css) made.className = css;
  if (click) made.addEventListener("click", click);
  for (const [key, value] of Object.entries(is)) {
    if (value !== false) made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/**
 * A button that submits nothing.
 *
 * @param {string} text
 * @param {(event: Event) => unknown} click
 * @param {Options} [more]
 */
export const button = (text, click, more = {}) => node("button", { ...more, text, click, is: { type: "button", ...more.is } });

/**
 * A field with its label above it.
 *
 * @param {string} text
 * @param {HTMLElement} control gets an id if it has none
 * @param {string} [css]
 */
export function field(text, control, css = "field") {
  control.id ||= `evaluation-field-${++made}`;
  return node("p", { css }, [node("label", { text, is: { for: control.id } }), control]);
}
let made = 0;

/**
 * A table that scrolls within itself where the window is too narrow.
 *
 * @param {string} id of the table
 * @param {string} label
 * @param {readonly (string | Node)[]} titles of its columns
 * @returns {{ scroll: HTMLElement, table: HTMLTableElement, body: HTMLTableSectionElement }}
 */
export function table(id, label, titles) {
  const body = node("tbody");
  const head = node("thead", {}, [node("tr", {}, titles.map((title) =>
    (typeof title === "string" ? node("th", { text: title, is: { scope: "col" } }) : title)))]);
  const made = node("table", { css: "numbers", is: { id } }, [head, body]);
  const scroll = node("div", { css: "scroll", label, is: { role: "region", tabindex: 0 } }, [made]);
  return { scroll, table: made, body };
}

/**
 * A row whose first cell is its header.
 *
 * @param {string | Node} head
 * @param {readonly (string | Node)[]} cells
 */
export function line(head, cells) {
  const made = node("tr", {}, [node("th", { is: { scope: "row" } })]);
  fill(made.cells[0], head);
  for (const cell of cells) {
    const added = node("td");
    fill(added, cell);
    made.append(added);
  }
  return made;
}

/** @param {HTMLElement | undefined} cell @param {string | Node} content */
function fill(cell, content) {
  if (typeof content !== "string") cell?.append(content);
  else if (cell) setText(cell, content);
}
