/** The form has every option of compile and fit, and each of them has its effect. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, LONG, shapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };
const PLAIN = { device: "cpu", layers: TINY_LAYERS(3), epochs: 2, "batch-size": 8, "validation-split": 0.25 };
const CALLBACKS = ["early-stopping", "reduce-lr", "lr-scheduler", "checkpoint", "csv-logger", "tensorboard", "terminate-on-nan"];

/** Settings, and what is then changed of them; the change must show in a number of the run. */
const adam = { optimizer: "adam", epochs: 3 };
const sgd = { optimizer: "sgd", "learning-rate": 0.05 };
const rmsprop = { optimizer: "rmsprop" };
const momentum = { ...sgd, momentum: 0.9 };
const exponential = { schedule: "ExponentialDecay", "decay-steps": 2, "decay-rate": 0.5 };
const cosine = { schedule: "CosineDecay", "decay-steps": 3 };
const piecewise = { schedule: "PiecewiseConstantDecay", boundaries: "1, 2", "boundary-values": "0.01 0.005 0.001" };
const focal = { loss: "CategoricalFocalCrossentropy" };
const own = { "class-weight": "own", "class-weight-0": 2 };
const stopping = { "early-stopping": true, "early-stopping-monitor": "loss", "early-stopping-min-delta": 100, "early-stopping-patience": 1, epochs: 4 };
const reducing = { "reduce-lr": true, "reduce-lr-monitor": "loss", "reduce-lr-min-delta": 100, "reduce-lr-patience": 1, epochs: 4 };
const zoomedOut = { "augment-zoom": "1.5, 2" };
const CHANGES = [
  [{}, { epochs: 3 }], [{}, { "batch-size": 4 }], [{}, { seed: 2 }], [{}, { "validation-split": 0.5 }], [{}, { split: "last" }],
  [{}, { shuffle: false }], [{ epochs: 3 }, { "initial-epoch": 1 }], [{}, { "steps-per-epoch": 1 }], [{}, { "validation-freq": 2 }],
  [{}, { "learning-rate": 0.01 }], [{}, { "weight-decay": 0.01 }], [{}, { optimizer: "adamw" }], [{}, rmsprop], [{}, sgd],
  [adam, { beta1: 0.5 }], [adam, { beta2: 0.5 }], [adam, { epsilon: 0.1 }], [{ ...adam, beta2: 0.5 }, { amsgrad: true }],
  [sgd, { momentum: 0.9 }], [momentum, { nesterov: true }],
  [rmsprop, { rho: 0.5 }], [rmsprop, { epsilon: 0.1 }], [rmsprop, { centered: true }], [rmsprop, { momentum: 0.5 }],
  [{}, exponential], [exponential, { "decay-rate": 0.9 }], [exponential, { "decay-steps": 5 }], [exponential, { staircase: true }],
  [{}, cosine], [cosine, { "cosine-alpha": 0.5 }], [cosine, { "warmup-target": 0.01, "warmup-steps": 2 }],
  [{}, piecewise], [piecewise, { boundaries: "1, 3" }], [piecewise, { "boundary-values": "0.01 0.002 0.001" }],
  [{}, { clipping: "clipnorm", clip: 0.01 }], [{}, { clipping: "clipvalue", clip: 0.001 }], [{}, { clipping: "globalClipnorm", clip: 0.01 }],
  [{ clipping: "clipvalue", clip: 0.001 }, { clip: 0.0001 }],
  [{}, { "label-smoothing": 0.1 }], [{}, focal], [focal, { "focal-alpha": 0.5 }], [focal, { "focal-gamma": 1 }], [focal, { "label-smoothing": 0.1 }],
  [{}, { "class-weight": "balanced" }], [{}, own], [own, { "class-weight-1": 3 }],
  [{}, { "augment-flip": true }], [{}, { "augment-flip-vertical": true }], [{}, { "augment-rotation": 20 }], [{}, { "augment-width-shift": 0.2 }],
  [{}, { "augment-height-shift": 0.2 }], [{}, { "augment-zoom": 0.3 }], [{}, { "augment-brightness": "0.5, 0.7" }],
  [{}, { "augment-width-shift": "-3, 3" }], [{}, { "augment-height-shift": 3 }], [{}, { "augment-shear": 20 }], [{}, { "augment-zoom": "0.5, 0.8" }],
  [{}, { "augment-channel-shift": 50 }], [zoomedOut, { "augment-fill": "constant" }], [zoomedOut, { "augment-fill": "reflect" }],
  [zoomedOut, { "augment-fill": "wrap" }], [{ ...zoomedOut, "augment-fill": "constant" }, { "augment-cval": 200 }],
  [{}, { "augment-contrast": 0.5 }], [{}, { "augment-erasing": 1 }], [{ "augment-erasing": 1 }, { "augment-erasing-value": "0, 0, 255" }],
  [{ "augment-erasing": 1 }, { "augment-erasing-scale": 0.5 }], [{}, { "featurewise-center": true }], [{}, { "featurewise-std": true }],
  [{}, { "samplewise-center": true }], [{}, { "samplewise-std": true }],
  [{ epochs: 4 }, stopping], [stopping, { "early-stopping-patience": 2 }], [stopping, { "early-stopping-min-delta": 0 }],
  [stopping, { "early-stopping-start": 2 }], [{ ...stopping, "early-stopping-min-delta": 0 }, { "early-stopping-mode": "max" }],
  [{ ...stopping, "early-stopping-patience": 2 }, { "early-stopping-baseline": 0.001 }],
  [{ epochs: 4 }, reducing], [reducing, { "reduce-lr-factor": 0.5 }], [reducing, { "reduce-lr-patience": 2 }], [reducing, { "reduce-lr-min-delta": 0 }],
  [reducing, { "reduce-lr-cooldown": 2 }], [reducing, { "reduce-lr-min": 0.0009 }], [{ ...reducing, "reduce-lr-min-delta": 0 }, { "reduce-lr-mode": "max" }],
  [{}, { "lr-scheduler": true, "lr-scheduler-rates": "0.01, 0.002" }], [{ epochs: 3, optimizer: "sgd", "learning-rate": 1e30 }, { "terminate-on-nan": true }],
  [{}, { "metric-top-k": true }], [{}, { "metric-precision": true }], [{}, { "metric-recall": true }], [{}, { "metric-f1": true }], [{}, { "metric-auc": true }],
  [{ "metric-top-k": true }, { "top-k": 1 }],
];

