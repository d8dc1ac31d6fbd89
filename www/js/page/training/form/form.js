/**
 * Reads the settings of the form. Their defaults are in the HTML, and the wasm checks their values: nothing is checked
 * here.
 */

import { byId, setText } from "../../tools/dom.js";
import { augmentConfig } from "./augmentation.js";
import { callbackConfigs, offerMonitors } from "./callbacks.js";
import { groupSummaries } from "./group-summaries.js";
import { keepsTogether } from "./grouping.js";
import { checked, choice, number, optional } from "./inputs.js";
import { classWeight, lossConfig, metricLogs, metricsConfig } from "./loss.js";
import { optimizerConfig } from "./optimizer.js";

/** @import { CompileConfig, FitConfig } from "../../../../tabfit.js" */

const settings = byId("settings", HTMLFieldSetElement);

/** @returns {CompileConfig} */
export function compileConfig() {
  return { optimizer: optimizerConfig(), loss: lossConfig(), metrics: metricsConfig() };
}

/** @returns {FitConfig} */
export function fitConfig() {
  return {
    epochs: number("epochs"),
    batchSize: number("batch-size"),
    validationSplit: validationSplit(),
    split: choice("split") === "last" ? "last" : "stratified",
    seed: number("seed"),
    shuffle: checked("shuffle"),
    initialEpoch: number("initial-epoch"),
    stepsPerEpoch: optional("steps-per-epoch"),
    validationFreq: number("validation-freq"),
    validationBatchSize: optional("validation-batch-size"),
    augment: augmentConfig(),
    classWeight: classWeight(),
    callbacks: callbackConfigs(),
  };
}

/** How pictures are held out: a share as in Keras, a share by groups, or one fold after the other. @returns {FitConfig["validationSplit"]} */
function validationSplit() {
  const [folds, grouped] = [optional("folds"), keepsTogether()];
  if (folds !== undefined) return { folds, fold: 0, grouped };
  const fraction = number("validation-split");
  const last = choice("split") === "last"; // a mere share of the last ones divides no group either
  return grouped && fraction > 0 && !last ? { fraction, stratified: true, grouped } : fraction;
}

/**
 * The field that an error is about, if it is in the form. The sentence of such an error begins with the name of the
 * option; if several names fit, the longest counts, as "alpha of the focal loss" before "alpha".
 *
 * @param {unknown} error
 */
export function fieldOf(error) {
  if (!(error instanceof Error) || error.name !== "ConfigError") return null;
  const named = [...settings.querySelectorAll("[data-option]")].flatMap((field) =>
    options(field).filter((option) => error.message.startsWith(`${option} `)).map((option) => ({ field, option })),
  );
  const longest = named.sort((a, b) => b.option.length - a.option.length)[0]?.field;
  return longest instanceof HTMLElement && !longest.closest("[hidden]") ? longest : null;
}

/** From now on fields are shown only with the choice they belong to, and closed groups show a summary. */
export function followForm() {
  for (const hint of settings.querySelectorAll(".field > .hint, .check > .hint")) describe(hint);
  settings.addEventListener("change", follow);
  settings.addEventListener("input", showSummaries);
  document.addEventListener("language", showSummaries);
  follow();
}

function follow() {
  for (const part of settings.querySelectorAll("[data-of]")) {
    if (part instanceof HTMLElement) part.hidden = !applies(part);
  }
  offerMonitors(metricLogs());
  showSummaries();
}

function showSummaries() {
  for (const [group, sentence] of Object.entries(groupSummaries(compileConfig(), fitConfig()))) {
    setText(byId(`${group}-digest`, HTMLElement), sentence);
  }
}

/**
 * Whether a part of the form applies: the box in `data-of` is ticked, or the list in `data-of` has a value from `data-is`.
 *
 * @param {HTMLElement} part
 */
function applies({ dataset }) {
  const control = document.getElementById(dataset["of"] ?? "");
  if (control instanceof HTMLInputElement) return control.checked;
  return control instanceof HTMLSelectElement && (dataset["is"] ?? "").split(" ").includes(control.value);
}

/** @param {Element} field */
function options(field) {
  return field instanceof HTMLElement ? (field.dataset["option"] ?? "").split(", ") : [];
}

/**
 * Makes screen readers read a hint with the control beside it.
 *
 * @param {Element} hint
 */
function describe(hint) {
  const control = hint.parentElement?.querySelector("input, select");
  if (!control) return;
  hint.id = `${control.id}-hint`;
  control.setAttribute("aria-describedby", hint.id);
}
