/** Step 4 on the page: the score, the predictions and a description of the network in memory. */

import { bitmapCanvas, byId, cloneTemplate, element, within } from "../tools/dom.js";
import { count, many, names, percent, short } from "../tools/format.js";
import { showConfusion } from "./confusion.js";
import { showPerClass } from "./per-class.js";

/**
 * @import { Evaluation, ModelInfo, Part } from "../../../tabfit.js"
 * @import { PredictedPicture } from "../../shared/protocol.js"
 */

const PARTS = {
  test: {
    title: "On the test folder",
    tile: "Test accuracy",
    note: "A test folder often comes from somewhere else and is harder than pictures held out of the training folder. "
      + "That makes this the honest number: it is what to expect on new pictures.",
  },
  validation: {
    title: "On the validation pictures",
    tile: "Accuracy when held out",
    note: "The network did not learn from these pictures, but they are of the same kind as the training pictures, "
      + "and you may have chosen settings by them. A separate test folder is harder and more honest.",
  },
  training: {
    title: "On the training pictures",
    tile: "Accuracy on what it learnt",
    note: "The network has seen these pictures, so this number says little about new ones.",
  },
};

/** How many answers are shown for a picture. */
const BEST = 5;

const evaluation = byId("evaluation", HTMLElement);
/** The score beside the numbers of the run. */
const tile = byId("score-tile", HTMLElement);
const predictions = byId("predictions", HTMLElement);

export function hideEvaluation() {
  evaluation.hidden = tile.hidden = true;
  byId("no-result", HTMLElement).hidden = false;
}

/**
 * @param {Part} part
 * @param {Evaluation} result
 */
export function showEvaluation(part, result) {
  evaluation.hidden = tile.hidden = false;
  byId("no-result", HTMLElement).hidden = true;
  byId("evaluate-part", HTMLElement).textContent = PARTS[part].title;
  byId("score-title", HTMLElement).textContent = PARTS[part].tile;
  byId("test-accuracy", HTMLElement).textContent = percent(result.accuracy);
  const right = result.confusionMatrix.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  byId("test-loss", HTMLElement).textContent =
    `${count(right)} of ${many(result.images, "picture")} right, loss ${short(result.loss)}`;
  byId("test-note", HTMLElement).textContent = PARTS[part].note;
  showConfusion(byId("confusion", HTMLTableElement), result);
  showPerClass(byId("per-class", HTMLTableElement), result);
}

/** @param {ModelInfo | null} info null when the network is lost */
export function showModel(info) {
  const line = byId("model-info", HTMLElement);
  if (!info) {
    line.textContent = "";
    return;
  }
  const { classNames, imageSize, summary: { parameters }, history } = info;
  line.textContent =
    `The network in memory tells ${many(classNames.length, "class", "classes")} apart (${names(classNames)}) in pictures `
    + `of ${imageSize} × ${imageSize}; it has ${many(parameters, "weight")} and trained for ${many(history?.epochs.length ?? 0, "epoch")}.`;
}

export function clearPredictions() {
  predictions.replaceChildren();
}

/** @param {readonly PredictedPicture[]} pictures */
export function showPredictions(pictures) {
  predictions.replaceChildren(...pictures.map(prediction));
}

/** @param {PredictedPicture} picture */
function prediction({ name, thumbnail, predictions: ranked, error }) {
  const item = cloneTemplate("prediction-template");
  item.dataset["name"] = name;
  within(item, ".prediction-name").textContent = name;
  if (thumbnail) within(item, ".prediction-picture").append(bitmapCanvas(thumbnail, name));
  const best = ranked[0];
  within(item, ".prediction-best").textContent = best ? `${best.className}, ${percent(best.probability)}` : "";
  if (error) within(item, ".prediction-text").append(element("p", error, "problem"));
  const rest = ranked.length - BEST;
  within(item, ".prediction-rest").textContent = rest > 0 ? `and ${many(rest, "other class", "other classes")}` : "";
  within(item, ".bars").append(
    ...ranked.slice(0, BEST).map(({ className, probability }) => {
      const bar = cloneTemplate("bar-template");
      bar.dataset["class"] = className;
      bar.dataset["probability"] = probability.toFixed(6);
      within(bar, ".bar-name").textContent = className;
      const fill = within(bar, ".bar-fill");
      fill.setAttribute("value", String(probability));
      fill.setAttribute("aria-label", className);
      within(bar, ".bar-value").textContent = percent(probability);
      return bar;
    }),
  );
  return item;
}
