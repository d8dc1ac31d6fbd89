/** The section of a report on the run: its curves as drawings and as a table, and what happened in it. */

import { say } from "../../language/say.js";
import { element } from "../../tools/dom.js";
import { count, decimals, rate, short } from "../../tools/format.js";
import { columnNames, pointsOf, valueOf } from "../../training/progress/records.js";
import { draw } from "./drawing.js";
import { foldsTable } from "./folds-table.js";
import { bullets, figure, holder, missing, section, table } from "./make.js";
import { isUnknown } from "./words.js";

/**
 * @import { EpochRecord } from "../../../../tabfit.js"
 * @import { CurvesPart, Report } from "../report.js"
 */

/** Of more epochs the table has about as many rows, in equal steps; of more metrics the first. */
const [MOST_EPOCHS, MOST_COLUMNS] = [60, 7];

/** @param {CurvesPart["stopped"]} stopped */
const ended = (stopped) => ({
  completed: say("All planned epochs were trained."),
  callback: say("A callback ended the run early."),
  aborted: say("A person ended the run early."),
})[stopped];

/** @param {Report} report */
export function trainingSection({ curves, folds }) {
  const title = say("Training");
  if (isUnknown(curves)) return section("training", title, [missing(curves.unknown)]);
  const { epochs, stopped, reading, notes, steered } = curves;
  return section("training", title, [
    element("p", ended(stopped)),
    ...(reading ? [element("p", reading)] : []),
    holder("div", [chart(epochs, "loss", say("Loss"), short), chart(epochs, "accuracy", say("Accuracy"), (value) => String(Number(value.toFixed(2))))], "pair"),
    epochTable(epochs),
    ...foldsTable(folds),
    element("h3", say("What callbacks did")),
    notes.length > 0 ? bullets(notes) : element("p", say("Nothing.")),
    element("h3", say("What a person changed while it trained")),
    steered.length > 0 ? bullets(steered) : element("p", say("Nothing.")),
  ]);
}

/** @param {readonly EpochRecord[]} epochs @param {string} metric @param {string} name @param {(value: number) => string} format */
function chart(epochs, metric, name, format) {
  const lines = [
    { className: "training", points: pointsOf(epochs, metric) },
    { className: "validation", points: pointsOf(epochs, `val_${metric}`) },
  ].filter(({ points }) => points.length > 0);
  const label = say("{title} by epoch; the numbers stand in the table of epochs.", { title: name });
  const caption = lines.length > 1 ? say("{name}: the whole line is training, the dashed one validation", { name }) : say("{name} in training", { name });
  return figure(caption, [draw({ label, lines, titles: [say("Epoch"), name], format, ...(metric === "accuracy" ? { y: /** @type {const} */ ([0, 1]) } : {}) })]);
}

/** @param {readonly EpochRecord[]} epochs */
function epochTable(epochs) {
  const all = columnNames(epochs);
  const names = all.length > MOST_COLUMNS ? [...all.slice(0, MOST_COLUMNS - 1), "learning_rate"] : all;
  const step = Math.ceil(epochs.length / MOST_EPOCHS);
  const shown = epochs.filter((_, i) => i % step === 0 || i === epochs.length - 1);
  const whole = shown.length === epochs.length && names.length === all.length;
  const caption = whole ? say("Epochs") : say("Epochs: {shown} of {all}; the JSON file of this report has all epochs and metrics", { shown: shown.length, all: count(epochs.length) });
  return table({
    caption, head: [say("Epoch"), ...names],
    rows: shown.map((record) => [String(record.epoch), ...names.map((name) => (name === "learning_rate" ? rate(record.learning_rate) : decimals(valueOf(record, name))))]),
  });
}
