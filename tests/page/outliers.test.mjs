/** Pictures that are like no other: found once frozen layers have looked at the pictures, also while the section is open. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openCare, openTopic, told } from "./care-folder.mjs";
import { folder, generator } from "./fixtures.mjs";
import { png } from "./png.mjs";
import { openPage } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
const ODD = "odd one.png";

/** The layers up to the mean over each filter are frozen, so that 16 numbers of each picture are kept. */
const LAYERS = [
  { type: "Rescaling", scale: 1 / 255 },
  { type: "Conv2D", filters: 16, kernelSize: 3, padding: "same", activation: "relu", trainable: false },
  { type: "GlobalAveragePooling2D" },
  { type: "Dense", units: 2, activation: "softmax" },
];

/** Greys that are a little coloured, each in another way, and one picture that is blue. */
function pictures() {
  const random = generator(4);
  const noise = (colour) => png({ width: 24, height: 24, channels: 3, value: (x, y, c) => Math.round(colour[c] + 40 * random()) });
  const files = {};
  for (let i = 0; i < 40; i++) files[`Training/${i % 2 ? "left" : "right"}/${i}.png`] = noise([0, 1, 2].map(() => 110 + 40 * random()));
  files[`Training/right/${ODD}`] = noise([0, 0, 190]);
  return files;
}

/** The names of the outliers, the worst first, with what is said of each. */
async function outliers({ page }) {
  if (!(await page.locator("#care-kind option[value=outlier]").count())) return [];
  await page.selectOption("#care-kind", "outlier");
  return page.locator("#care-issues .care-picture").evaluateAll((items) =>
    items.map((item) => [item.querySelector(".care-name").textContent, item.querySelector(".care-note").textContent]));
}

/** Waits until the topic is about other weak pictures than before. */
const renewed = ({ page }, before) => page.waitForFunction((before) => document.querySelector("#care-issues .digest").innerText !== before, before, { timeout: 60_000 });
const digest = (tab) => tab.text("#care-issues .digest");

test("the one picture of another colour is an outlier, once frozen layers have looked at all of them", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "outliers" });
  const { page } = tab;
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, pictures()));
  await openCare(tab);
  await openTopic(tab, "issues");
  const before = await digest(tab);
  assert.doesNotMatch(before, /Outlier/, "nothing is known of outliers yet");
  assert.match(await tab.text("#care-issues"), /Outliers, which are like no other picture, are looked for once a run with frozen first layers has ended\./);

  // The section stays open during the run, and has it afterwards.
  await tab.set({ device: "cpu", threads: 1, layers: LAYERS, epochs: 1, "batch-size": 8, "validation-split": 0.25 });
  await tab.fit();
  await renewed(tab, before);
  const found = await outliers(tab);
  assert.deepEqual(found[0], [ODD, "score 0.00"], "it is the worst");
  assert.ok(found.length < 4, `few of 41 are outliers: ${found}`);
  const digested = await digest(tab);
  assert.ok(digested.includes(`Outlier ${found.length}`), digested);
  const shown = page.locator("#care-issues .care-picture").first();
  await shown.scrollIntoViewIfNeeded();
  await shown.locator("canvas[width='32']").waitFor();

  // It is left out, and the run that follows learns from the others.
  await page.locator("#care-issues .care-picture label").first().click();
  await page.getByRole("button", { name: "Leave out" }).click();
  await told(tab, "1 picture is left out now.");
  assert.deepEqual((await tab.rows("#class-table")).map((row) => row[1]), ["20", "20"]);
  assert.equal((await outliers(tab))[0][0], ODD, "a list in which a person chooses stays as it is");
  await tab.fit();
  await renewed(tab, digested);
  assert.ok(!(await outliers(tab)).flat().includes(ODD), "what is left out is no outlier any more");

  // Where the section was closed meanwhile, it has it when it is opened again.
  await page.getByRole("button", { name: "Undo" }).click();
  await told(tab, "1 picture is as it was before.");
  await page.getByRole("button", { name: "Close" }).click();
  await tab.fit();
  await openCare(tab);
  assert.equal((await outliers(tab))[0][0], ODD);
});