/** Changes that say how something is computed, and not what: no number may show them, but for rounding. */
const NO_CHANGES = [{ loss: "SparseCategoricalCrossentropy" }, { "validation-batch-size": 4 }, { "backup-freq": 1 }];

/** Fewer stripes than of the other shapes, so that balanced weights differ. */
const uneven = () => Object.fromEntries(Object.entries(shapes()).filter(([path]) => !/^stripes\/00[0-3]/.test(path)));

async function open(t, log) {
  const tab = await openPage(t, { log });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, uneven()));
  await tab.set(PLAIN);
  return tab;
}

/** The history of a run with these settings; each run is done once. */
function histories(tab) {
  const known = new Map();
  return async (settings) => {
    const key = JSON.stringify(settings);
    if (!known.has(key)) {
      await tab.page.evaluate(() => document.querySelector("#run-form").reset());
      await tab.set({ ...PLAIN, ...settings });
      await tab.fit();
      assert.equal(await tab.text("#error"), "");
      known.set(key, await tab.exactHistory());
    }
    return known.get(key);
  };
}

test(`${LONG ? "every setting" : "one setting in twelve"} of optimizer, schedule, loss, weights, batches, augmentation and callbacks changes a number`, { timeout: 15 * 60_000, only: LONG }, async (t) => {
  const run = histories(await open(t, "settings choices"));
  // The whole list takes five minutes and finds little: scripts/test.sh --long training goes through it.
  for (const [settings, change] of CHANGES.filter((_, i) => LONG || i % 12 === 0)) {
    await t.test(`${JSON.stringify(change)} beside ${JSON.stringify(settings)}`, async () => {
      assert.notDeepEqual(await run({ ...settings, ...change }), await run(settings));
    });
  }
  for (const change of NO_CHANGES) {
    await t.test(`${JSON.stringify(change)} changes nothing but rounding`, async () => {
      const [plain, changed] = [await run({}), await run(change)];
      for (const [name, values] of Object.entries(plain)) {
        values.forEach((value, i) => assert.ok(Math.abs(value - changed[name][i]) < 1e-5 * (1 + value), `${name}: ${value}, ${changed[name][i]}`));
      }
    });
  }
});

