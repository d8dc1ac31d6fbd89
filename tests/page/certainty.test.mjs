/** Beside the score stands how sure it is, and how often the test part was opened, without anything being unfolded. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { wilson } from "../../www/js/page/result/wilson.js";
import { noise } from "./copies.mjs";
import { folder, under } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };
const SETTINGS = { "image-size": 32, device: "cpu", threads: 1, layers: TINY_LAYERS(2), epochs: 1, "batch-size": 8, "validation-split": 0.25 };

const percent = (share) => `${(100 * share).toFixed(1)} %`;

/** What the part for scores says of the accuracy on the test pictures. */
const accuracyOf = (tab) => tab.page.evaluate(async () => {
  const { client } = await import("/js/page/client/trainer-client.js");
  const { scores: { accuracy } } = await client.send({ type: "study", part: "test" });
  return accuracy;
});

/** The line beside the score, once it says how often the test part was opened. */
async function line(tab) {
  const shown = tab.page.locator("#score-certainty").filter({ hasText: "was opened" });
  await shown.waitFor();
  assert.equal(await tab.page.evaluate(() => document.querySelector("#study").open), false, "nothing was unfolded");
  return shown.innerText();
}

test("a test score has its interval and the count of looks, as the evaluation has them", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "certainty" });
  await tab.set(SETTINGS);
  const testing = under("Testing", noise({ seed: 9, each: 6 }));
  await tab.pick(folder(t, { ...under("Training", noise()), ...testing }));
  await tab.fit();
  const first = await line(tab);
  const plain = await accuracyOf(tab);
  assert.equal(plain.method, "wilson");
  assert.equal(first, `95 % interval: ${percent(plain.interval.low)} to ${percent(plain.interval.high)}. The test part was opened once.`);
  await tab.fit();
  assert.match(await line(tab), /The test part was opened 2 times\.$/);

  // Six copies of a picture are not six pictures.
  const copies = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`Testing/left/copy ${n}.png`, testing["Testing/left/00.png"]]));
  await tab.pick(folder(t, { ...under("Training", noise()), ...testing, ...copies }));
  await tab.fit();
  const grouped = await line(tab);
  const { interval, method } = await accuracyOf(tab);
  assert.equal(method, "wilson-by-group");
  assert.equal(grouped, `95 % interval: ${percent(interval.low)} to ${percent(interval.high)}, with related pictures counted together. The test part was opened once.`);

  await tab.page.setViewportSize({ width: 1280, height: 720 });
  for (const language of ["de", "en"]) {
    await tab.page.selectOption("#language", language);
    await tab.page.waitForFunction((language) => document.documentElement.lang === language, language);
    const [line, score] = await tab.page.evaluate(() => ["#score-certainty", ".tiles"].map((place) => document.querySelector(place).getBoundingClientRect().toJSON()));
    assert.ok(line.height < 30 && line.top >= score.bottom && line.right <= 1280, `one line under the score, in “${language}”: ${JSON.stringify([line, score])}`);
  }

  // The table of the classes says where its intervals are, and goes there by keyboard.
  await tab.page.focus("#per-class-study");
  await tab.page.keyboard.press("Enter");
  await tab.page.locator("#study-classes tbody tr").first().waitFor();
  assert.match((await tab.rows("#study-classes"))[0][2], /^\d+\.\d %\d+\.\d–\d+\.\d %$/);
  assert.equal(await tab.page.evaluate(() => location.hash), "");
});

test("the interval of independent pictures is that of the part for scores, to the last digits", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "certainty-wilson" });
  for (const [hits, of] of [[0, 10], [10, 10], [1, 1], [0, 1], [5, 16], [248, 277], [9999, 10_000]]) {
    const there = await tab.worker.evaluate(async ([hits, of]) => {
      const { study } = await import("/parts.js");
      const labels = new Uint32Array(of);
      const probabilities = Float32Array.from({ length: 2 * of }, (_, i) => Number(i % 2 === Number(Math.floor(i / 2) >= hits)));
      return (await study()).scores(labels, probabilities, ["a", "b"], { resamples: 0 }).accuracy;
    }, [hits, of]);
    const here = wilson(hits, of);
    assert.equal(there.value, hits / of);
    for (const end of ["low", "high"]) assert.ok(Math.abs(here[end] - there.interval[end]) < 1e-12, `${hits} of ${of}: ${here[end]}, ${there.interval[end]}`);
  }
  assert.equal(wilson(0, 0), null);
});
