/** Learning rate and dropout, changed while a network trains. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes, SLOW } from "./fixtures.mjs";
import { asRealGpu, openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };
const EPOCHS = 6;
const SETTINGS = {
  device: "cpu",
  layers: [...TINY_LAYERS(3).slice(0, -1), { type: "Dropout", rate: 0.2 }, ...TINY_LAYERS(3).slice(-1)],
  epochs: EPOCHS,
  "batch-size": 5,
  "validation-split": 0.25,
};

async function open(t, log, more = {}, before = undefined) {
  const tab = await openPage(t, { log, before });
  const pictures = folder(t, shapes({ each: 8 }));
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  await tab.set({ ...SETTINGS, ...more });
  return { tab, pictures };
}

/** Starts a run, and changes it where it waits after its second epoch. */
async function steered(tab) {
  await tab.holdAt(2);
  await tab.start(2);
  await tab.page.locator("#steer").evaluate((group) => (group.open = true)); // it stays open from run to run
  await tab.page.fill("#steer-rate", "0.0001");
  await tab.page.fill("#steer-dropout", "0.5");
  await tab.page.click("#steer-apply");
  await tab.page.locator("#steer-note").filter({ hasText: "from the next step on" }).waitFor();
}

/** Goes on from where the run waits, up to this epoch. */
async function goOnTo(tab, epoch) {
  await tab.holdAt(epoch);
  await tab.send({ type: "resume" });
}

test("what is changed is marked on the curves and told in words, in the history and in the Keras code", TIMEOUT, async (t) => {
  const { tab } = await open(t, "steer");
  assert.ok(await tab.page.isHidden("#steer"), "nothing can be changed before the run");
  await steered(tab);
  assert.match(await tab.text("#steer-now"), /The learning rate is 0\.001 now\. Dropout: dropout 0\.2\./);
  await tab.screenshot("steer-asked");
  await goOnTo(tab, 4);
  await tab.page.locator("#steer-now").filter({ hasText: "The learning rate is 0.0001 now. Dropout: dropout 0.5." }).waitFor();
  assert.equal(await tab.page.inputValue("#steer-rate"), "");
  await goOnTo(tab, Infinity);
  await tab.reach(["done"], 60);
  assert.ok(await tab.page.isHidden("#steer"));

  const expected = [
    "Before epoch 3: the learning rate was changed from 0.001 to 0.0001.",
    "Before epoch 3: the dropout of layer dropout was changed from 0.2 to 0.5.",
  ];
  assert.deepEqual(await tab.page.locator("#notes li").allTextContents(), expected);
  for (const chart of ["#loss-chart", "#accuracy-chart"]) {
    const label = await tab.page.getAttribute(chart, "aria-label");
    assert.match(label, /Changed while it trained: rate 0\.0001, dropout 0\.5 in epoch 3\./);
  }
  await tab.page.focus("#loss-chart");
  for (const key of ["Home", "ArrowRight", "ArrowRight"]) await tab.page.press("#loss-chart", key);
  assert.match(await tab.text("#loss-values"), /^Epoch 3: .*; changed before: rate 0\.0001, dropout 0\.5$/);
  await tab.screenshot("steer-marks");

  const history = await tab.exactHistory();
  assert.deepEqual(history.learning_rate, [0.001, 0.001, 0.0001, 0.0001, 0.0001, 0.0001]);
  assert.deepEqual(history.changes, [
    { epoch: 3, step: 0, what: "learningRate", layer: null, from: 0.001, to: 0.0001 },
    { epoch: 3, step: 0, what: "dropout", layer: "dropout", from: 0.2, to: 0.5 },
  ]);
  await tab.page.click("#copy-keras");
  await tab.page.locator("#keras-note").filter({ hasText: "It also makes the changes of the run that is shown." }).waitFor();
  const code = await tab.page.inputValue("#keras-code");
  assert.ok(code.includes('        (2, 0, None, 0.0001),\n        (2, 0, "dropout", 0.5),\n'), code);

  await tab.page.click("#runs-details > summary");
  await tab.page.locator("#runs-settings tr", { hasText: "Changed while it trained" }).filter({ hasText: "rate 0.0001 from epoch 3, step 1, dropout 0.5 from epoch 3, step 1" }).waitFor();
  assert.match(await tab.page.getAttribute("#runs-chart", "aria-label"), /Changed while it trained: A rate 0\.0001, dropout 0\.5 in epoch 3\./);

  await tab.set({ epochs: 1 });
  await tab.fit();
  assert.ok(await tab.page.isHidden("#notes"), "the next run was not changed");
  assert.equal((await tab.exactHistory()).changes, undefined);
});

/** @param {"cpu" | "webgpu"} device */
async function brokenOff(t, device) {
  const { tab, pictures } = await open(t, `steer-resume-${device}`, { device }, device === "webgpu" ? asRealGpu : undefined);
  await steered(tab);
  await goOnTo(tab, Infinity);
  await tab.reach(["done"], 60);
  const whole = await tab.exactHistory();
  assert.equal(whole.changes.length, 2);

  await steered(tab);
  await goOnTo(tab, 4);
  await tab.page.locator("#history-table tbody tr").nth(3).waitFor({ state: "attached", timeout: 60_000 });
  await tab.reload();
  await tab.pick(pictures);
  await tab.page.click("#resume");
  await tab.reach(["training", "done"]);
  await tab.reach(["done"], 60);
  assert.deepEqual(await tab.exactHistory(), whole);
  assert.equal(await tab.page.locator("#notes li").count(), 2);
}

test("a run that was changed, broken off and resumed ends as one that was not broken off", TIMEOUT, (t) => brokenOff(t, "cpu"));

test("so does one on WebGPU", { ...TIMEOUT, ...SLOW }, (t) => brokenOff(t, "webgpu"));

test("a change that is asked for and stopped before the next step is that of the resumed run", TIMEOUT, async (t) => {
  const { tab } = await open(t, "steer-stop");
  await steered(tab);
  await tab.page.click("#stop");
  await tab.reach(["done"], 60);
  await tab.holdAt(Infinity);
  await tab.resume();
  await tab.reach(["done"], 60);
  assert.deepEqual((await tab.exactHistory()).learning_rate.slice(1), [0.001, 0.0001, 0.0001, 0.0001, 0.0001]);
});

test("what cannot be changed is refused beside its field", TIMEOUT, async (t) => {
  const { tab } = await open(t, "steer-refused", { schedule: "CosineDecay" });
  await tab.holdAt(1);
  await tab.start(1);
  await tab.page.locator("#steer").evaluate((group) => (group.open = true)); // it stays open from run to run
  assert.ok(await tab.page.isDisabled("#steer-rate"));
  assert.match(await tab.text("#steer-now"), /follows a schedule/);
  await tab.page.click("#steer-apply");
  assert.match(await tab.error(), /Write a new learning rate or a new dropout first/);
  await tab.page.fill("#steer-dropout", "1");
  await tab.page.press("#steer-dropout", "Enter");
  await tab.page.locator("#error").filter({ hasText: "dropout must be from 0 to below 1, not 1" }).waitFor();
  assert.equal(await tab.page.getAttribute("#steer-dropout", "aria-invalid"), "true");
  const refused = await tab.send({ type: "steer", change: { learningRate: 0.1 } });
  assert.match(refused.message, /is a schedule/);
  await tab.page.click("#stop");
  await tab.reach(["done"], 60);
  assert.match((await tab.send({ type: "steer", change: { dropout: 0.1 } })).message, /No run goes on/);
});
