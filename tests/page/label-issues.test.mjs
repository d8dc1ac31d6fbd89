/** A label of the test part that may be wrong is shown, but no button makes it what the network says. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openCare, openTopic } from "./care-folder.mjs";
import { folder, pictures, under } from "./fixtures.mjs";
import { BLUE, RED } from "./folder-page.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };

test("a doubted label of a test picture is shown without a button that changes it", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "label-issues" });
  const part = (each, seed) => ({ ...under("cat", pictures(each, RED, seed)), ...under("dog", pictures(each, BLUE, seed)) });
  const wrong = (name, seed) => ({ [`dog/${name}.png`]: pictures(1, [175, 0, 0], seed)["0.png"] }); // of a cat as no other is
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, { ...under("Training", { ...part(12, 1), ...wrong("learnt or held out", 7) }), ...under("Testing", { ...part(6, 2), ...wrong("of the test 1", 8), ...wrong("of the test 2", 9), ...wrong("of the test 3", 10) }) }));
  await tab.set({ device: "cpu", threads: 1, layers: TINY_LAYERS(2), epochs: 12, "batch-size": 8, "validation-split": 0.4, "group-by": "" });
  await tab.fit();
  await openCare(tab);
  await openTopic(tab, "labels");
  assert.match(await tab.text("#care-labels"), /those held out for validation, and those of the test part once it was scored\./);
  await tab.page.getByRole("button", { name: "Look for wrong labels" }).click();
  const doubted = tab.page.locator(".care-label-issue").filter({ hasText: /of the test \d\.png/ });
  await doubted.first().waitFor({ timeout: 20_000 });
  assert.match((await doubted.first().innerText()).replace(/\s+/g, " "), /Given dog Suggested cat Score 0\.\d\d A test picture: if its label is wrong whatever the network says, change it under “All pictures”\.$/);
  assert.equal(await doubted.getByRole("button").count(), 0);
});
