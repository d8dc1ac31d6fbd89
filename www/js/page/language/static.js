/**
 * The text of index.html in another language, and back. An element with text of its own is one sentence: elements within it,
 * such as `<code>`, become {1}, {2} in its English text, by which it is looked up, and are moved to where they stand in the
 * other one. Loaded only once another language is wanted.
 */

import { original } from "./shown.js";

/**
 * @typedef {object} Sentence a part of an element's children that is one sentence
 * @property {string} key its English text
 * @property {Node[]} nodes texts and elements in turn
 * @property {Node | null} end what comes after them
 */

/** What stays as it is: names of Keras, values that are their own text, and what HTML marks so. */
const FIXED = "code, pre, script, style, noscript, textarea, option:not([value]), [translate=no]";
/** Elements that are words of the sentence around them also at its beginning and at its end. */
const WORDS = ["CODE", "STRONG", "EM"];
const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt"];
/** What has no two letters in a row says nothing in any language. */
const SAYS = /\p{L}{2}/u;

/** How to bring back the English of what was changed. @type {(() => void)[]} */
let undo = [];

/**
 * Everything in a part of the page that has an English text.
 *
 * @param {ParentNode} root
 * @param {(node: Node) => boolean} counts
 * @returns {Generator<{ element: Element, attribute: string } | { element: Element, sentence: Sentence }>}
 */
export function* texts(root, counts) {
  for (const element of root.querySelectorAll("*")) {
    if (element instanceof HTMLTemplateElement) yield* texts(element.content, counts);
    if (!counts(element) || element.closest(FIXED)) continue;
    for (const attribute of ATTRIBUTES) if (SAYS.test(element.getAttribute(attribute) ?? "")) yield { element, attribute };
    if (element.matches("meta[name=description]")) yield { element, attribute: "content" };
    const sentence = sentenceOf(element, counts);
    if (sentence) yield { element, sentence };
  }
}

/**
 * @param {Element} element
 * @param {(node: Node) => boolean} counts
 * @returns {Sentence | null} null if it has no text of its own
 */
function sentenceOf(element, counts) {
  const nodes = [...element.childNodes].filter((node) => node instanceof Text || node instanceof Element);
  if (!nodes.some((node) => node instanceof Text && SAYS.test(node.data) && counts(node))) return null;
  const outer = (/** @type {Node | undefined} */ node) => node && (node instanceof Text ? !node.data.trim() : !WORDS.includes(node.nodeName));
  while (outer(nodes[0])) nodes.shift();
  while (outer(nodes.at(-1))) nodes.pop();
  let place = 0;
  const key = nodes.map((node) => (node instanceof Text ? node.data : `{${++place}}`)).join("").replace(/\s+/g, " ").trim();
  return { key, nodes, end: nodes.at(-1)?.nextSibling ?? null };
}

/** @param {Record<string, string>} sentences of the other language by their English text */
export function translate(sentences) {
  for (const text of [...texts(document, (node) => original.has(node))]) {
    const { element } = text;
    if ("sentence" in text) {
      const other = sentences[text.sentence.key];
      if (other !== undefined) put(element, text.sentence, other);
    } else {
      const english = element.getAttribute(text.attribute) ?? "";
      const other = sentences[english.replace(/\s+/g, " ")];
      if (other !== undefined) change(element, text.attribute, english, other);
    }
  }
}

/** Brings back the English text. */
export function restore() {
  for (const back of undo) back();
  undo = [];
}

/** @param {Element} element @param {Sentence} sentence @param {string} other */
function put(element, { nodes, end }, other) {
  const [elements, old] = [nodes.filter((node) => node instanceof Element), nodes.filter((node) => node instanceof Text)];
  const english = old.map(({ data }) => data);
  const left = [...old];
  const first = /^\s*/.exec(english[0] ?? "")?.[0] ?? "";
  const made = other.split(/(\{\d+\})/).filter(Boolean).map((piece) => {
    const moved = elements[Number(/^\{(\d+)\}$/.exec(piece)?.[1]) - 1];
    if (moved) return moved;
    const text = left.shift() ?? document.createTextNode("");
    text.data = piece;
    return text;
  });
  for (const text of left) text.data = "";
  if (made[0] instanceof Text) made[0].data = first + made[0].data;
  const last = made.at(-1);
  if (last instanceof Text) last.data += /\s*$/.exec(english.at(-1) ?? "")?.[0] ?? "";
  arrange(element, [...made, ...left], end);
  undo.push(() => {
    if (!nodes.every((node) => node.parentNode === element)) return; // code has written another text meanwhile
    for (const node of made) if (!nodes.includes(node)) node.parentNode?.removeChild(node);
    old.forEach((text, i) => (text.data = english[i] ?? ""));
    arrange(element, nodes, end?.parentNode === element ? end : null);
  });
}

/** Puts nodes in an order, and moves only those that are not there already. @param {Node} parent @param {Node[]} nodes @param {Node | null} end */
function arrange(parent, nodes, end) {
  for (const node of nodes.toReversed()) {
    if (node.nextSibling !== end || node.parentNode !== parent) parent.insertBefore(node, end);
    end = node;
  }
}

/** @param {Element} element @param {string} attribute @param {string} english @param {string} other */
function change(element, attribute, english, other) {
  element.setAttribute(attribute, other);
  undo.push(() => {
    if (element.getAttribute(attribute) === other) element.setAttribute(attribute, english); // or code has written another one
  });
}
