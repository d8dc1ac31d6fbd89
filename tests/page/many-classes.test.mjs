/** A network of a thousand classes: its names in one line, the best five answers, and mistakes in place of a table. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { openPage } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
const CLASSES = Array.from({ length: 1000 }, (_, i) => `thing ${i}`);

/** A safetensors file of a network whose answer is always the same: thing 7, then thing 6, and so on. */
function network() {
  const layers = [{ type: "GlobalAveragePooling2D" }, { type: "Dense", units: CLASSES.length, activation: "softmax" }];
  const metadata = { model: JSON.stringify({ imageSize: 32, layers }), class_names: JSON.stringify(CLASSES) };
  const kernel = 3 * CLASSES.length * 4;
  const bias = new Float32Array(CLASSES.length).map((_, i) => (i <= 7 ? i : 0));
  const header = Buffer.from(JSON.stringify({
    __metadata__: metadata,
    "dense/kernel": { dtype: "F32", shape: [3, CLASSES.length], data_offsets: [0, kernel] },
    "dense/bias": { dtype: "F32", shape: [CLASSES.length], data_offsets: [kernel, kernel + bias.byteLength] },
  }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(kernel), Buffer.from(bias.buffer)]);
}

test("a thousand names are one line, and a prediction shows the best five", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "many-classes" });
  const files = folder(t, { "net.safetensors": network(), "one.png": Object.values(shapes({ each: 1 }))[0] });
  await tab.page.setInputFiles("#open-model", join(files, "net.safetensors"));
  await tab.page.locator("#model-info").filter({ hasText: "1,000 classes" }).waitFor({ timeout: 30_000 });
  assert.match(await tab.text("#model-info"), /apart \(thing 0, thing 1, thing 2, thing 3, thing 4 and 995 others\) in pictures/);
  const answers = (await tab.predict(join(files, "one.png")))["one.png"];
  assert.deepEqual(answers.map(([name]) => name), ["thing 7", "thing 6", "thing 5", "thing 4", "thing 3"]);
  assert.equal(await tab.text(".prediction-rest"), "and 995 other classes");
  await tab.pick(folder(t, shapes()));
  await tab.page.click("#train-on");
  assert.match(await tab.text("#head-note"), /\(thing 0, thing 1, thing 2, thing 3, thing 4 and 995 others\)/);
});

test("of many classes the most frequent mistakes are listed, and of few the whole table", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "many-mistakes" });
  const show = (classes, mistakes) => tab.page.evaluate(async ({ classes, mistakes }) => {
    const { showConfusion } = await import("/js/page/result/confusion.js");
    const classNames = Array.from({ length: classes }, (_, i) => `c${i}`);
    const confusionMatrix = classNames.map((_, truth) => classNames.map((_, said) => (truth === said ? 9 : 0)));
    for (const [truth, said, value] of mistakes) confusionMatrix[truth][said] = value;
    document.querySelector("#evaluation").hidden = false;
    showConfusion(document.querySelector("#confusion"), { classNames, confusionMatrix });
  }, { classes, mistakes });
  await show(100, [[3, 4, 2], [50, 1, 7], [99, 0, 1]]);
  assert.deepEqual(await tab.rows("#confusion"), [["c50", "c1", "7"], ["c3", "c4", "2"], ["c99", "c0", "1"]]);
  assert.match(await tab.text("#confusion-hint"), /The most frequent mistakes: a table of all 100 classes could not be read\./);
  await show(3, [[1, 2, 4]]);
  assert.deepEqual(await tab.confusion(), [[9, 0, 0], [0, 9, 4], [0, 0, 9]]);
  assert.match(await tab.text("#confusion-hint"), /Rows are the true classes/);
});
