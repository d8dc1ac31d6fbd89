/** The part that says how sure a score is, without a browser: what it answers, what it refuses, and that nothing in it is NaN. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const study = await import("../../dist/study/tabfit.js");
await study.default({ module_or_path: await readFile(new URL("../../dist/study/tabfit_bg.wasm", import.meta.url)) });
const written = JSON.parse(await readFile(new URL("../scores/scores.json", import.meta.url), "utf8"));

/** @param {string} name */
function caseOf(name) {
  const found = written.cases.find((/** @type {any} */ each) => each.name === name);
  const { labels, probabilities, perClass } = found;
  const names = perClass.map((/** @type {unknown} */ _, /** @type {number} */ index) => `class ${index}`);
  return { wanted: found, labels: Uint32Array.from(labels), p: Float32Array.from(probabilities.flat()), names };
}

/** @param {number | null} value @param {number | null} wanted */
function near(value, wanted) {
  if (wanted === null || value === null) assert.equal(value, wanted);
  else assert.ok(Math.abs(value - wanted) < 1e-9, `${value} instead of ${wanted}`);
}

test("every case of scikit-learn's, and no NaN", () => {
  for (const { name } of written.cases) {
    const { wanted, labels, p, names } = caseOf(name);
    const report = study.scores(labels, p, names, { resamples: 50 });
    for (const score of ["accuracy", "balancedAccuracy", "mcc", "logLoss", "brier", "macroF1", "macroAuc"]) {
      near(report[score].value, wanted[score]);
    }
    for (const [index, scores] of report.perClass.entries()) near(scores.auc.value, wanted.perClass[index].auc);
    const none = (/** @type {unknown} */ value) => typeof value === "number" && Number.isNaN(value);
    JSON.stringify([report, study.calibration(labels, p, names.length, 10)], (_, value) => (assert.ok(!none(value)), value));
  }
});

test("intervals repeat, and groups widen them", () => {
  const { labels, p, names } = caseOf("ten classes");
  const twice = (/** @type {any} */ list, /** @type {any} */ kind) => kind.from([...list, ...list]);
  const [both, rows] = [twice(labels, Uint32Array), twice(p, Float32Array)];
  const groups = Uint32Array.from(both, (_, index) => index % labels.length);
  const report = study.scores(both, rows, names, { groups, seed: 7 });
  assert.deepEqual(report, study.scores(both, rows, names, { groups, seed: 7 }));
  const alone = study.scores(both, rows, names);
  const width = ({ interval }) => interval.high - interval.low;
  assert.ok(width(report.accuracy) > 1.3 * width(alone.accuracy) && width(report.logLoss) > 1.3 * width(alone.logLoss));
  assert.deepEqual([report.accuracy.method, report.logLoss.method], ["wilson-by-group", "bootstrap-by-group"]);
  assert.deepEqual([alone.accuracy.method, alone.logLoss.method], ["wilson", "bootstrap"]);
  assert.deepEqual([report.groups, alone.groups, alone.resamples], [120, 240, 1000]);
});

test("a threshold is chosen on one part and read on another", () => {
  const { labels, p, names } = caseOf("three classes");
  const half = labels.length / 2;
  const first = [labels.subarray(0, half), p.subarray(0, half * 3), 3, 0];
  const threshold = study.threshold(...first, { sensitivity: 0.9 });
  assert.ok(study.atThreshold(...first, threshold).sensitivity.value >= 0.9);
  const there = study.atThreshold(labels.subarray(half), p.subarray(half * 3), 3, 0, threshold);
  assert.equal(there.truePositives + there.falsePositives + there.trueNegatives + there.falseNegatives, half);
  const { roc, pr } = study.curves(labels, p, names.length, 0);
  for (const list of [roc.fpr, roc.tpr, roc.thresholds, pr.recall, pr.precision, pr.thresholds]) assert.ok(list instanceof Float64Array);
  assert.equal(roc.thresholds[0], Infinity);
  const absent = caseOf("a class without pictures");
  assert.equal(study.curves(absent.labels, absent.p, 4, 2).roc.fpr.length, 0);
  assert.equal(study.threshold(absent.labels, absent.p, 4, 2, "youden"), null);
});

test("a temperature changes no answer; two networks; label issues", () => {
  const { labels, p, names } = caseOf("three classes");
  const { temperature, before, after } = study.fitTemperature(labels, p, names.length);
  const changed = study.withTemperature(p, names.length, temperature);
  assert.ok(changed instanceof Float32Array && after < before);
  const [one, other] = [p, changed].map((rows) => study.scores(labels, rows, names, { resamples: 1 }));
  assert.deepEqual(one.confusionMatrix, other.confusionMatrix);
  const compared = study.compare(labels, p, changed, names.length);
  assert.deepEqual([compared.mcnemar.b, compared.mcnemar.c, compared.mcnemar.p, compared.difference.value], [0, 0, 1, 0]);
  assert.ok(compared.logLoss.value > 0);
  const issues = study.labelIssues(labels, p, names.length);
  assert.ok(issues.every(({ picture, given, suggested }) => labels[picture] === given && suggested !== given));
  assert.equal(study.fitTemperature(new Uint32Array(), new Float32Array(), 3), null);
});

test("what does not fit is refused in a sentence", () => {
  const { labels, p, names } = caseOf("two classes");
  const refused = (/** @type {() => unknown} */ call, /** @type {RegExp} */ message) => assert.throws(call, { name: "ConfigError", message });
  refused(() => study.scores(labels, p.subarray(1), names), /45 pictures of 2 classes need 2 probabilities each/u);
  refused(() => study.scores(labels, p, names, { sead: 1 }), /no option "sead"/u);
  refused(() => study.scores(labels, p, names, { groups: labels.subarray(1) }), /groups hold 44 pictures/u);
  refused(() => study.scores(labels.map(() => 9), p, names), /has the label 9/u);
  refused(() => study.scores(labels, p.map(() => NaN), names), /NaN, not from 0 to 1/u);
  refused(() => study.threshold(labels, p, 2, 0, "yuden"), /no such rule/u);
  refused(() => study.threshold(labels, p, 2, 0, { sensitivity: 2 }), /from 0 to 1, not 2/u);
  refused(() => study.curves(labels, p, 2, 5), /no class 5/u);
  refused(() => study.withTemperature(p, 2, 0), /above 0/u);
  refused(() => study.calibration(labels, p, 2, 0), /1 to 1000 bins/u);
  refused(() => study.labelIssues(labels, p, 2, "entropy"), /no such quality/u);
  assert.equal(study.scores(new Uint32Array(), new Float32Array(), names).accuracy.value, null);
});
