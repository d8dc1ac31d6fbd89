/** Model files that are broken, or belong to other pictures. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };

/** A network of two classes, as the page saves it. */
async function trained(t, tab) {
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes({ kinds: ["disc", "frame"] })));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(2), epochs: 1, "batch-size": 8, "validation-split": 0 });
  await tab.fit();
  return tab.download("#save-model");
}

test("a model file that is cut, empty or something else is refused, and the earlier network stays", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "broken-model" });
  const whole = await trained(t, tab);
  const picture = join(folder(t, shapes({ each: 1 })), "disc/000.png");
  const before = await tab.predict(picture);
  const files = folder(t, {
    "half.tabfit": whole.subarray(0, whole.length / 2),
    "start.tabfit": whole.subarray(0, 20),
    "empty.tabfit": "",
    "text.tabfit": "This is not a network.",
  });
  for (const name of ["half", "start", "empty", "text"]) {
    await tab.page.setInputFiles("#open-model", join(files, `${name}.tabfit`));
    assert.match(await tab.error(), /model file .*(cut off|damaged|not a model file)/i);
    assert.deepEqual(await tab.predict(picture), before); // also clears the alert
  }
});

test("a network of other classes opens, says its own classes, and is not scored on these pictures", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "other-classes" });
  const file = join(folder(t, { "two.tabfit": await trained(t, tab) }), "two.tabfit");
  await tab.pick(folder(t, shapes()));
  await tab.page.setInputFiles("#open-model", file);
  await tab.page.locator("#model-info").filter({ hasText: "disc and frame" }).waitFor({ timeout: 30_000 });
  assert.equal((await tab.rows("#class-table")).length, 3, "the pictures stay");
  assert.ok(await tab.page.isHidden("#score"));

  const refused = await tab.send({ type: "evaluate", part: "training" });
  assert.equal(refused.name, "DatasetError");
  assert.match(refused.message, /classes \(disc, frame, stripes\) are not the network's \(disc, frame\)/);

  const answer = await tab.predict(join(folder(t, shapes({ each: 1 })), "disc/000.png"));
  assert.deepEqual(answer["000.png"].map(([name]) => name).sort(), ["disc", "frame"]);
});
