/** The lesson, as a person takes it: each step is done with the page's own controls, and the lesson notices. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 6 * 60_000 };
const STEPS = 12;

/** What the lesson shows. */
const shown = ({ page }) => page.evaluate(() => {
  const text = (id) => document.getElementById(id).textContent;
  const mark = document.querySelector(".lesson-mark");
  const { outlineStyle, outlineWidth } = mark ? getComputedStyle(mark) : {};
  return {
    count: text("lesson-count"), title: text("lesson-title"), todo: text("lesson-todo"), told: text("lesson-told"),
    needs: [...document.querySelectorAll("#lesson-needs li")].map((line) => line.textContent),
    done: document.getElementById("lesson-next").textContent === "Next",
    marks: document.querySelectorAll(".lesson-mark").length,
    mark: mark && (mark.id || mark.closest("details")?.querySelector("[id]").id),
    outlined: outlineStyle === "dashed" && Number.parseFloat(outlineWidth) >= 2,
  };
});

/** Waits until the step is done, and returns what the lesson says then. */
async function noticed(tab, seconds = 60) {
  await tab.page.waitForFunction(() => document.getElementById("lesson-told").textContent !== "", null, { timeout: seconds * 1000, polling: 50 });
  const now = await shown(tab);
  assert.ok(now.done, `${now.title}: ${now.told}`);
  assert.deepEqual(now.needs, []);
  return now.told;
}

/** The step is shown with its control marked, and is not done yet. */
async function asked(tab, number, title) {
  await tab.page.waitForFunction((title) => document.getElementById("lesson-title").textContent === title, title);
  const now = await shown(tab);
  assert.equal(now.count, `step ${number} of ${STEPS}`);
  assert.equal(now.title, title);
  assert.equal(now.marks, 1, `${title}: one control is marked`);
  assert.ok(now.outlined, `${title}: the mark is an outline`);
  assert.deepEqual([now.done, now.told], [false, ""], `${title} is not done before the person has done it`);
  return now;
}

/** All that a person can set, and which parts are open: what the lesson must leave alone. */
const settings = ({ page }) => page.evaluate(() => [
  ...[...document.querySelectorAll("main :is(input, select, textarea)")].map((field) => [field.id, field.checked ?? "", field.value]),
  ...[...document.querySelectorAll("main details")].map((part, i) => [`part ${i}`, part.open]),
]);

const next = (tab) => tab.page.click("#lesson-next");
const openPart = (tab, inside) => tab.page.locator(`details:has(${inside}) > summary`).first().click();
const fit = async (tab) => {
  await tab.page.click("#fit");
  await tab.reach(["training"]);
  await tab.reach(["done"], 120);
};
const number = (sentence, before) => Number(new RegExp(`${before} ([\\d.]+)`).exec(sentence)[1]);

