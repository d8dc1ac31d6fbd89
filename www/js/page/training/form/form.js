/**
 * The form to a `RunConfig`. What the fields start with is in index.html, what they may hold is the
 * engine's to say: every field on show is sent.
 */

import { byId } from "../../tools/dom.js";
import { callbackConfigs, offerMonitors } from "./callbacks.js";
import { digests } from "./group-summaries.js";
import { checked, choice, number, optional } from "./inputs.js";
import { classWeight, lossConfig, metricNames, metricsConfig } from "./loss.js";
import { optimizerConfig } from "./optimizer.js";

/**
 * @import { AugmentConfig, CompileConfig, FitConfig } from "../../../../tabfit.js"
 */

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
    validationSplit: number("validation-split"),
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

/**
 * The field an error talks about, if it is one of the form: its sentence begins with the name of the
 * option. "alpha of the focal loss" is nearer than "alpha".
 *
 * @param {unknown} error
 */
export function fieldOf(error) {
  if (!(error instanceof Error) || error.name !== "ConfigError") return null;
  const named = [...settings.querySelectorAll("[data-option]")].flatMap((field) =>
    options(field).filter((option) => error.message.startsWith(`${option} `)).map((option) => ({ field, option })),
  );
  const nearest = named.sort((a, b) => b.option.length - a.option.length)[0]?.field;
  return nearest instanceof HTMLElement && !nearest.closest("[hidden]") ? nearest : null;
}

/** From now on fields come and go with the choices they belong to, and each group says what it holds. */
export function followForm() {
  for (const hint of settings.querySelectorAll(".field > .hint, .check > .hint")) describe(hint);
  settings.addEventListener("change", follow);
  settings.addEventListener("input", showDigests);
  follow();
}

function follow() {
  for (const part of settings.querySelectorAll("[data-of]")) {
    if (part instanceof HTMLElement) part.hidden = !applies(part);
  }
  offerMonitors(metricNames());
  showDigests();
}

function showDigests() {
  for (const [group, sentence] of Object.entries(digests(compileConfig(), fitConfig()))) {
    byId(`${group}-digest`, HTMLElement).textContent = sentence;
  }
}

/**
 * Whether the choice that a part belongs to is made: a box is ticked, or a list shows one of its words.
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
 * Ties a hint to the control beside it, for screen readers.
 *
 * @param {Element} hint
 */
function describe(hint) {
  const control = hint.parentElement?.querySelector("input, select");
  if (!control) return;
  hint.id = `${control.id}-hint`;
  control.setAttribute("aria-describedby", hint.id);
}

/** @returns {AugmentConfig} */
function augmentConfig() {
  return {
    horizontalFlip: checked("augment-flip"),
    verticalFlip: checked("augment-flip-vertical"),
    rotationRange: number("augment-rotation"),
    widthShiftRange: number("augment-width-shift"),
    heightShiftRange: number("augment-height-shift"),
    zoomRange: number("augment-zoom"),
    brightnessRange: number("augment-brightness"),
  };
}
