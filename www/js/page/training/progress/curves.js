/** The two charts of a run: the loss, and a metric of the person's choice. */

import { fixed, marked, say } from "../../language/say.js";
import { byId, setText } from "../../tools/dom.js";
import { marks } from "./changes.js";
import { Chart } from "./chart.js";
import { columnNames, pointsOf } from "./records.js";

/** @import { EpochRecord } from "../../../../tabfit.js" */

const title = byId("metric-title", HTMLElement);
const chosen = byId("metric-chosen", HTMLSelectElement);

const lossChart = new Chart(byId("loss-chart", HTMLCanvasElement), byId("loss-values", HTMLElement), {
  title: "Loss",
  format: (value) => fixed(value, value >= 100 ? 0 : 2),
});
const metricChart = new Chart(byId("accuracy-chart", HTMLCanvasElement), byId("accuracy-values", HTMLElement), {
  title: "Accuracy",
  format: (value) => say("{number} %", { number: marked(String(Number((value * 100).toFixed(1)))) }),
  fixed: [0, 1],
});

/** @type {{ records: readonly EpochRecord[], planned: number }} */
let shown = { records: [], planned: 0 };
const draw = () => drawCurves(shown.records, shown.planned);
chosen.addEventListener("change", draw);
document.addEventListener("language", draw);

/**
 * @param {readonly EpochRecord[]} records
 * @param {number} planned
 */
export function drawCurves(records, planned) {
  shown = { records, planned };
  offerMetrics(columnNames(records).filter((name) => !/^val_|^loss$|^learning_rate$/.test(name)));
  const metric = chosen.value || "accuracy";
  metricChart.show(pair(records, metric), planned, metric === "accuracy" ? say("Accuracy") : metric, marks());
  lossChart.show(pair(records, "loss"), planned, say("Loss"), marks());
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
    { label: say("training"), color: "--training", dash: [], points: pointsOf(records, metric) },
    { label: say("validation"), color: "--validation", dash: [0.5, 0.3], points: pointsOf(records, `val_${metric}`) },
  ];
}