test("all callbacks and metrics together are understood, and any metric can be watched and drawn, also that of a class", TIMEOUT, async (t) => {
  const tab = await open(t, "settings callbacks");
  const metrics = ["metric-top-k", "metric-precision", "metric-recall", "metric-f1", "metric-auc"];
  await tab.set(Object.fromEntries([...metrics, ...CALLBACKS].map((id) => [id, true])));
  await tab.set({ "lr-scheduler": false, "early-stopping-monitor": "val_f1_score_stripes", "checkpoint-monitor": "recall", epochs: 2 });
  await tab.fit();
  assert.equal(await tab.text("#error"), "");
  const [, last] = await tab.history();
  for (const name of ["precision", "val_recall", "f1_score", "val_auc", "top_k_categorical_accuracy"]) {
    assert.ok(last[name] >= 0 && last[name] <= 1, `${name}: ${last[name]}`);
  }
  await tab.page.selectOption("#metric-chosen", "auc");
  assert.match(await tab.page.getAttribute("#accuracy-chart", "aria-label"), /^auc by epoch; Epoch 2: training \d/);
});

test("a closed group says what it holds, and an open one only what belongs to its choices", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "settings groups" });
  assert.equal(await tab.page.locator("#settings details[open]").count(), 0, "the first view is simple");
  assert.equal(await tab.text("#optimizer-digest"), "Adam");
  await tab.set({ optimizer: "sgd", momentum: 0.9, schedule: "CosineDecay", "early-stopping": true, "validation-split": 0 });
  assert.equal(await tab.text("#optimizer-digest"), "SGD, CosineDecay, momentum 0.9");
  assert.equal(await tab.text("#callbacks-digest"), "EarlyStopping");
  assert.equal(await tab.text("#data-digest"), "nothing held out, seed 1");
  assert.ok(await tab.page.isHidden("#beta1"));
  assert.ok(await tab.page.isVisible("#nesterov"));
  assert.ok(await tab.page.isHidden("#decay-rate"));
  await tab.page.setViewportSize({ width: 390, height: 844 });
  await tab.set(Object.fromEntries([...CALLBACKS, "metric-top-k"].map((id) => [id, true])));
  await tab.page.locator("#settings details").evaluateAll((groups) => groups.forEach((group) => (group.open = true)));
  const widest = await tab.page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(widest <= 390, `nothing is wider than a phone: ${widest}`);
  const hintless = await tab.page.locator("#settings .fields :is(input, select)").evaluateAll((controls) =>
    controls.filter(({ id, ariaDescribedByElements, labels }) =>
      labels.length === 0 || (!ariaDescribedByElements?.length && !["epochs", "batch-size", "learning-rate"].includes(id)),
    ).map(({ id }) => id),
  );
  assert.deepEqual(hintless, [], "every field has a name and a hint");
});

test("sixteen changed copies of a picture are shown before the run, and differ only where a change is asked for", TIMEOUT, async (t) => {
  const tab = await open(t, "settings copies");
  const copies = async () => {
    await tab.page.evaluate(() => document.querySelector("#show-copies").click());
    await tab.page.waitForFunction(() => document.querySelector("#augment-caption").textContent !== "");
    await tab.page.waitForTimeout(500);
    return tab.page.evaluate(() => {
      const canvas = document.querySelector("#augment-copies");
      const side = canvas.width / 4;
      const tile = (at) => canvas.getContext("2d").getImageData((at % 4) * side, Math.floor(at / 4) * side, side, side).data.join();
      return { hidden: canvas.hidden, side, different: new Set(Array.from({ length: 16 }, (_, at) => tile(at))).size };
    });
  };
  assert.deepEqual(await copies(), { hidden: false, side: 32, different: 1 });
  await tab.set({ "augment-rotation": 30, "augment-erasing": 1 });
  assert.deepEqual(await copies(), { hidden: false, side: 32, different: 16 });
  await tab.set({ "augment-zoom": 3 });
  await tab.page.evaluate(() => document.querySelector("#show-copies").click());
  await tab.page.waitForFunction(() => document.querySelector("#error").textContent.startsWith("zoomRange must be from 0 to 1"));
});
