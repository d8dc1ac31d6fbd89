/**
 * What of the page changes with the language: the text that came with index.html, and what code has written since. Both are
 * only noted here; `translate.js` uses the notes once another language is wanted.
 */

import { again } from "./say.js";

/** @typedef {{ text: string, again: () => string }} Written */

/** The nodes of index.html. This runs before any code has written to the page. @type {WeakSet<Node>} */
export const original = new WeakSet();
const nodes = document.createTreeWalker(document, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
while (nodes.nextNode()) original.add(nodes.currentNode);

/** What code has written to elements, by attribute; the text has the name "". @type {WeakMap<Node, Map<string, Written>>} */
export const written = new WeakMap();

/**
 * Notes how a text can be said again that is written to the page now.
 *
 * @param {Node} node
 * @param {string} attribute empty for its text
 * @param {string} said
 * @param {string} text what is written of it
 */
export function note(node, attribute, said, text) {
  const how = again(said);
  const notes = written.get(node) ?? new Map();
  if (how) written.set(node, notes.set(attribute, { text, again: how }));
  else if (notes.get(attribute)?.text !== text) notes.delete(attribute);
}
