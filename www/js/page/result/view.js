/** Step 4 on the page: the score, the predictions and a description of the network in memory. */

import { evaluationChanged } from "../evaluation/late.js";
import { hear, say } from "../language/say.js";
import { bitmapCanvas, byId, cloneTemplate, element, setText, within } from "../tools/dom.js";
import { count, many, names, percent, short } from "../tools/format.js";
import { hideCertainty, showCertainty } from "./certainty.js";
import { showConfusion } from "./confusion.js";
import { showPerClass } from "./per-class.js";

/**
 * @import { Evaluation, ModelInfo, Part } from "../../../tabfit.js"
 * @import { PredictedPicture } from "../../shared/protocol.js"
 */

const PARTS = {
  test: () => ({
    title: say("On the test folder"),
    tile: say("Test accuracy"),
    note: say("A test folder often comes from somewhere else and is harder than pictures held out of the training folder. "
      + "That makes this the honest number: it is what to expect on new pictures."),
  }),
  validation: () => ({
    title: say("On the validation pictures"),
    tile: say("Held-out accuracy"),
    note: say("The network did not learn from these pictures, but they are of the same kind as the training pictures, "
      + "and you may have chosen settings by them. A separate test folder is harder and more honest."),
  }),
  training: () => ({
    title: say("On the training pictures"),
    tile: say("Training score"),
    note: say("The network has seen these pictures, so this number says little about new ones."),
  }),
};

/** How many answers are shown for a picture. */
const BEST = 5;

const evaluation = byId("evaluation", HTMLElement);
/** The score beside the numbers of the run. */
const tile = byId("score-tile", HTMLElement);
const predictions = byId("predictions", HTMLElement);

export function hideEvaluation() {
  evaluation.hidden = tile.hidden = true;
  evaluation.dataset["part"] = "";
  hideCertainty();
  byId("no-result", HTMLElement).hidden = false;
  evaluationChanged(null);
}

/**
 * @param {Part} part
 * @param {Evaluation} result
 */
export function showEvaluation(part, result) {
  evaluation.hidden = tile.hidden = false;
  evaluation.dataset["part"] = part;
  byId("no-result", HTMLElement).hidden = true;
  const { title, tile: name, note } = PARTS[part]();
  setText(byId("evaluate-part", HTMLElement), title);
  setText(byId("score-title", HTMLElement), name);
  setText(byId("test-accuracy", HTMLElement), percent(result.accuracy));
  const right = result.confusionMatrix.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const values = { right: count(right), images: count(result.images), loss: short(result.loss) };
  setText(byId("test-loss", HTMLElement), result.images === 1
    ? say("{right} of {images} picture right, loss {loss}", values)
    : say("{right} of {images} pictures right, loss {loss}", values));
  setText(byId("test-note", HTMLElement), note);
  showConfusion(byId("confusion", HTMLTableElement), result);
  showPerClass(byId("per-class", HTMLTableElement), result);
  void showCertainty(part, result);
  evaluationChanged(part);
}

/** @param {ModelInfo | null} info null when the network is lost */
export function showModel(info) {
  const line = byId("model-info", HTMLElement);
  if (!info) {
    line.textContent = "";
    return;
  }
  const { classNames, imageSize, summary: { parameters }, history } = info;
  const values = { classes: many(classNames.length, "class", "classes"), names: names(classNames), size: imageSize };
  const more = { weights: many(parameters, "weight"), epochs: many(history?.epochs.length ?? 0, "epoch") };
  setText(line, say("The network in memory tells {classes} apart ({names}) in pictures of {size} × {size}; it has {weights} and trained for {epochs}.",
    { ...values, ...more }));
}

export function clearPredictions() {
  predictions.replaceChildren();
}

/** @param {readonly PredictedPicture[]} pictures */
export function showPredictions(pictures) {
  predictions.replaceChildren(...pictures.map(prediction));
}

/** @param {number} times */
const unlikeText = (times) => say("Unlike the training pictures ({times} times as far from them as is usual): its answer may mean nothing.", { times: short(times) });

/** @param {PredictedPicture} picture */
function prediction({ name, thumbnail, predictions: ranked, unlike, error }) {
  const item = cloneTemplate("prediction-template");
  item.dataset["name"] = name;
  within(item, ".prediction-name").textContent = name;
  if (thumbnail) within(item, ".prediction-picture").append(bitmapCanvas(thumbnail, name));
  const best = ranked[0];
  setText(within(item, ".prediction-best"), best ? say("{name}, {share}", { name: best.className, share: percent(best.probability) }) : "");
  if (unlike != null && unlike > 1) within(item, ".prediction-text").append(element("p", unlikeText(unlike), "warning"));
  if (error) within(item, ".prediction-text").append(element("p", hear(error), "problem"));
  const rest = ranked.length - BEST;
  const others = rest === 1 ? say("and {n} other class", { n: rest }) : say("and {n} other classes", { n: count(rest) });
  setText(within(item, ".prediction-rest"), rest > 0 ? others : "");
  within(item, ".bars").append(
    ...ranked.slice(0, BEST).map(({ className, probability }) => {
      const bar = cloneTemplate("bar-template");
      bar.dataset["class"] = className;
      bar.dataset["probability"] = probability.toFixed(6);
      within(bar, ".bar-name").textContent = className;
      const fill = within(bar, ".bar-fill");
      fill.setAttribute("value", String(probability));
      fill.setAttribute("aria-label", className);
      setText(within(bar, ".bar-value"), percent(probability));
      return bar;
    }),
  );
  return item;
}
