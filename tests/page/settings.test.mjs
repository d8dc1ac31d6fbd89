/** The form has every option of compile and fit, and the wasm accepts what it sends. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };
const PLAIN = { device: "cpu", layers: TINY_LAYERS(3), epochs: 1, "batch-size": 8, "validation-split": 0.25 };
const CALLBACKS = ["early-stopping", "reduce-lr", "lr-scheduler", "checkpoint", "csv-logger", "tensorboard", "terminate-on-nan"];

/** Each choice shows other fields. */
const CHOICES = [
  { optimizer: "adam", amsgrad: true, clipping: "clipnorm", "weight-decay": 0.001 },
  { optimizer: "adamw", schedule: "ExponentialDecay", staircase: true, clipping: "clipvalue" },
  { optimizer: "sgd", momentum: 0.9, nesterov: true, schedule: "CosineDecay", "warmup-target": 0.01, "warmup-steps": 2 },
  { optimizer: "rmsprop", centered: true, schedule: "PiecewiseConstantDecay", boundaries: "1, 2", "boundary-values": "0.01 0.005 0.001" },
  { loss: "CategoricalCrossentropy", "label-smoothing": 0.1, "class-weight": "balanced" },
  { loss: "SparseCategoricalCrossentropy", "class-weight": "own", "class-weight-0": 2 },
  { loss: "CategoricalFocalCrossentropy", "focal-alpha": 0.5, "focal-gamma": 1, split: "last", shuffle: false },
  { "initial-epoch": 1, epochs: 3, "steps-per-epoch": 2, "validation-freq": 2, "validation-batch-size": 4 },
  { "augment-flip": true, "augment-flip-vertical": true, "augment-rotation": 10, "augment-width-shift": 0.1,
    "augment-height-shift": 0.1, "augment-zoom": 0.1, "augment-brightness": 0.1 },
];

async function open(t, log) {
  const tab = await openPage(t, { log });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set(PLAIN);
  return tab;
}

test("every choice of optimizer, schedule, loss, weights, batches and augmentation is understood", TIMEOUT, async (t) => {
  const tab = await open(t, "settings choices");
  for (const choice of CHOICES) {
    await t.test(JSON.stringify(choice), async () => {
      await tab.page.evaluate(() => document.querySelector("#run-form").reset());
      await tab.set({ ...PLAIN, ...choice });
      await tab.fit();
      assert.equal(await tab.text("#error"), "");
      const epochs = (choice.epochs ?? 1) - (choice["initial-epoch"] ?? 0);
      assert.equal((await tab.history()).length, epochs);
    });
  }
});

test("all callbacks and metrics together are understood, and any metric can be watched and drawn", TIMEOUT, async (t) => {
  const tab = await open(t, "settings callbacks");
  const metrics = ["metric-top-k", "metric-precision", "metric-recall", "metric-f1", "metric-auc"];
  await tab.set(Object.fromEntries([...metrics, ...CALLBACKS].map((id) => [id, true])));
  await tab.set({ "lr-scheduler": false, "early-stopping-monitor": "val_f1_score", "checkpoint-monitor": "recall", epochs: 2 });
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
