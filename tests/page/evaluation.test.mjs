/** The evaluation: numbers that follow from the answers, the pictures behind them, a threshold, a temperature, Grad-CAM, and a folder that is predicted. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { csvOf } from "../../www/js/page/tools/csv.js";
import { ROOT } from "./chromium.mjs";
import { CORNERS, EVIL, LAYERS, planted, squares } from "./evaluation-folder.mjs";
import { folder } from "./fixtures.mjs";
import { openPage } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
const AXE = readFileSync(join(ROOT, "tests/page/node_modules/axe-core/axe.min.js"), "utf8");

/** What the trainer worker says itself; `pick` runs in the page. */
const asked = (tab, command, pick) => tab.page.evaluate(`(async () => {
  const { client } = await import("/js/page/client/trainer-client.js");
  return (${pick})(await client.send(${JSON.stringify(command)}));
})()`);

/** The answers that the evaluation is of. */
const study = (tab, part) => asked(tab, { type: "study", part }, ({ pictures, probabilities, classNames }) => ({ pictures, probabilities: Array.from(probabilities), classNames }));

const sum = (values) => values.reduce((total, value) => total + value, 0);
const mean = (values) => sum(values) / values.length;
const rowOf = ({ probabilities, classNames: { length } }, place) => probabilities.slice(place * length, (place + 1) * length);

/** What scikit-learn would say of the same answers; metrics of a class that has no picture are left out. */
function recomputed(told) {
  const { pictures, classNames } = told;
  const there = classNames.map((_, index) => index).filter((index) => pictures.some(({ label }) => label === index));
  const rows = pictures.map((_, place) => rowOf(told, place));
  const said = rows.map((row) => row.indexOf(Math.max(...row)));
  const right = pictures.map(({ label }, place) => said[place] === label);
  const sensitivity = (index) => mean(pictures.flatMap(({ label }, place) => (label === index ? [Number(right[place])] : [])));
  const best = rows.map((row) => Math.max(...row));
  const bins = Array.from({ length: 10 }, (_, bin) => pictures.map((_, place) => place).filter((place) => best[place] > bin / 10 && best[place] <= (bin + 1) / 10));
  return {
    accuracy: mean(right.map(Number)),
    balanced: mean(there.map(sensitivity)),
    "log-loss": mean(pictures.map(({ label }, place) => -Math.log(rows[place][label]))),
    brier: mean(pictures.map(({ label }, place) => sum(rows[place].map((value, index) => (value - Number(index === label)) ** 2)))),
    ece: sum(bins.filter(({ length }) => length > 0).map((bin) => (bin.length / pictures.length) * Math.abs(mean(bin.map((place) => best[place])) - mean(bin.map((place) => Number(right[place])))))),
    bins: bins.map(({ length }) => length).filter((length) => length > 0),
    sensitivity,
  };
}

/** Number in a text such as "93.8 %" or "0.512". */
const numberIn = (text) => Number.parseFloat(text) / (text.includes("%") ? 100 : 1);
const near = (text, value, what) => assert.ok(Math.abs(numberIn(text) - value) <= (text.includes("%") ? 0.00051 : 0.00051), `${what}: ${text} beside ${value}`);

const paths = (tab) => tab.page.locator("#gallery .gallery-tile").evaluateAll((tiles) => tiles.map(({ dataset }) => dataset.path));
const focused = (tab) => tab.page.evaluate(() => document.activeElement.dataset.path ?? document.activeElement.id);
const scoreCell = (tab, id) => tab.text(`#study-scores [data-score=${id}] td:nth-of-type(1)`);

