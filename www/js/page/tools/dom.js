/** Typed access to the elements of index.html, and new elements from text. */

import { closed } from "../language/direction.js";
import { say } from "../language/say.js";
import { note } from "../language/shown.js";

/**
 * The element with this id. It is part of index.html, so a missing one is a bug and throws.
 *
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new TypeError(`index.html has no ${type.name} with the id "${id}"`);
  return element;
}

/**
 * A copy of the first element of a `<template>`, in the person's language.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function cloneTemplate(id) {
  const first = byId(id, HTMLTemplateElement).content.firstElementChild;
  if (!(first instanceof HTMLElement)) throw new TypeError(`the template "${id}" is empty`);
  const copy = /** @type {HTMLElement} */ (first.cloneNode(true));
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    const [text, label] = [element.textContent.replace(/\s+/g, " ").trim(), element.getAttribute("aria-label")];
    if (element.childElementCount === 0 && text) setText(element, say(text));
    if (label) setWords(element, "aria-label", say(label));
  }
  return copy;
}

/**
 * The first descendant that matches.
 *
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function within(parent, selector) {
  const found = parent.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new TypeError(`nothing matches "${selector}"`);
  return found;
}

/**
 * A new element with text. File and class names enter the page here, as text and never as markup.
 *
 * @param {string} tag
 * @param {string} text
 * @param {string} [className]
 */
export function element(tag, text, className = "") {
  const made = document.createElement(tag);
  setText(made, text);
  if (className) made.className = className;
  return made;
}

/**
 * Sets a text that is shown already only if it differs: the browser would lay it out and draw it again. What was said in the
 * person's language is said again here when that changes.
 *
 * @param {Node} shown
 * @param {string} said
 */
export function setText(shown, said) {
  const text = closed(said);
  note(shown, "", said, text);
  if (shown.textContent !== text) shown.textContent = text;
}

/**
 * Sets an attribute with words: a label or a title.
 *
 * @param {Element} shown
 * @param {"aria-label" | "title"} attribute
 * @param {string} said
 */
export function setWords(shown, attribute, said) {
  const text = closed(said);
  note(shown, attribute, said, text);
  shown.setAttribute(attribute, text);
}

/**
 * A choice of a list.
 *
 * @param {string} text
 * @param {string} value
 * @param {boolean} [selected]
 */
export function option(text, value, selected = false) {
  const made = new Option("", value, false, selected);
  setText(made, text);
  return made;
}

/**
 * A row of a table: the first cell is its header.
 *
 * @param {readonly string[]} cells
 */
export function row(cells) {
  const made = document.createElement("tr");
  cells.forEach((text, i) => {
    const cell = element(i === 0 ? "th" : "td", text);
    if (i === 0) cell.setAttribute("scope", "row");
    made.append(cell);
  });
  return made;
}

/**
 * A canvas that shows a bitmap. The bitmap is closed, because many open ones take a lot of memory.
 *
 * @param {ImageBitmap} bitmap
 * @param {string} label for screen readers
 */
export function bitmapCanvas(bitmap, label) {
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  canvas.setAttribute("role", "img");
  setWords(canvas, "aria-label", label);
  bitmap.close();
  return canvas;
}
