/** The sections of a report on the scores of each part. */

import { say } from "../../language/say.js";
import { element } from "../../tools/dom.js";
import { count, decimals, hundredths, many, percent } from "../../tools/format.js";
import { openings } from "../claim/result-answers.js";
import { confusion } from "./confusion.js";
import { diagonal, draw } from "./drawing.js";
import { bullets, figure, holder, missing, section, table } from "./make.js";
import { isUnknown, scoreCell, scoreText } from "./words.js";

/**
 * @import { Part } from "../../../../tabfit.js"
 * @import { CalibrationPart, ClassCurves, EvaluationPart, Report } from "../report.js"
 */

/** @param {Report} report */
export function evaluationSections(report) {
  const { evaluation, testOpened, data } = report;
  const classNames = isUnknown(data) ? [] : data.classNames;
  return [
    partSection("test", say("Scores on the test part"), evaluation.test, [element("p", openings(testOpened), "hint")], classNames),
    partSection("validation", say("Scores on the validation pictures"), evaluation.validation, [], classNames),
    partSection("training", say("Scores on the training pictures"), evaluation.training, [], classNames),
  ];
}

/**
 * @param {Part} part
 * @param {string} title
 * @param {Report["evaluation"][Part]} scored
 * @param {Node[]} before
 * @param {readonly string[]} classNames
 */
function partSection(part, title, scored, before, classNames) {
  if (isUnknown(scored)) return section(`scores-${part}`, title, [missing(scored.unknown)]);
  const { images, scores, perClass, confusionMatrix, calibration, curves, intervals, methods } = scored;
  const names = classNames.length > 0 ? classNames : perClass.map(({ className }) => className);
  return section(`scores-${part}`, title, [
    ...before,
    table({
      caption: say("Scores on {images}", { images: many(images, "picture") }), words: [0, 1],
      head: [say("Score"), say("Value with 95 % interval")],
      rows: scores.map(({ key, name, score }) => [name, scoreText(key, score)]),
    }),
    classTable(perClass),
    ...confusion(names, confusionMatrix),
    element("h3", say("Calibration")),
    ...(isUnknown(calibration) ? [missing(calibration.unknown)] : calibrated(calibration)),
    element("h3", say("Curves of each class")),
    ...(isUnknown(curves) ? [missing(curves.unknown)] : classCurves(curves)),
    element("h3", say("How these numbers were made")),
    bullets([...intervals, ...methods]),
  ]);
}

/** @param {EvaluationPart["perClass"]} perClass */
function classTable(perClass) {
  return table({
    caption: say("Class by class, each against the rest, with 95 % intervals"),
    head: [say("Class"), say("Pictures"), say("Sensitivity"), say("Specificity"), say("Precision"), say("F1"), say("AUC"), say("Average precision")],
    rows: perClass.map(({ className, support, sensitivity, specificity, precision, f1, auc, averagePrecision }) =>
      [className, count(support), ...[sensitivity, specificity, precision, f1, auc, averagePrecision].map(scoreCell)]),
  });
}

/** @param {CalibrationPart} calibration */
function calibrated({ bins, ece, mce }) {
  const filled = bins.filter((bin) => bin.count > 0);
  const strokes = filled.flatMap(({ low, high, interval }) => (interval
    ? [{ from: /** @type {[number, number]} */ ([(low + high) / 2, interval.low]), to: /** @type {[number, number]} */ ([(low + high) / 2, interval.high]), className: "whisker" }] : []));
  const drawing = draw({
    label: say("Reliability diagram; the numbers stand in the table of bins."), titles: [say("Probability of the answer"), say("Share that is right")],
    format: String, lines: [], x: [0, 1], y: [0, 1], square: true, strokes: [diagonal("chance"), ...strokes],
    bars: filled.map(({ low, high, accuracy }) => ({ at: /** @type {[number, number]} */ ([(low + high) / 2, accuracy ?? 0]), width: high - low, className: "bar" })),
  });
  return [
    element("p", say("Expected calibration error {ece}, greatest {mce}. A bar below the diagonal: the network is surer than it is right.", { ece: decimals(ece), mce: decimals(mce) })),
    holder("div", [
      figure(say("Reliability diagram"), [drawing], "small"),
      table({
        caption: say("Bins of probability"),
        head: [say("Probability"), say("Pictures"), say("Mean probability"), say("Share that is right"), say("95 % interval")],
        rows: filled.map(({ low, high, count: pictures, confidence, accuracy, interval }) => [
          say("{low} to {high}", { low: hundredths(low), high: hundredths(high) }), count(pictures), percent(confidence), percent(accuracy),
          interval ? say("{low} to {high}", { low: percent(interval.low), high: percent(interval.high) }) : "–",
        ]),
      }),
    ], "beside"),
  ];
}

/** @param {readonly ClassCurves[]} curves */
function classCurves(curves) {
  /** @param {ClassCurves} one */
  const pair = ({ className, roc, precisionRecall }) => {
    const [area, average] = [scoreCell(roc.auc), scoreCell(precisionRecall.averagePrecision)];
    return [
      figure(say("{name}: ROC, AUC {value}", { name: className, value: area }), [draw({
        label: say("ROC curve of {name}", { name: className }), titles: [say("1 − specificity"), say("Sensitivity")], format: String, x: [0, 1], y: [0, 1], square: true,
        strokes: [diagonal("chance")], lines: [{ className: "training", points: points(roc.falsePositives, roc.truePositives) }],
      })], "small"),
      figure(say("{name}: precision and recall, average precision {value}", { name: className, value: average }), [draw({
        label: say("Precision-recall curve of {name}", { name: className }), titles: [say("Recall"), say("Precision")], format: String, x: [0, 1], y: [0, 1], square: true,
        lines: [{ className: "training", points: points(precisionRecall.recall, precisionRecall.precision) }],
      })], "small"),
    ];
  };
  return [holder("div", curves.flatMap(pair), "grid"), element("p", say("AUC and average precision with their intervals stand in the table of classes, the points of the curves in the JSON file."), "hint")];
}

/** @param {readonly number[]} across @param {readonly number[]} up */
const points = (across, up) => across.map((a, i) => /** @type {[number, number]} */ ([a, up[i] ?? 0]));