async function axe(tab, part, state) {
  if (!(await tab.page.evaluate("typeof axe === 'object'"))) await tab.page.evaluate(AXE);
  for (const [width, colorScheme] of [[1280, "light"], [1280, "dark"], [320, "dark"]]) {
    await tab.page.setViewportSize({ width, height: 720 });
    await tab.page.emulateMedia({ colorScheme });
    const violations = await tab.page.evaluate(async (part) => (await axe.run(part, { resultTypes: ["violations"] })).violations
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} (${failureSummary.replaceAll("\n", " ")})`).join("; ")}`), part);
    assert.deepEqual(violations, [], `${state}, ${width}, ${colorScheme}`);
    assert.ok(await tab.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${state} is too wide at ${width}`);
  }
  await tab.page.setViewportSize({ width: 1280, height: 900 });
  await tab.page.emulateMedia({ colorScheme: "light" });
}

test("each number follows from the answers and opens its pictures; a threshold, a temperature, Grad-CAM, and a folder", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "evaluation" });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, planted()));
  await tab.set({ device: "cpu", layers: LAYERS, epochs: 12, "batch-size": 8, "learning-rate": 0.01, "validation-split": 0.25, "group-by": "" });
  await tab.fit();
  await tab.page.click("#study > summary");
  await tab.page.locator("#study-scores tbody tr").first().waitFor();
  const told = await study(tab, "test");
  const expected = recomputed(told);
  assert.equal(told.pictures.length, 27);
  for (const id of ["accuracy", "balanced", "log-loss", "brier"]) near(await scoreCell(tab, id), expected[id], id);
  near((await tab.text("#study-calibration")).match(/\(ECE\) ([\d.]+)/)[1], expected.ece, "ECE");
  assert.deepEqual((await tab.rows("#study-bins")).map(([, pictures]) => Number(pictures)), expected.bins);
  const classes = await tab.rows("#study-classes");
  assert.deepEqual(classes.map(([name, pictures]) => [name, pictures]), [[EVIL, "12"], ["green", "15"], ["violet", "0"]]);
  for (const index of [0, 1]) near(classes[index][2], expected.sensitivity(index), `sensitivity of ${classes[index][0]}`);
  assert.equal(classes[2][2], "–", "of a class without pictures nothing is known");
  assert.match(await tab.text("#study-scores [data-score=accuracy] td:nth-of-type(2)"), /^\d+\.\d % to \d+\.\d % \(Wilson, by group\)$/);
  assert.match(await tab.text("#study-opened"), /The test part was opened once/);

  await t.test("a cell of the confusion matrix, by keyboard", async () => {
    const [truth, said] = [1, 0]; // red squares among the green ones
    const wanted = told.pictures.filter((picture) => picture.label === truth && picture.said === said).sort((a, b) => b.loss - a.loss).map(({ path }) => path);
    assert.ok(wanted.length >= 3 && wanted.some((path) => path.includes("wrong 0")), `the planted ones are found: ${wanted}`);
    await tab.page.focus("#confusion td[tabindex='0']");
    await tab.page.keyboard.press("ArrowDown");
    await tab.page.waitForFunction(() => document.activeElement.dataset.truth === "1" && document.activeElement.dataset.said === "0");
    await tab.page.keyboard.press("Enter");
    await tab.page.locator("#gallery .gallery-tile").first().waitFor();
    assert.deepEqual(await paths(tab), wanted);
    assert.equal(await tab.text("#gallery-title"), `green taken for ${EVIL}`);
    assert.equal(await tab.page.locator("#gallery img").count(), 0, "a name stays text");
    assert.equal(await focused(tab), wanted[0]);
    await tab.page.keyboard.press("ArrowRight");
    assert.equal(await focused(tab), wanted[1]);
    await tab.page.keyboard.press("Enter");
    await tab.page.waitForFunction(() => document.activeElement.id === "gallery-path");
    assert.equal(await tab.text("#gallery-path"), wanted[1]);
    await tab.page.keyboard.press("Escape");
    assert.equal(await focused(tab), wanted[1], "Escape goes back to the pictures");
    await tab.page.keyboard.press("Escape");
    await tab.page.locator("#gallery").waitFor({ state: "hidden" });
    const { truth: row, said: column } = await tab.page.evaluate(() => ({ ...document.activeElement.dataset }));
    assert.deepEqual([row, column], ["1", "0"], "the focus is back in the cell");
  });

  await t.test("a class, a bin and a point of a curve", async () => {
    const shown = async (open) => {
      await open();
      await tab.page.locator("#gallery").waitFor();
      await tab.page.waitForFunction(() => document.querySelector("#gallery-about").textContent !== "");
      const all = (await paths(tab)).sort();
      await tab.page.click("#gallery-close");
      return all;
    };
    const of = (holds) => told.pictures.filter(holds).map(({ path }) => path).sort();
    assert.deepEqual(await shown(() => tab.page.locator("#study-classes .study-link").first().click()), of(({ label }) => label === 0));
    const highest = Math.max(...told.pictures.map(({ probability }) => Math.ceil(probability * 10)));
    assert.deepEqual(await shown(() => tab.page.locator("#study-bins .study-link").last().click()), of(({ probability }) => Math.ceil(probability * 10) === highest));
    await tab.page.focus("#study-roc");
    await tab.page.keyboard.press("Home");
    assert.match(await tab.text("#study-roc + output"), /^Threshold above 1: sensitivity 0.0 %, specificity 100.0 %$/);
    await tab.page.keyboard.press("ArrowRight");
    const { thresholds } = await asked(tab, { type: "curves", part: "test", classIndex: 0 }, ({ roc }) => ({ thresholds: Array.from(roc.thresholds) }));
    assert.ok((await tab.text("#study-roc + output")).startsWith(`Threshold ${thresholds[1].toFixed(3)}: sensitivity `));
    const wrong = await shown(() => tab.page.keyboard.press("Enter"));
    assert.deepEqual(wrong, of(({ label }, place) => (label === 0) !== (rowOf(told, place)[0] >= thresholds[1])));
  });

  await t.test("the report has the same areas with the same intervals", async () => {
    const { evaluation } = JSON.parse(String(await tab.download("[data-report=json]")));
    const { auc } = await asked(tab, { type: "curves", part: "test", classIndex: 1 }, ({ roc: { auc } }) => ({ auc }));
    assert.ok(auc.interval.low < auc.value && auc.value < auc.interval.high, JSON.stringify(auc));
    assert.deepEqual([evaluation.test.curves[1].roc.auc.value, evaluation.test.curves[1].roc.auc.interval], [auc.value, auc.interval]);
  });

  await t.test("a threshold is chosen on validation and read on the test part", async () => {
    const validation = await study(tab, "validation");
    await tab.page.selectOption("#study-class", "1");
    await tab.set({ "study-rule": "specificity", "study-least": 90 });
    await tab.page.click("#study-choose");
    await tab.page.locator("#study-at-threshold tbody tr").first().waitFor();
    const { threshold } = await asked(tab, { type: "at-threshold", classIndex: 1, rule: { specificity: 0.9 } }, ({ threshold }) => ({ threshold }));
    assert.ok((await tab.text("#study-threshold-note")).startsWith(`Threshold ${threshold.toFixed(3)}, chosen on ${validation.pictures.length} validation pictures`));
    const counts = (told) => {
      const called = told.pictures.map((_, place) => rowOf(told, place)[1] >= threshold);
      const count = (is, so) => told.pictures.filter(({ label }, place) => (label === 1) === is && called[place] === so).length;
      return { found: count(true, true), missed: count(true, false), alarms: count(false, true), others: count(false, false) };
    };
    const [onValidation, onTest] = [counts(validation), counts(told)];
    assert.ok(onValidation.others / (onValidation.others + onValidation.alarms) >= 0.9, JSON.stringify(onValidation));
    const rows = Object.fromEntries((await tab.rows("#study-at-threshold")).map(([name, ...cells]) => [name, cells]));
    assert.deepEqual([rows["Found"], rows["Missed"], rows["False alarms"], rows["Rightly not called so"]],
      ["found", "missed", "alarms", "others"].map((key) => [String(onValidation[key]), String(onTest[key])]));
    near(rows["Sensitivity"][1], onTest.found / (onTest.found + onTest.missed), "sensitivity on the test part");
  });

  await t.test("a temperature is fitted on validation, and can be taken back", async () => {
    const before = [await scoreCell(tab, "log-loss"), await tab.text("#study-calibration"), await scoreCell(tab, "accuracy")];
    await tab.page.click("#study-fit");
    await tab.page.locator("#study-temperature").filter({ hasText: "The temperature is" }).waitFor();
    const [, temperature, was, is] = (await tab.text("#study-temperature")).match(/is ([\d.]+): .* was ([\d.]+) and is ([\d.]+)\./).map(Number);
    assert.ok(is <= was + 0.0005 && Math.abs(temperature - 1) > 0.001, `${temperature}: ${was} to ${is}`);
    const warm = await study(tab, "test");
    near(await scoreCell(tab, "log-loss"), recomputed(warm)["log-loss"], "log loss with the temperature");
    assert.deepEqual(warm.pictures.map(({ said }) => said), told.pictures.map(({ said }) => said), "it changes no answer");
    warm.pictures.forEach((_, place) => {
      const powers = rowOf(told, place).map((value) => value ** (1 / temperature));
      powers.forEach((value, index) => assert.ok(Math.abs(value / sum(powers) - rowOf(warm, place)[index]) < 0.002, `picture ${place}`));
    });
    const compared = await tab.rows("#study-before");
    near(compared[2][1], recomputed(told)["log-loss"], "before");
    near(compared[2][2], recomputed(warm)["log-loss"], "after");
    await tab.page.click("#study-unfit");
    await tab.page.locator("#study-temperature").filter({ hasText: "taken back" }).waitFor();
    assert.deepEqual([await scoreCell(tab, "log-loss"), await tab.text("#study-calibration"), await scoreCell(tab, "accuracy")], before);
  });

  await axe(tab, "#study", "evaluation");

  await t.test("Grad-CAM lies where the class was drawn, and says so", async () => {
    await tab.page.locator("#study-classes .study-link").first().click();
    for (const corner of Object.keys(CORNERS)) {
      await tab.page.locator(`#gallery .gallery-tile[data-path*="/${corner} "].right`).first().click();
      if (corner === "upper left") {
        await tab.page.focus("#gallery-cam");
        await tab.page.keyboard.press("Space");
      }
      assert.ok(await tab.page.isChecked("#gallery-cam"), "it stays for the pictures that follow");
      await tab.page.locator("#gallery-words").filter({ hasText: "What speaks for" }).waitFor();
      assert.match(await tab.text("#gallery-words"), new RegExp(`What speaks for .*: (All|Mostly) in the ${corner}, on \\d+\\.\\d % of the picture\\.$`));
    }
    const map = await tab.page.locator(".gallery-frame canvas").last().evaluate((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const half = (left, top) => { let total = 0; for (let y = 0; y < canvas.height; y++) for (let x = 0; x < canvas.width; x++) if ((x < canvas.width / 2) === left && (y < canvas.height / 2) === top) total += data[4 * (y * canvas.width + x) + 3]; return total; };
      return { there: half(false, false), elsewhere: half(true, true) + half(true, false) + half(false, true) };
    });
    assert.ok(map.there > map.elsewhere, `the drawn map: ${JSON.stringify(map)}`);
    await tab.page.fill("#gallery-opacity", "20");
    assert.equal(await tab.page.locator(".gallery-frame canvas").last().evaluate((canvas) => canvas.style.opacity), "0.2");
    await tab.page.selectOption("#gallery-class", { label: "green" });
    await tab.page.locator("#gallery-words").filter({ hasText: /for green:/ }).waitFor();
    await axe(tab, "#gallery", "gallery");
    await tab.page.click("#gallery-close");
  });

  await t.test("a folder is predicted, sorted, and saved without a formula", async () => {
    const pictures = squares(2, 5);
    const names = Object.keys(pictures);
    const root = folder(t, { "=1+1.png": pictures[names[0]], "deep/er/second.png": pictures[names[2]], "deep/broken.png": "no picture", "notes.txt": "x" }, "new");
    await tab.page.click("#predict-folder > summary");
    await tab.page.setInputFiles("#predict-folder-input", root);
    await tab.page.locator("#predict-folder-note").filter({ hasText: "could not be read" }).waitFor();
    const rows = await tab.rows("#predicted");
    assert.deepEqual(rows.map(([path]) => path.replace(/^.*new\//, "")).sort(), ["=1+1.png", "deep/broken.png", "deep/er/second.png"].sort());
    const alone = await tab.predict(join(root, "deep/er/second.png"));
    const [name, probability] = alone["second.png"][0];
    const second = rows.find(([path]) => path.endsWith("second.png"));
    assert.equal(second[1], name);
    near(second[2], probability, "the probability in the table");
    const csv = String(await tab.download("#predict-folder-csv")).replace(/^\uFEFF/, "").trim().split("\r\n");
    assert.match(csv[0], /^file,said,probability,.*,distance,warning$/);
    assert.equal(csv.length, 4);
    assert.ok(csv.every((line) => !/^[=+@-]/.test(line)), csv.join("\n"));
    await axe(tab, "#predict-folder", "a predicted folder");
    await tab.page.focus("#predicted [data-column=probability] button");
    await tab.page.keyboard.press("Enter");
    assert.equal(await tab.page.getAttribute("#predicted th[data-column=probability]", "aria-sort"), "descending");
    const sorted = (await tab.rows("#predicted")).map(([, , cell]) => numberIn(cell)).filter((value) => !Number.isNaN(value));
    assert.deepEqual(sorted, sorted.toSorted((a, b) => b - a));
  });

  await t.test("a picture is excluded in the gallery and taken in again, by keyboard, and the counts follow", async () => {
    const inTest = async () => Object.fromEntries((await tab.rows("#class-table")).map((row) => [row[0], row[3]]));
    assert.deepEqual(await inTest(), { [EVIL]: "12", green: "15", violet: "0" });
    await tab.page.locator("#study-classes .study-link").nth(1).click();
    await tab.page.locator("#gallery .gallery-tile").first().click();
    const path = await tab.text("#gallery-path");
    assert.ok(await tab.page.isHidden("#gallery-restore"));
    await tab.page.focus("#gallery-exclude");
    await tab.page.keyboard.press("Enter");
    await tab.page.locator("#gallery-decided").filter({ hasText: /^It is excluded; the numbers here are still those with it\. Fit again to train without it\.$/ }).waitFor();
    assert.deepEqual(await inTest(), { [EVIL]: "12", green: "14", violet: "0" });
    assert.ok(await tab.page.isHidden("#gallery-exclude"));
    assert.match(await tab.text("#study-note"), /The pictures were changed since then: these numbers are of before\./);
    const excluded = await asked(tab, { type: "care" }, ({ pictures: { paths, excluded } }) => paths.filter((_, id) => excluded[id] === 1));
    assert.deepEqual(excluded, [path]);
    await tab.page.focus("#gallery-restore");
    await tab.page.keyboard.press("Enter");
    await tab.page.locator("#gallery-decided:empty").waitFor({ state: "attached" });
    assert.deepEqual(await inTest(), { [EVIL]: "12", green: "15", violet: "0" });
    assert.ok(await tab.page.isVisible("#gallery-exclude") && await tab.page.isHidden("#gallery-restore"));
    await tab.page.click("#gallery-close");
  });

  await t.test("two networks are compared, by keyboard, and every cell is what the trainer worker says", async () => {
    await tab.set({ epochs: 2, seed: 7, "learning-rate": 0.001 });
    await tab.fit();
    await tab.page.locator("#study-compare").waitFor();
    await tab.page.focus("#study-compare");
    await tab.page.keyboard.press("Enter");
    await tab.page.locator("#study-mcnemar").waitFor();
    const run = await tab.page.inputValue("#study-run");
    const { first, second, difference, mcnemar, images, ...counts } = await asked(tab, { type: "compare", run, part: "test" }, (told) => told);
    assert.equal(images, 27);
    near(await scoreCell(tab, "accuracy"), first.accuracy.value, "the network in memory");
    assert.ok(Math.abs(second.accuracy.value - expected.accuracy) < 1e-9, "the other one is that of before");
    const percent = (share) => `${(100 * share).toFixed(1)} %`;
    const cells = ({ value, interval }) => [percent(value), `${percent(interval.low)} to ${percent(interval.high)}`];
    assert.deepEqual(await tab.rows("#study-difference"), [["This network", ...cells(first.accuracy)], ["My own layers", ...cells(second.accuracy)], ["Difference", ...cells(difference)]]);
    assert.ok(Math.abs(difference.value - (first.accuracy.value - second.accuracy.value)) < 1e-9);
    const { both, onlyFirst, onlySecond, neither } = counts;
    assert.deepEqual(await tab.rows("#study-agreement"), [["This one right", String(both), String(onlyFirst)], ["This one wrong", String(onlySecond), String(neither)]]);
    assert.deepEqual([both + onlyFirst + onlySecond + neither, both + onlySecond], [27, Math.round(27 * expected.accuracy)]);
    assert.deepEqual([mcnemar.b, mcnemar.c], [onlyFirst, onlySecond]);
    const p = mcnemar.p < 0.001 ? mcnemar.p.toExponential(1) : mcnemar.p.toFixed(3);
    assert.equal(await tab.text("#study-mcnemar"), `McNemar's test: ${onlyFirst} pictures only this network called right, ${onlySecond} only the other one, of 27; p = ${p}.`);
    await axe(tab, "#study", "a comparison");
  });
});

test("a cell of a table can be no formula, and every text comes back", () => {
  assert.equal(csvOf([["=1", "+a", "-5", "-cmd", "@x", "\tx", 'a "b", c', "plain"]]), "\"'=1\",\"'+a\",-5,\"'-cmd\",\"'@x\",\"'\tx\",\"a \"\"b\"\", c\",plain\r\n");
});
