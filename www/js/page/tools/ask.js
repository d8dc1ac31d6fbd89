/** Asks the person a question in a dialog, before something is lost or to get a name. */

import { say } from "../language/say.js";
import { byId, setText } from "./dom.js";

const dialog = byId("dialog", HTMLDialogElement);
const input = byId("dialog-input", HTMLInputElement);

byId("dialog-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  dialog.close("yes");
});
byId("dialog-no", HTMLButtonElement).addEventListener("click", () => dialog.close(""));

/**
 * @param {string} question
 * @param {string} action what the button that agrees says
 * @param {string | null} [text] to be changed in a field; null shows no field
 * @param {string} [label] of that field
 * @param {number} [most] characters of the text
 * @returns {Promise<string | null>} the text, without one the empty string; null if the person does not agree
 */
export function ask(question, action, text = null, label = say("Name"), most = 80) {
  setText(byId("dialog-text", HTMLElement), question);
  setText(byId("dialog-yes", HTMLButtonElement), action);
  byId("dialog-field", HTMLElement).hidden = text === null;
  setText(byId("dialog-label", HTMLElement), label);
  input.maxLength = most;
  input.value = text ?? "";
  dialog.returnValue = "";
  dialog.showModal();
  if (text !== null) input.select();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes" ? input.value.trim() : null), { once: true });
  });
}
