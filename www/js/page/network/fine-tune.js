/** The options for training the network in memory further: which layers learn, and a new head for other classes. */

import { TrainerError } from "../../shared/errors.js";
import { say } from "../language/say.js";
import { byId, element, setText } from "../tools/dom.js";
import { many, names, rate } from "../tools/format.js";
import { lastBlocks } from "./blocks.js";

/**
 * @import { ModelInfo } from "../../../tabfit.js"
 * @import { KeptChoice } from "../../shared/protocol.js"
 */

const section = byId("fine-tune", HTMLElement);
const offer = byId("head-offer", HTMLElement);
const replaceHead = byId("replace-head", HTMLInputElement);
const layers = byId("layer-list", HTMLElement);
const sameOptimizer = byId("same-optimizer", HTMLInputElement);
const sameOptimizerField = byId("same-optimizer-field", HTMLElement);

/** The network whose layers are listed. @type {ModelInfo | null} */
let shown = null;

byId("freeze-body", HTMLButtonElement).addEventListener("click", () => tick((_, i, { length }) => i === length - 1));
byId("free-all", HTMLButtonElement).addEventListener("click", () => tick(() => true));

export function hideFineTune() {
  section.hidden = true;
}

/**
 * @param {ModelInfo} info
 * @param {readonly string[]} classNames of the pictures; empty while there are none
 * @returns a description of the network
 */
export function showFineTune(info, classNames) {
  section.hidden = false;
  if (info !== shown) layers.replaceChildren(...info.summary.layers.filter(({ parameters }) => parameters > 0).map(layerRow));
  shown = info;
  const other = classNames.length > 0 && classNames.join("\n") !== info.classNames.join("\n");
  offer.hidden = !other;
  byId("last-blocks-field", HTMLElement).hidden = other; // a new head learns first
  const { config, learningRate, steps } = info.optimizer;
  sameOptimizerField.hidden = other || steps === 0;
  setText(byId("same-optimizer-hint", HTMLElement), say("Its optimizer ({type}, {steps}, learning rate {rate}), its loss and its metrics go on, in "
    + "place of those in the settings below, and its epochs are counted on.", { type: config.type, steps: many(steps, "step"), rate: rate(learningRate) }));
  setText(byId("head-note", HTMLElement), say("The pictures have other classes ({classes}) than the network ({known}). A new last layer has one "
    + "unit for each; the other layers keep what they have learnt.", { classes: names(classNames), known: names(info.classNames) }));
  return say("The network in memory ({classes}) goes on learning from the weights it has. It takes pictures of {size} × {size}.",
    { classes: names(info.classNames), size: info.imageSize });
}

/** @returns {KeptChoice} */
export function keptChoice() {
  const frozen = boxes().filter(({ checked }) => !checked).map(({ value }) => value);
  return {
    replaceHead: !offer.hidden && replaceHead.checked,
    sameOptimizer: !sameOptimizerField.hidden && sameOptimizer.checked,
    frozen,
  };
}

/**
 * Ticks the layers of the last blocks, and begins a new optimizer.
 *
 * @returns the learning rate for them
 */
export function chooseLastBlocks() {
  const count = byId("last-blocks", HTMLInputElement).valueAsNumber;
  const learningRate = byId("last-blocks-rate", HTMLInputElement).valueAsNumber;
  if (!(Number.isInteger(count) && count > 0)) {
    throw new TrainerError("ConfigError", say("The number of blocks that learn must be a whole number of 1 or more."));
  }
  if (!(learningRate > 0)) throw new TrainerError("ConfigError", say("The learning rate of the last blocks must be a number above 0, such as 0.00001."));
  const last = lastBlocks(shown?.summary.layers ?? [], count);
  tick(({ value }) => last.includes(value));
  sameOptimizer.checked = false;
  return learningRate;
}

/** @param {(box: HTMLInputElement, i: number, all: HTMLInputElement[]) => boolean} learns */
function tick(learns) {
  boxes().forEach((box, i, all) => (box.checked = learns(box, i, all)));
}

function boxes() {
  return [...layers.querySelectorAll("input")];
}

/**
 * @param {ModelInfo["summary"]["layers"][number]} layer
 * @param {number} i
 */
function layerRow({ name, type, parameters, trainable }, i) {
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", id: `layer-${i}`, value: name, checked: trainable > 0 });
  const label = /** @type {HTMLLabelElement} */ (element("label", name));
  label.htmlFor = box.id;
  const row = element("li", "", "check");
  row.append(box, label, element("span", say("{type}, {weights}", { type, weights: many(parameters, "weight") }), "hint"));
  return row;
}
