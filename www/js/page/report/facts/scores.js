/** What a report says of the scores on a part, and of the pictures that the network gets most wrong. */

import { hear, say } from "../../language/say.js";
import { count } from "../../tools/format.js";
import { MOST_CURVES } from "./ask.js";
import { thumbnails } from "./thumbnails.js";

/**
 * @import { ClassReport, Curves, Value } from "../../../../study/tabfit.js"
 * @import { Study, StudyPicture } from "../../../shared/study.js"
 * @import { ClassCurves, EvaluationPart, FailuresPart, Known, Report, Score } from "../report.js"
 * @import { Facts } from "./ask.js"
 */

/** More pictures nobody looks at. */
const MOST_FAILURES = 24;
/** More points of a curve nobody can tell apart. */
const MOST_POINTS = 500;

/** @param {Facts} facts @returns {Report["evaluation"]} */
export function evaluationOf({ studies, curves }) {
  return {
    training: { unknown: say("The network was not scored on the training pictures, from which it has learnt; the curves show its loss and accuracy there while it trained.") },
    validation: partOf(studies.validation, curves.validation),
    test: partOf(studies.test, curves.test),
  };
}

/** @param {Facts} facts @returns {Report["testOpened"]} */
export function openedOf({ studies: { test } }) {
  if ("unknown" in test) return test;
  return test.opened === null ? { unknown: say("How often the test part was opened was not counted, because nothing is kept on this computer.") } : { times: test.opened };
}

/** @param {Value} value @returns {Score} */
const scoreOf = ({ value, interval, method }) => ({ value, interval, method: interval ? method : null });

/** @param {Known<Study>} study @param {Known<Curves[]>} curves @returns {Known<EvaluationPart>} */
function partOf(study, curves) {
  if ("unknown" in study) return study;
  const { scores, calibration: { bins, ece, mce }, confusionMatrix } = study;
  return {
    images: scores.images,
    scores: [
      { name: say("Accuracy"), key: "accuracy", score: scoreOf(scores.accuracy) },
      { name: say("Balanced accuracy"), key: "balanced_accuracy", score: scoreOf(scores.balancedAccuracy) },
      { name: say("Macro F1"), key: "f1", score: scoreOf(scores.macroF1) },
      { name: say("Matthews correlation coefficient (MCC)"), key: "matthews_correlation", score: scoreOf(scores.mcc) },
      { name: say("Log loss"), key: "log_loss", score: scoreOf(scores.logLoss) },
      { name: say("Brier score"), key: "brier_score", score: scoreOf(scores.brier) },
      { name: say("Macro AUC"), key: "roc_auc", score: scoreOf(scores.macroAuc) },
      ...scores.topK.map((value) => ({ name: say("Top-{k} accuracy", { k: value.k }), key: `top_${value.k}_accuracy`, score: scoreOf(value) })),
    ],
    perClass: scores.perClass.map(({ className, support, sensitivity, specificity, precision, npv, f1, auc, averagePrecision }) => ({
      className, support, npv: scoreOf(npv), sensitivity: scoreOf(sensitivity), specificity: scoreOf(specificity), precision: scoreOf(precision),
      f1: scoreOf(f1), auc: scoreOf(auc), averagePrecision: scoreOf(averagePrecision),
    })),
    confusionMatrix,
    calibration: { bins, ece, mce },
    curves: "unknown" in curves ? curves : curves.flatMap((one, i) => scores.perClass[i] ? [curvesOf(scores.perClass[i], one)] : []),
    intervals: intervalsOf(study), methods: methodsOf(study),
  };
}

/** @param {ClassReport} scores @param {Curves} curves @returns {ClassCurves} */
function curvesOf({ className, auc, averagePrecision }, { roc, pr }) {
  return {
    className,
    roc: { falsePositives: thinned(roc.fpr), truePositives: thinned(roc.tpr), auc: scoreOf(auc) },
    precisionRecall: { recall: thinned(pr.recall), precision: thinned(pr.precision), averagePrecision: scoreOf(averagePrecision) },
  };
}

/** At most so many points of a curve, in equal steps, with the first and the last. @param {Float64Array} values */
function thinned(values) {
  const step = Math.max(1, (values.length - 1) / (MOST_POINTS - 1));
  return Array.from({ length: Math.min(values.length, MOST_POINTS) }, (_, i) => values[Math.round(i * step)] ?? 0);
}

/** @param {Study} study */
function intervalsOf({ scores: { groups, images, resamples, seed } }) {
  const drawn = { resamples: count(resamples), seed, groups: count(groups) };
  return [
    say("All intervals are 95 % intervals. Those of shares of pictures are Wilson's; those of other scores are percentiles of {resamples} bootstrap resamples, drawn with the seed {seed}.", drawn),
    groups < images ? say("Pictures that belong together, such as duplicates, were drawn together: they form {groups} groups.", drawn) : say("Each picture stands for itself: no two of them are known to belong together."),
  ];
}

/** @param {Study} study */
function methodsOf({ classNames, temperature, scores: { advice } }) {
  return [
    ...(advice ? [hear(advice.sentence)] : []),
    say("Sensitivity, specificity, precision, F1, AUC and average precision take each class against the rest."),
    say("Calibration: the pictures are sorted into bins by the probability of what was said. The expected calibration error is the mean distance between probability and accuracy, weighted by the pictures of the bins."),
    ...(classNames.length > MOST_CURVES ? [say("Curves are drawn for the first {n} of {all} classes.", { n: MOST_CURVES, all: count(classNames.length) })] : []),
    ...(temperature === null ? [] : [say("The probabilities are those after temperature scaling, which was fitted on validation pictures.")]),
  ];
}

/**
 * Of the test part, else of the validation pictures.
 *
 * @param {Facts} facts
 * @param {boolean} withPictures
 * @returns {Promise<Known<FailuresPart>>}
 */
export async function failuresOf({ studies: { test, validation } }, withPictures) {
  const study = "unknown" in test ? validation : test;
  if ("unknown" in study) return study;
  const { classNames, pictures, part } = study;
  const wrong = pictures.filter(({ label, said }) => label !== said);
  const worst = wrong.toSorted((a, b) => b.loss - a.loss).slice(0, MOST_FAILURES);
  const shown = withPictures ? await thumbnails(worst.map(({ id }) => id)) : [];
  const measured = pictures.filter((picture) => picture.unlike !== null);
  const far = measured.filter((picture) => (picture.unlike ?? 0) > 1).length;
  return { part, images: pictures.length, wrong: wrong.length, unlike: measured.length > 0 ? far : null, worst: worst.map(failure) };

  /** @param {StudyPicture} picture @param {number} i */
  function failure({ path, label, said, probability, loss, unlike }, i) {
    const finite = Number.isFinite(loss) ? loss : null;
    return { path, className: classNames[label] ?? "", said: classNames[said] ?? "", probability, loss: finite, unlike, thumbnail: shown[i] ?? null };
  }
}

