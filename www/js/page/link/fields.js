/** The fields that a link can set, by their names in it: the id of the field, with Keras's underscores. */

import { byId } from "../tools/dom.js";
import { threadsAreProposed } from "../training/form/device.js";
import { atStart } from "./at-start.js";

/** @typedef {HTMLInputElement | HTMLSelectElement} Field */

/** These stand for what is always so. */
const FIXED = ["metric-accuracy", "backup"];

/** What a link can hold beside the fields. */
const OTHERS = ["preset", "layers", "class_weights", "data", "lock", "hide"];

/** @returns {Map<string, Field>} in the order in which they can be set: a list may depend on what stands before it */
export function linkFields() {
  const size = byId("image-size", HTMLSelectElement);
  const all = [...byId("settings", HTMLElement).querySelectorAll("input, select")].filter(isSetting);
  const monitors = all.filter((field) => field.matches(".monitor"));
  return new Map([size, ...all.filter((field) => !monitors.includes(field)), ...monitors].map((field) => [nameOf(field), field]));
}

/** @param {Element} field @returns {field is Field} */
function isSetting(field) {
  if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement) || field.id === "") return false;
  return !FIXED.includes(field.id) && !field.closest("#class-weights, #link") && !["file", "button", "submit"].includes(field.type);
}

/** @param {Field} field */
const nameOf = ({ id }) => id.replaceAll("-", "_");

/** `batchSize`, `batch-size` and `batch_size` are one. @param {string} name */
const plain = (name) => name.replace(/[-_]/g, "").toLowerCase();

/**
 * The names as they are written in links, of names as a person may write them: the option of Keras is one too.
 *
 * @param {Map<string, Field>} fields
 * @returns {(name: string) => string}
 */
export function nameFinder(fields) {
  const options = [...fields].flatMap(([name, { dataset }]) => (dataset["option"] ?? "").split(", ").map((option) => ({ option: plain(option), name })));
  const known = new Map([...options.map(({ option, name }) => /** @type {const} */ ([option, name])), ...[...fields.keys(), ...OTHERS].map((name) => /** @type {const} */ ([plain(name), name]))]);
  return (name) => known.get(plain(name)) ?? name;
}

/** @param {Field} field */
export function valueOf(field) {
  return isBox(field) ? String(Number(field.checked)) : field.value;
}

/** Whether the field has the value that it has on a page that was just opened. @param {Field} field */
export function isAsAtFirst(field) {
  if (field.id === "threads") return threadsAreProposed();
  if (isBox(field)) return field.checked === field.defaultChecked;
  if (field instanceof HTMLInputElement) return field.value === field.defaultValue;
  const first = [...field.options].find((option) => option.defaultSelected) ?? field.options[0];
  return field.value === (atStart(field.id) ?? first?.value);
}

/**
 * Sets a field as if a person had done it.
 *
 * @param {Field} field
 * @param {string} value
 * @returns whether the field can have this value; if not, it stays as it is
 */
export function setField(field, value) {
  const before = field.value;
  if (isBox(field)) {
    if (value !== "0" && value !== "1") return false;
    field.checked = value === "1";
  } else if (field instanceof HTMLInputElement) {
    field.value = value;
    const empty = value === "" && field.type === "number" && field.placeholder === "";
    if (field.value !== value || empty) {
      field.value = before;
      return false;
    }
  } else {
    const option = [...field.options].find((one) => one.value === value);
    if (!option || option.disabled) return false;
    field.value = value;
  }
  tellAll(field);
  return true;
}

/** The events of a person's choice, which the form listens to. @param {HTMLElement} field */
export function tellAll(field) {
  for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
}

/** @param {Field} field @returns {field is HTMLInputElement & { type: "checkbox" }} */
const isBox = (field) => field instanceof HTMLInputElement && field.type === "checkbox";
