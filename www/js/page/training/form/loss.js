/** Reads the loss, the class weights and the metrics from the form. */

import { byId, element } from "../../tools/dom.js";
import { choice, number } from "./inputs.js";

/** @import { FitConfig, LossConfig, MetricConfig } from "../../../../tabfit.js" */

const weights = byId("class-weights", HTMLElement);
const metrics = byId("metrics", HTMLElement);

/** @returns {LossConfig} */
export function lossConfig() {
  const type = choice("loss");
  switch (type) {
    case "CategoricalFocalCrossentropy":
      return { type, alpha: number("focal-alpha"), gamma: number("focal-gamma"), labelSmoothing: number("label-smoothing") };
    case "SparseCategoricalCrossentropy":
      return { type };
    default:
      return { type: "CategoricalCrossentropy", labelSmoothing: number("label-smoothing") };
  }
}

/** @returns {FitConfig["classWeight"]} */
export function classWeight() {
  const rule = choice("class-weight");
  if (rule !== "own") return rule === "balanced" ? rule : undefined;
  return Object.fromEntries(classInputs().map((input) => [input.dataset["class"] ?? "", input.valueAsNumber]));
}

/**
 * Makes a field for the weight of each class. A weight that was entered for a class of the same name stays.
 *
 * @param {readonly string[]} classNames
 */
export function offerClassWeights(classNames) {
  const entered = new Map(classInputs().map((input) => [input.dataset["class"], input.value]));
  weights.replaceChildren(...classNames.map((name, i) => classField(name, `class-weight-${i}`, entered.get(name) ?? "1")));
  weights.dispatchEvent(new Event("change", { bubbles: true })); // other classes have other scores to watch
}

/** What a run with the ticked metrics records of them: F1 also class by class. */
export function metricLogs() {
  const classes = classInputs().map((input) => `f1_score_${input.dataset["class"]}`);
  return metricNames().flatMap((name) => (name === "f1_score" ? [name, ...classes] : name));
}

/** The names of the ticked metrics, as in the history. */
export function metricNames() {
  return [...metrics.querySelectorAll("input")].filter(({ checked }) => checked).map(({ value }) => value);
}

/** @returns {MetricConfig[]} */
export function metricsConfig() {
  return metricNames().map((name) =>
    name === "top_k_categorical_accuracy"
      ? { type: "TopKCategoricalAccuracy", k: number("top-k") }
      : /** @type {MetricConfig} */ (name),
  );
}

function classInputs() {
  return [...weights.querySelectorAll("input")];
}

/**
 * @param {string} name
 * @param {string} id
 * @param {string} value
 */
function classField(name, id, value) {
  const label = /** @type {HTMLLabelElement} */ (element("label", name));
  label.htmlFor = id;
  const input = document.createElement("input");
  Object.assign(input, { id, type: "number", step: "any", defaultValue: value, inputMode: "decimal" });
  input.dataset["class"] = name;
  const field = element("p", "", "field");
  field.append(label, input);
  return field;
}
