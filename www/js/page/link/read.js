/** Sets the page as the link says by which it was opened. What cannot be used of it is named in one sentence. */

import { inLanguage, say } from "../language/say.js";
import { panel } from "../network/panel.js";
import { chooseSize } from "../pictures/step.js";
import { byId, cloneTemplate, setText } from "../tools/dom.js";
import { count, names, together } from "../tools/format.js";
import { keepThreads } from "../training/form/device.js";
import { onClasses, setWeights } from "./class-weights.js";
import { linkFields, nameFinder, setField } from "./fields.js";
import { lock, lockRest } from "./lock.js";
import { unpack } from "./packed.js";
import { hide } from "./parts.js";
import { readWeights } from "./weights-text.js";

/** The most characters of a link that are read. */
const MOST = 50_000;
/** The sizes that pictures may have, as in `src/data/image_size.rs`. */
const [SMALLEST, LARGEST] = [8, 512];

/** What was set, by its name in the link. @type {Map<string, HTMLElement>} */
const set = new Map();
/** What waits for the classes of the pictures. @type {Map<string, string>} */
const waiting = new Map();
/** @type {Map<string, number>} */
let weights = new Map();
/** What the link sets is locked, also what is set only when there are classes. */
let lockAll = false;
/** What cannot be used, as the person reads it. @type {string[]} */
const unused = [];

/** @param {string} fragment of the address, without its # */
export async function readLink(fragment) {
  byId("unfinished", HTMLElement).before(cloneTemplate("opened-link-template"));
  byId("plain-page", HTMLAnchorElement).href = Object.assign(new URL(location.href), { hash: "" }).href;
  const nameIn = nameFinder(linkFields());
  if (fragment.length > MOST) return showProblem(say("The link is not used, because it is too long: it has {count} characters of {most} at most.", { count: count(fragment.length), most: count(MOST) }));
  const values = new Map([...new URLSearchParams(fragment)].map(([name, value]) => [nameIn(name), value]));
  const [locks, hidden, data] = [taken(values, "lock"), taken(values, "hide"), taken(values, "data")];
  await setNetwork(taken(values, "preset"), taken(values, "layers"));
  setWeightsOf(taken(values, "class_weights"));
  setFields(values);
  const shown = [set.size > 0 ? say("The link has set: {names}.", { names: names([...set].map(([name, field]) => labelOf(name, field))) }) : ""];
  if (data === "shapes") shown.push(offerShapes());
  else if (data !== null) unused.push(say("pictures called “{name}”", { name: short(data) }));
  const locked = locks === null ? "" : lockFields(locks, nameIn);
  if (locked) shown.push(locked);
  const hiding = (hidden ?? "").split(",").filter((part) => part !== "");
  unused.push(...hiding.filter((part) => !hide(part)).map((part) => say("the part “{name}” to hide", { name: short(part) })));
  if (hiding.some(hide)) shown.push(say("It hides parts of the page that are not needed."));
  setText(byId("opened-link-text", HTMLElement), together(shown.filter(Boolean)) || say("The link has set nothing."));
  showUnused();
  if (waiting.size > 0 || weights.size > 0) onClasses(setWaiting);
}

/**
 * @param {Map<string, string>} values
 * @param {string} name
 */
function taken(values, name) {
  const value = values.get(name) ?? null;
  values.delete(name);
  return value;
}

/**
 * @param {string | null} preset
 * @param {string | null} layers
 */
async function setNetwork(preset, layers) {
  const select = byId("preset", HTMLSelectElement);
  const known = preset !== null && setField(select, preset);
  if (known) set.set("preset", select);
  else if (preset !== null) unused.push(setting("preset", preset));
  if (layers === null) return;
  const text = await unpack(layers);
  if (text === null) return void unused.push(setting("layers", layers));
  const area = byId("layers", HTMLTextAreaElement);
  panel.takeLayers(text, known ? preset : "");
  set.set("layers", area);
}

