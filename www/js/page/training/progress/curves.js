/** The two charts of a run: the loss, and a metric of the person's choice. */

import { byId } from "../../tools/dom.js";
import { marks } from "./changes.js";
import { Chart } from "./chart.js";
import { columnNames, valueOf } from "./records.js";

/**
 * @import { EpochRecord } from "../../../../tabfit.js"
 * @import { Point } from "./scale.js"
 */

const title = byId("metric-title", HTMLElement);
const chosen = byId("metric-chosen", HTMLSelectElement);

const lossChart = new Chart(byId("loss-chart", HTMLCanvasElement), byId("loss-values", HTMLElement), {
  title: "Loss",
  format: (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(2)),
});
const metricChart = new Chart(byId("accuracy-chart", HTMLCanvasElement), byId("accuracy-values", HTMLElement), {
  title: "Accuracy",
  format: (value) => `${Number((value * 100).toFixed(1))} %`,
  fixed: [0, 1],
});

/** @type {{ records: readonly EpochRecord[], planned: number }} */
let shown = { records: [], planned: 0 };
chosen.addEventListener("change", () => drawCurves(shown.records, shown.planned));

/**
 * @param {readonly EpochRecord[]} records
 * @param {number} planned
 */
export function drawCurves(records, planned) {
  shown = { records, planned };
  offerMetrics(columnNames(records).filter((name) => !/^val_|^loss$|^learning_rate$/.test(name)));
  const metric = chosen.value || "accuracy";
  metricChart.show(pair(records, metric), planned, metric === "accuracy" ? "Accuracy" : metric, marks());
  lossChart.show(pair(records, "loss"), planned, undefined, marks());
}

/**
 * Offers a choice if there are more metrics than accuracy.
 *
 * @param {readonly string[]} names
 */
function offerMetrics(names) {
  chosen.hidden = names.length < 2;
  title.hidden = !chosen.hidden;
  if (names.join() === [...chosen.options].map(({ value }) => value).join()) return;
  const { value } = chosen;
  chosen.replaceChildren(...names.map((name) => new Option(name, name, false, name === value)));
}

/**
 * @param {readonly EpochRecord[]} records
 * @param {string} metric
 */
function pair(records, metric) {
  return [
    { label: "training", color: "--training", dashed: false, points: series(records, metric) },
    { label: "validation", color: "--validation", dashed: true, points: series(records, `val_${metric}`) },
  ];
}

/**
 * The points of one curve. A value that is missing, NaN or infinite leaves a gap.
 *
 * @param {readonly EpochRecord[]} records
 * @param {string} metric
 * @returns {Point[]}
 */
function series(records, metric) {
  return records.flatMap((record) => {
    const value = valueOf(record, metric);
    return value === null || !Number.isFinite(value) ? [] : [/** @type {const} */ ([record.epoch, value])];
  });
}
