/** Changes the language of everything on the page. Loaded only once another language than English is wanted. */

import { closed } from "./direction.js";
import { takeCommas } from "./number-fields.js";
import { hearing } from "./patterns.js";
import { ENGLISH, speak } from "./say.js";
import { written } from "./shown.js";
import { restore, translate } from "./static.js";

takeCommas();

/**
 * @import { Language } from "./say.js"
 * @typedef {{ sentences: Record<string, string>, patterns: Record<string, string> }} Table
 */

/** @type {Promise<Language> | undefined} */
let german;

/**
 * @param {Language["code"]} code
 * @returns {Promise<Language>} rejects if the table cannot be loaded; the next call tries again
 */
export async function languageOf(code) {
  if (code === "en") return ENGLISH;
  german ??= load();
  german.catch(() => (german = undefined));
  return german;
}

/** @returns {Promise<Language>} */
async function load() {
  const response = await fetch(new URL("./de.json", import.meta.url));
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  /** @type {Table} */
  const { sentences, patterns } = await response.json();
  return { code: "de", mark: ",", sentences, hear: hearing(sentences, patterns, ",") };
}

/** @param {Language} language */
export function changeTo(language) {
  restore();
  speak(language);
  translate(language.sentences);
  for (const element of document.querySelectorAll("*")) sayAgain(element);
  document.documentElement.lang = language.code;
  document.dispatchEvent(new Event("language")); // for what is drawn
}

/** Says again what code has written to an element, unless something else stands there by now. @param {Element} element */
function sayAgain(element) {
  for (const [attribute, { text, again }] of written.get(element) ?? []) {
    if ((attribute === "" ? element.textContent : element.getAttribute(attribute)) !== text) continue;
    const other = closed(again());
    if (attribute === "") element.textContent = other;
    else element.setAttribute(attribute, other);
    written.get(element)?.set(attribute, { text: other, again });
  }
}