/** @param {string | null} text */
function setWeightsOf(text) {
  if (text === null) return;
  const read = readWeights(text);
  if (read) weights = read;
  else unused.push(setting("class_weights", text));
}

/** @param {Map<string, string>} values */
function setFields(values) {
  const fields = linkFields();
  for (const [name, field] of fields) {
    const value = values.get(name);
    if (value === undefined) continue;
    values.delete(name);
    if (name === "image_size" && isSize(value)) chooseSize(Number(value)); // the list need not have it
    if (setField(field, value)) set.set(name, field);
    else if (field.matches(".monitor") && /f1_score_./.test(value)) waiting.set(name, value); // it is of a class
    else unused.push(setting(name, value));
  }
  if (set.has("threads")) keepThreads();
  for (const name of values.keys()) unused.push(say("“{name}”, which is no setting", { name: short(name) }));
}

/** @param {string} value */
const isSize = (value) => /^\d+$/.test(value) && Number(value) >= SMALLEST && Number(value) <= LARGEST;

/** There are classes now. */
function setWaiting() {
  unused.length = 0;
  /** @param {HTMLElement} field */
  const lockIt = (field) => lockAll && lock(field);
  for (const name of setWeights(weights, lockIt)) unused.push(say("the weight of “{name}”, because no class is called so", { name: short(name) }));
  for (const [name, value] of waiting) {
    const field = linkFields().get(name);
    if (field && setField(field, value)) lockIt(field);
    else unused.push(setting(name, value));
  }
  showUnused();
}

function offerShapes() {
  byId("sample-button", HTMLButtonElement).classList.add("primary");
  for (const button of document.querySelectorAll("#drop-zone .button.primary")) button.classList.remove("primary");
  return say("It is meant for the drawn shapes: press “Try drawn shapes” to begin.");
}

/**
 * @param {string} locks "set" for what the link sets, "all" for every setting, or names of fields
 * @param {(name: string) => string} nameIn
 * @returns a sentence; empty if nothing is locked
 */
function lockFields(locks, nameIn) {
  lockAll = locks === "all" || locks === "set";
  /** @type {Map<string, HTMLElement>} */
  const fields = new Map([...linkFields()]);
  fields.set("preset", byId("preset", HTMLSelectElement)).set("layers", byId("layers", HTMLTextAreaElement));
  const wanted = locks === "all" ? [...fields.keys()] : locks === "set" ? [...set.keys()] : locks.split(",").filter((name) => name !== "").map(nameIn);
  const known = wanted.filter((name) => fields.has(name));
  for (const name of known) lock(/** @type {HTMLElement} */ (fields.get(name)));
  unused.push(...wanted.filter((name) => !fields.has(name)).map((name) => say("“{name}” to lock", { name: short(name) })));
  if (locks === "all") {
    lockRest();
    return say("It locks every setting.");
  }
  return known.length > 0 ? say("It locks {names}.", { names: names(known.map((name) => labelOf(name, /** @type {HTMLElement} */ (fields.get(name))))) }) : "";
}

/**
 * @param {string} name
 * @param {string} value
 */
const setting = (name, value) => say("“{value}” as {name}", { name: short(name), value: short(value) });

/** @param {string} text of the link, which may be anything */
const short = (text) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/**
 * @param {string} name
 * @param {HTMLElement} field
 */
function labelOf(name, field) {
  const { labels } = /** @type {HTMLInputElement} */ (field);
  return inLanguage(() => labels?.[0]?.textContent?.trim() || name);
}

function showUnused() {
  showProblem(unused.length > 0 ? say("The link was used but for this: {what}.", { what: names(unused) }) : "");
}

/** @param {string} sentence empty if there is none */
function showProblem(sentence) {
  const problem = byId("opened-link-problem", HTMLElement);
  setText(problem, sentence);
  problem.hidden = sentence === "";
}
