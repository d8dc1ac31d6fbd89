/** What `evaluate` scores: a part of the data set that it is given, and never the pictures of another. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TIMEOUT, withPackage } from "./package-page.mjs";

test("a data set is scored on its own pictures, whatever the last fit held out", TIMEOUT, async (t) => {
  const page = await withPackage(t, "evaluate-parts");
  const { held, own, other, none, sizes, refused } = await page.evaluate(async () => {
    const only = (count) => tabfit.Dataset.fromArrays({ ...arrays(3, count), classNames: ["dark", "light"], imageSize: 8 });
    const [a, b] = [only(16), only(6)];
    const trainee = await network();
    const fresh = await trainee.evaluate(a);
    await trainee.fit(a, { validationSplit: 0.25 });
    const held = await trainee.evaluate(a);
    const other = await trainee.evaluate(b);
    const none = await trainee.evaluate(b, "validation").catch(({ name, message }) => `${name}: ${message}`);
    const sizes = [];
    for (const batchSize of [1, 4, 4096]) sizes.push((await trainee.evaluate(b, null, { batchSize })).loss);
    const refused = [];
    for (const options of [{ batchSize: 0 }, { batchSize: 1.5 }, { batch: 4 }]) {
      refused.push(await trainee.evaluate(b, null, options).catch(({ name, message }) => `${name}: ${message}`));
    }
    return { held: held.images, own: fresh.images, other: other.images, none, sizes, refused };
  });
  assert.deepEqual([own, held, other], [16, 4, 6]);
  assert.equal(none, "DatasetError: There are no validation pictures in this data set to score; name another part of it.");
  for (const loss of sizes) assert.ok(Math.abs(loss - sizes[0]) < 1e-6, `${sizes}`);
  assert.match(refused[0], /^ConfigError: batchSize must be a whole number from 1/);
  assert.match(refused[1], /^ConfigError: batchSize must be a whole number from 1/);
  assert.match(refused[2], /^ConfigError: evaluate .*`batch`/);
});

test("sampleWeight is for the training pictures: given validation pictures all count the same", TIMEOUT, async (t) => {
  const page = await withPackage(t, "evaluate-weights");
  const losses = await page.evaluate(async () => {
    const pictures = tabfit.Dataset.fromArrays({ ...arrays(), classNames: ["dark", "light"], imageSize: 8, validation: arrays(3, 20) });
    const losses = [];
    for (const sampleWeight of [undefined, [5, 5, 5, 5, 0, 0, 0, 0]]) {
      const trainee = await network();
      trainee.compile({ optimizer: { type: "sgd", learningRate: 1e-12 } });
      losses.push((await trainee.fit(pictures, { sampleWeight })).epochs[0].val_loss);
    }
    return losses;
  });
  assert.ok(losses[0] > 0 && Math.abs(losses[0] - losses[1]) < 1e-6, `${losses}`);
});
