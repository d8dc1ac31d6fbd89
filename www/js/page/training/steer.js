/** Learning rate and dropout, changed while the network trains. */

import { client } from "../client/trainer-client.js";
import { inLanguage, say } from "../language/say.js";
import { showError } from "../state/controls.js";
import { isRunning, page, report } from "../state/state.js";
import { byId, option, setText } from "../tools/dom.js";
import { share } from "./progress/changes.js";

/** @import { Steering } from "../../../tabfit.js" */

const rateField = byId("steer-rate", HTMLInputElement);
const dropoutField = byId("steer-dropout", HTMLInputElement);
const layerField = byId("steer-layer", HTMLSelectElement);
const now = byId("steer-now", HTMLElement);
const note = byId("steer-note", HTMLElement);

/** A run begins, and says what can be changed in it. */
export function offerSteering() {
  const { steerable } = page.run;
  const layers = Object.keys(steerable?.dropout ?? {});
  rateField.value = dropoutField.value = "";
  rateField.disabled = steerable?.learningRate == null;
  dropoutField.disabled = layers.length === 0;
  layerField.replaceChildren(option(say("all of them"), ""), ...layers.map((name) => new Option(name)));
  for (const field of [layerField, dropoutField]) field.parentElement?.toggleAttribute("hidden", layers.length === 0);
  layerField.parentElement?.toggleAttribute("hidden", layers.length < 2);
  setText(note, "");
  showNow();
}

/** Shows how the learning rate and the dropout stand. */
export function showNow() {
  const { steerable } = page.run;
  if (!steerable) return;
  const { learningRate, dropout } = steerable;
  setText(now, inLanguage(() => {
    const rates = Object.entries(dropout).map(([name, value]) => `${name} ${share(value)}`);
    return [
      learningRate == null ? say("The learning rate follows a schedule, which cannot be changed.") : say("The learning rate is {rate} now.", { rate: share(learningRate) }),
      rates.length === 0 ? say("The network has no dropout.") : say("Dropout: {rates}.", { rates: rates.join(", ") }),
    ].join(" ");
  }));
}

/** What was asked for has happened. */
export function showChanged() {
  setText(note, "");
  showNow();
}

/** @param {Event} event */
export async function steer(event) {
  event.preventDefault();
  showError("");
  const change = asked();
  if (!change || !isRunning()) return;
  try {
    await client.send({ type: "steer", change });
    rateField.value = dropoutField.value = "";
    setText(note, say("The change holds from the next step on."));
  } catch (error) {
    const sentence = error instanceof Error && error.name === "ConfigError" ? error.message : "";
    if (sentence) showError(sentence, /^`?learningRate/.test(sentence) ? rateField : dropoutField);
    else report(error);
  }
}

/** What the fields ask for; null if it is nothing, or no number. @returns {Steering | null} */
function asked() {
  for (const field of [rateField, dropoutField]) {
    if (!field.validity.badInput) continue;
    showError(say("Write a number, or leave the field empty to change nothing."), field);
    return null;
  }
  /** @type {Steering} */
  const change = {};
  if (rateField.value !== "") change.learningRate = rateField.valueAsNumber;
  if (dropoutField.value !== "") {
    const value = dropoutField.valueAsNumber;
    change.dropout = layerField.value ? { [layerField.value]: value } : value;
  }
  if (Object.keys(change).length > 0) return change;
  showError(say("Write a new learning rate or a new dropout first."), rateField.disabled ? dropoutField : rateField);
  return null;
}
