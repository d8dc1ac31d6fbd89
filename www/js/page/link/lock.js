/** Fields that a link has locked. They stay so when a run ends and the form can be changed again. */

import { say } from "../language/say.js";
import { byId, element, setWords } from "../tools/dom.js";

const NOTE = "locked-by-link";

/** @param {HTMLElement} field */
export function lock(field) {
  field.dataset["locked"] = "";
  // A text that is locked can still be read and copied; a list and a box have no such state.
  if (field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type !== "checkbox")) field.readOnly = true;
  else if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.disabled = true;
  describe(field);
  if (field.id === "layers") lock(byId("preset", HTMLSelectElement)); // another choice would replace them
  if (field.id === "image-size") byId("use-size", HTMLButtonElement).disabled = true;
}

/** What changes settings beside the form: steering, and the choice of the network in memory. */
export function lockRest() {
  for (const id of ["steer-rate", "steer-dropout", "steer-layer"]) lock(byId(id, HTMLElement));
  const button = byId("train-on", HTMLButtonElement);
  button.disabled = true;
  describe(button);
}

/** Has the sentence shown with a pointer and read by screen readers. @param {HTMLElement} field */
function describe(field) {
  const sentence = say("The link by which this page was opened sets this; it stays as it is.");
  if (!document.getElementById(NOTE)) {
    const note = element("p", sentence, "visually-hidden");
    note.id = NOTE;
    byId("opened-link", HTMLElement).append(note);
  }
  setWords(field, "title", sentence);
  const before = field.getAttribute("aria-describedby") ?? "";
  if (!before.split(" ").includes(NOTE)) field.setAttribute("aria-describedby", `${before} ${NOTE}`.trim());
}
