/** What a program knows of CLAIM's items on the network and its training. */

import { say } from "../../language/say.js";
import { count, list, many, percent, short } from "../../tools/format.js";
import { softwareRows } from "../html/words.js";

/**
 * @import { Answer, Report, Told } from "../report.js"
 */

/** @param {Told} report @returns {Record<number, Answer>} by the number of the item */
export function modelAnswers({ network, settings, software, curves, folds }) {
  const last = network.layers.at(-1)?.outputShape.at(-1) ?? 0;
  const size = many(network.parameters, "weight");
  const learnt = "unknown" in settings ? null : settings.fit;
  return {
    22: { all: true, answers: [
      say("{layers} with {weights}, of which {learn} learn; the output is one probability for each of {classes}. The report lists every layer.", { layers: many(network.layers.length, "layer"), weights: size, learn: count(network.trainable), classes: many(last, "class", "classes") }),
    ] },
    23: { all: software.tabfit !== null, answers: softwareRows(software).map(([name, value]) => say("{name}: {value}", { name, value })) },
    24: { all: typeof network.weightsBegan === "string", answers: [typeof network.weightsBegan === "string" ? network.weightsBegan : network.weightsBegan.unknown] },
    25: { all: learnt !== null, answers: "unknown" in settings ? [settings.unknown] : trainingAnswers(settings, curves, folds) },
    26: { all: learnt !== null, answers: [learnt === null ? say("How the final weights were chosen is not known to the program.") : chosen(learnt)] },
    27: { all: true, answers: [say("None: one network answers.")] },
    30: { answers: [robustness(folds)] },
    31: { answers: [say("Grad-CAM is offered on the page for single pictures; this report contains none. That its maps change when the weights are random is a test of the program.")] },
    41: { answers: [say("The layers and all settings are in this report, from which the run can be repeated with tabfit {version}, an open program.", { version: software.tabfit ?? "?" })] },
  };
}

/** @param {Report["folds"]} folds */
function robustness(folds) {
  if (folds === null) return say("This report is about one run with one seed; it does not measure whether other seeds or folds give the same.");
  if ("unknown" in folds.results) return folds.results.unknown;
  const { accuracy, loss } = folds.results;
  return say("A cross-validation of {folds} folds, each scored on the pictures that it held out: mean accuracy {accuracy} ± {spread}, mean loss {loss} ± {more} (standard deviation of the folds). Other seeds were not compared.", {
    folds: folds.folds, accuracy: percent(accuracy.mean), spread: percent(accuracy.deviation), loss: short(loss.mean), more: short(loss.deviation),
  });
}

/** @param {number} epochs @param {Report["folds"]} folds */
function models(epochs, folds) {
  const trained = many(epochs, "epoch");
  if (folds === null) return say("One network was trained, for {epochs}.", { epochs: trained });
  const values = { epochs: trained, fold: folds.fold + 1, folds: folds.folds };
  return "unknown" in folds.results
    ? say("The network is that of fold {fold} of {folds} of a cross-validation, and was trained for {epochs}.", values)
    : say("{folds} networks were trained with the same settings, one for each fold of a cross-validation; this one is that of fold {fold}, and was trained for {epochs}.", values);
}

/** @param {Extract<Report["settings"], { fit: unknown }>} settings @param {Report["curves"]} curves @param {Report["folds"]} folds */
function trainingAnswers({ compile, fit }, curves, folds) {
  const optimizer = typeof compile.optimizer === "string" ? compile.optimizer : compile.optimizer.type;
  const augment = changedAtRandom(fit.augment ?? {});
  return [
    say("Every argument stands under “Settings”."),
    say("Optimizer {optimizer}, batches of {batch}, {epochs} planned.", { optimizer, batch: String(fit.batchSize ?? 32), epochs: many(fit.epochs ?? 1, "epoch") }),
    augment.length === 0 ? say("Training pictures were not changed at random.") : say("Training pictures were changed at random: {names}.", { names: list(augment) }),
    ...("unknown" in curves ? [] : [models(curves.epochs.length, folds), ...curves.steered]),
  ];
}

/** Arguments of augmentation that change nothing by themselves, or not at random. */
const STEADY = ["fillMode", "cval", "featurewiseCenter", "featurewiseStdNormalization", "samplewiseCenter", "samplewiseStdNormalization"];

/** The names of the random changes that are not off. @param {import("../../../../tabfit.js").AugmentConfig} augment */
const changedAtRandom = (augment) => Object.entries(augment).filter(([name, value]) => Boolean(value) && !STEADY.includes(name)).map(([name]) => name);

/** @param {import("../../../../tabfit.js").FitConfig} fit */
function chosen({ callbacks = [] }) {
  const stopping = callbacks.find((callback) => "type" in callback && callback.type === "EarlyStopping");
  if (stopping && "restoreBestWeights" in stopping && stopping.restoreBestWeights) {
    return say("The weights of the epoch with the best {metric} were restored (EarlyStopping).", { metric: stopping.monitor ?? "val_loss" });
  }
  return say("The weights after the last epoch.");
}