test("a person goes through the whole lesson, and each step is noticed with the numbers of the run", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "lesson" });
  await tab.set({ device: "cpu" });
  assert.ok(!tab.server.requests.some((path) => path.startsWith("/js/page/lesson/")), "it is loaded when it is taken");
  await tab.page.click("#take-lesson");

  let now = await asked(tab, 1, "Pictures with names");
  assert.deepEqual(now.needs, ["“Resize to” is 64 × 64 and should be 32 × 32."]);
  assert.equal(now.mark, "image-size");
  await tab.page.selectOption("#image-size", "32");
  await tab.page.waitForFunction(() => document.querySelector(".lesson-mark")?.id === "sample-button");
  await tab.page.click("#sample-button");
  assert.equal(await noticed(tab), "You have 360 pictures to learn from and 90 for the final test, of 3 classes: circle, square and triangle.");
  await tab.screenshot("lesson-pictures");

  await next(tab);
  now = await asked(tab, 2, "Three parts, and why");
  assert.deepEqual(now.needs, ["“validation_split” is 0.1 and should be 0.2."]);
  await openPart(tab, "#validation-split");
  await tab.page.waitForFunction(() => document.querySelector(".lesson-mark")?.id === "validation-split");
  await tab.page.fill("#validation-split", "0.2");
  assert.match(await noticed(tab), /^Of your 360 training pictures, 72 will be held out .* the other 288\.$/);

  await next(tab);
  await asked(tab, 3, "The network and its parameters");
  const counted = async (preset) => {
    await tab.page.selectOption("#preset", preset);
    await tab.page.waitForFunction((preset) => JSON.parse(JSON.stringify(history.state)).lesson.parameters[preset], preset);
  };
  await counted("bench");
  await tab.page.selectOption("#preset", "small");
  const summary = /Total params: ([\d,]+)/.exec(await tab.page.textContent("#summary"));
  assert.ok((await noticed(tab)).includes("“Small and fast” has "), String(summary));

  await next(tab);
  await asked(tab, 4, "How it learns: compile");
  assert.match(await tab.text("#lesson-text"), /ln\(3\), about 1\.099/);
  await openPart(tab, "#optimizer");
  await openPart(tab, "#loss");
  assert.match(await noticed(tab), /optimizer Adam with a learning rate of 0\.001/);

  await next(tab);
  await asked(tab, 5, "Training: fit");
  await fit(tab);
  let told = await noticed(tab);
  const tiles = await Promise.all(["#tile-accuracy", "#tile-val-accuracy", "#tile-loss", "#tile-val-loss"].map((id) => tab.text(id)));
  assert.ok(told.startsWith(`After 10 epochs ${tiles[0]} of the training pictures and ${tiles[1]} of the validation`), told);
  assert.ok(told.includes(`with losses of ${tiles[2]} and ${tiles[3]}. Guessing would be right for 33.3 %, with a loss of 1.099.`), told);
  await tab.screenshot("lesson-fit");

  await next(tab);
  await asked(tab, 6, "Reading the curves");
  await openPart(tab, "#history-table");
  told = await noticed(tab);
  const history = await tab.history();
  assert.ok(told.includes(`the training loss went from ${history[0].loss.toFixed(3)} to ${history.at(-1).loss.toFixed(3)}`), told);

  await next(tab);
  now = await asked(tab, 7, "Too little learnt: underfitting");
  assert.deepEqual(now.needs, ["“Learning rate” is 0.001 and should be 0.00001."]);
  await tab.page.fill("#learning-rate", "0.00001");
  await fit(tab);
  told = await noticed(tab);
  assert.ok(number(told, "the training loss is") > 1, `it has hardly learnt: ${told}`);
  assert.match(told, /Before, it was [\d.]+ % and [\d.]+ %\.$/);

  await next(tab);
  now = await asked(tab, 8, "Learnt by heart: overfitting");
  assert.equal(now.needs.length, 4);
  await tab.set({ "learning-rate": 0.001, epochs: 30, "batch-size": 4, "validation-split": 0.9 });
  await fit(tab);
  told = await noticed(tab);
  assert.match(told, /The gap between the two is overfitting\.$/);
  assert.ok(number(told, "correctly, and") < 80 && number(told, "The network names") > 95, told);
  await tab.screenshot("lesson-overfitting");

  await next(tab);
  now = await asked(tab, 9, "Against it: stop in time");
  assert.deepEqual(now.needs, ["“EarlyStopping” is not ticked and should be.", "“patience” is 5 and should be 10."]);
  await tab.set({ "early-stopping": true, "early-stopping-patience": 10 });
  await fit(tab);
  assert.match(await noticed(tab), /^The run ended after \d+ of 30 epochs\./);

  await next(tab);
  now = await asked(tab, 10, "Against it: more variety");
  assert.equal(now.needs[3], "“EarlyStopping” is ticked and should not be.");
  await tab.set({ "early-stopping": false, "augment-width-shift": "0.2", "augment-height-shift": "0.2", "augment-flip": true });
  await fit(tab);
  assert.match(await noticed(tab), /^With changed pictures .* Without, it was /);

  await next(tab);
  await asked(tab, 11, "The final test");
  await tab.set({ "validation-split": 0.2, epochs: 10 });
  await fit(tab);
  told = await noticed(tab);
  assert.ok(told.startsWith(`Of the test pictures the network names ${await tab.text("#test-accuracy")} correctly.`), told);
  await tab.screenshot("lesson-test");

  await next(tab);
  await asked(tab, 12, "The same in Keras");
  assert.ok(await tab.page.isHidden("#lesson-next"));
  await tab.page.click("#copy-keras");
  await tab.page.waitForFunction(() => document.getElementById("lesson-told").textContent !== "");
  const lines = (await tab.page.inputValue("#keras-code")).split("\n").length;
  assert.ok((await tab.text("#lesson-told")).startsWith(`These ${lines} lines do in Keras`));

  const before = await settings(tab);
  await tab.page.click("#lesson-end");
  assert.ok(await tab.page.isHidden("#lesson"));
  assert.equal(await tab.page.locator(".lesson-mark").count(), 0);
  assert.deepEqual(await settings(tab), before, "the page is as the person left it");
  assert.equal(await tab.page.evaluate(() => document.activeElement.id), "take-lesson");
});

