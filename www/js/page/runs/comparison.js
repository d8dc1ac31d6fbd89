/** One chart of the ticked runs, with a choice of what it shows and how smooth it is. */

import { marked, say } from "../language/say.js";
import { byId, element } from "../tools/dom.js";
import { nameOf } from "../tools/format.js";
import { marksOf } from "../training/progress/changes.js";
import { Chart } from "../training/progress/chart.js";
import { metricNames, pointsOf } from "../training/progress/records.js";
import { markOf, sampleOf } from "./marks.js";
import { smooth } from "./smooth.js";

/**
 * @import { Run } from "../../shared/runs.js"
 * @import { Series } from "../training/progress/chart.js"
 * @typedef {{ place: number, run: Run }} Ticked
 */

/** What is offered first, where it was recorded. */
const FIRST = ["val_accuracy", "accuracy", "val_loss", "loss"];
/** The digits of a number that is read out. */
const DIGITS = 4;

const metric = byId("runs-metric", HTMLSelectElement);
const slider = byId("runs-smoothing", HTMLInputElement);
const chart = new Chart(byId("runs-chart", HTMLCanvasElement), byId("runs-values", HTMLElement), {
  title: "",
  format: (value) => marked(String(Number(value.toPrecision(DIGITS)))),
  floor: Infinity,
});

/** @type {readonly Ticked[]} */
let shown = [];

metric.addEventListener("change", draw);
slider.addEventListener("input", draw);

/** @param {readonly Ticked[]} runs */
export function showComparison(runs) {
  shown = runs;
  offerMetrics();
  draw();
}

function draw() {
  const weight = slider.valueAsNumber;
  byId("runs-weight", HTMLElement).textContent = String(weight);
  const name = metric.value;
  const curves = shown.map(({ place, run }) => ({ ...markOf(place), label: nameOf(run.about.name), points: pointsOf(run.history?.epochs ?? [], name) }));
  /** @type {Series[]} */
  const raw = curves.map(({ label, color, points }) => ({ label, color: `--run-${color}`, dash: [], points, faint: true }));
  /** @type {Series[]} */
  const read = curves.map(({ letter, label, color, dash, points }) => ({ label: `${letter} ${label}:`, color: `--run-${color}`, dash, points: smooth(points, weight), mark: letter }));
  const planned = shown.reduce((most, { run }) => Math.max(most, run.about.epoch), 1);
  byId("runs-legend", HTMLElement).replaceChildren(...shown.map(legend));
  const changed = shown.flatMap(({ place, run }) => marksOf(run.history?.changes ?? [], null, `${markOf(place).letter} `));
  chart.show(weight > 0 ? [...raw, ...read] : read, planned, weight > 0 ? say("{metric}, smoothed", { metric: name }) : name, changed);
}

/** @param {Ticked} ticked */
function legend({ place, run: { about, history } }) {
  const entry = document.createElement("li");
  entry.append(element("span", markOf(place).letter, "run-letter"), sampleOf(place), element("span", nameOf(about.name)));
  const recorded = pointsOf(history?.epochs ?? [], metric.value).length > 0;
  const more = [...(about.note ? [about.note] : []), ...(recorded ? [] : [say("did not record {metric}", { metric: metric.value })])];
  if (more.length > 0) entry.append(element("span", more.join(" · "), "hint"));
  return entry;
}

/** Offers everything that any of the runs has recorded. */
function offerMetrics() {
  const recorded = metricNames(shown.flatMap(({ run }) => run.history?.epochs ?? []));
  const names = [...FIRST.filter((name) => recorded.includes(name)), ...recorded.filter((name) => !FIRST.includes(name))];
  if (names.join("\n") === [...metric.options].map(({ value }) => value).join("\n")) return;
  const { value } = metric;
  metric.replaceChildren(...names.map((name) => new Option(name, name, false, name === value)));
}