test("by keyboard through all steps and back: every step marks a control, and nothing is set or pressed", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "lesson-keyboard" });
  const { keyboard } = tab.page;
  const before = await settings(tab);
  const focused = () => tab.page.evaluate(() => document.activeElement.id);
  await tab.page.focus("#take-lesson");
  await keyboard.press("Enter");
  await tab.page.waitForFunction(() => document.activeElement.id === "lesson-title");
  for (const id of ["lesson-show", "lesson-next"]) { // Back is disabled in the first step
    await keyboard.press("Tab");
    assert.equal(await focused(), id);
  }
  const titles = [];
  for (let i = 1; i <= STEPS; i++) {
    await tab.page.waitForFunction((count) => document.getElementById("lesson-count").textContent === count, `step ${i} of ${STEPS}`);
    const now = await tab.page.waitForFunction(() => document.querySelectorAll(".lesson-mark").length === 1).then(() => shown(tab));
    assert.ok(now.title && now.todo && now.outlined, now.count);
    assert.ok(!now.done, `${now.title} cannot be done before there are pictures`);
    titles.push(now.title);
    if (i < STEPS) await keyboard.press("Enter");
  }
  assert.equal(new Set(titles).size, STEPS);
  assert.equal(await focused(), "lesson-end", "where Next is gone, the focus does not get lost");
  await keyboard.press("Shift+Tab");
  assert.equal(await focused(), "lesson-back");
  for (let i = STEPS - 1; i >= 1; i--) {
    await keyboard.press("Enter");
    await tab.page.waitForFunction((count) => document.getElementById("lesson-count").textContent === count, `step ${i} of ${STEPS}`);
  }
  assert.equal(await focused(), "lesson-next");
  await keyboard.press("Shift+Tab");
  await keyboard.press("Enter"); // Show me
  assert.equal(await focused(), "image-size");
  assert.deepEqual(await settings(tab), before);
  assert.equal(await tab.state(), "idle");
});

test("a run with other settings is named, a reload keeps the place, and with nothing kept there is none", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "lesson-place" });
  await tab.set({ device: "cpu", "image-size": 32 });
  await tab.page.click("#take-lesson");
  await tab.page.click("#sample-button");
  await noticed(tab);
  for (let i = 0; i < 4; i++) await next(tab);
  await tab.set({ epochs: 1, "validation-split": 0.2 });
  await fit(tab);
  await tab.page.waitForFunction(() => document.getElementById("lesson-told").textContent !== "");
  const now = await shown(tab);
  assert.equal(now.told, "The run that has ended is not the one of this step, which needs another value of: Epochs.");
  assert.deepEqual(now.needs, ["“Epochs” is 1 and should be 10."]);
  assert.ok(!now.done);

  await tab.page.evaluate(async () => ((await import("/js/page/state/state.js")).page.saved = true)); // so that leaving does not ask
  await tab.reload();
  await tab.page.waitForFunction(() => document.getElementById("lesson-count").textContent === "step 5 of 12");
  assert.match((await shown(tab)).needs[0], /^The drawn shapes are not loaded/);
  await tab.set({ "keep-nothing": true });
  await tab.page.click("#dialog-yes");
  await tab.page.waitForFunction(() => history.state?.lesson === null);
  await tab.reload();
  assert.ok(await tab.page.isHidden("#lesson"));
});
