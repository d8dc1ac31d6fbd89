/** "Check the pictures" of 2,700 pictures: the page answers all the while, memory stays small, and no list draws more than a person can look at. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inPart, openCare, openTopic, told } from "./care-folder.mjs";
import { folder, generator } from "./fixtures.mjs";
import { png } from "./png.mjs";
import { openPage } from "./trainer-page.mjs";
import { wasmMegabytes } from "./wasm-memory.mjs";

const TIMEOUT = { timeout: 6 * 60_000 };
/** Noise by itself, dark noise, and the same file once more. */
const [PLAIN, DARK, COPIES] = [1800, 600, 300];
const ALL = PLAIN + DARK + COPIES;
/** Longer than this a person waits for a click to do something. */
const MOST_MS = 1500;
/** Pictures and groups that are drawn at once. */
const [DRAWN, GROUPS] = [24, 10];
/** What the section may add to the memory of the program and of the page, in megabytes. */
const MOST_ADDED = 40;

/** Squares of noise, so that no two pictures look alike. */
function manyPictures() {
  const random = generator(11);
  const noise = (low, range) => {
    const values = Array.from({ length: 6 * 6 * 3 }, () => Math.round(low + range * random()));
    return png({ width: 24, height: 24, channels: 3, value: (x, y, c) => values[((y >> 2) * 6 + (x >> 2)) * 3 + c] });
  };
  const files = {};
  for (let i = 0; i < PLAIN; i++) files[`Training/${i % 2 ? "odd" : "even"}/plain ${i}.png`] = noise(60, 190);
  for (let i = 0; i < DARK; i++) files[`Training/${i % 2 ? "odd" : "even"}/dark ${i}.png`] = noise(0, 16);
  for (let i = 0; i < COPIES; i++) files[`Training/even/again ${i}.png`] = files[`Training/even/plain ${2 * i}.png`];
  return files;
}

/** Notes the longest time in which the page could not have answered a person. */
const watchAnswers = ({ page }) => page.evaluate(() => {
  globalThis.longest = 0;
  let last = performance.now();
  setInterval(() => {
    globalThis.longest = Math.max(globalThis.longest, performance.now() - last);
    last = performance.now();
  }, 20);
});

/** Megabytes of the program, and of the scripts of the page after a clearing up. */
async function memory({ page }) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return { program: await wasmMegabytes(page), page: usedSize / 1e6 };
}

/** How many pictures a topic draws, and what its button for more says. */
const drawn = async ({ page }, topic) => [
  await page.locator(`#care-${topic} .care-picture`).count(),
  await page.locator(`#care-${topic}`).getByRole("button", { name: /^Show more/ }).last().innerText(),
];

test("thousands of pictures are looked through while the page answers, and lists show some of them", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "many-pictures" });
  const { page } = tab;
  const pictures = folder(t, manyPictures());
  await tab.set({ "image-size": 32, device: "cpu" });
  await page.setInputFiles("#folder-input", pictures);
  await tab.reach(["ready"], 180);
  await watchAnswers(tab);
  await page.locator("#care-line").waitFor({ timeout: 60_000 });
  const before = await memory(tab);
  await openCare(tab);

  await openTopic(tab, "duplicates");
  assert.equal(await page.locator("#care-duplicates .care-group").count(), GROUPS);
  assert.equal(await page.locator("#care-duplicates > .care-body > button").innerText(), `Show more groups: ${COPIES - GROUPS} are left`);
  await openTopic(tab, "issues");
  await page.selectOption("#care-kind", "dark");
  assert.deepEqual(await drawn(tab, "issues"), [DRAWN, `Show more: ${DARK - DRAWN} are left`]);
  await openTopic(tab, "all");
  assert.deepEqual(await drawn(tab, "all"), [DRAWN, "Show more: 2,676 are left"]);
  await page.locator("#care-all").getByRole("button", { name: /^Show more/ }).click();
  assert.deepEqual(await drawn(tab, "all"), [2 * DRAWN, "Show more: 2,652 are left"]);
  await page.fill("#care-search", "again");
  await page.locator("#care-all .hint").filter({ hasText: "300 pictures" }).waitFor();
  assert.deepEqual(await drawn(tab, "all"), [DRAWN, `Show more: ${COPIES - DRAWN} are left`]);

  // What is decided about hundreds at once is bounded too, and undone at once.
  await page.locator("#care-issues").getByRole("button", { name: "Choose all of them" }).click();
  assert.equal(await tab.text(".care-count"), `${DARK} pictures are chosen.`);
  await page.getByRole("button", { name: "Leave out" }).click();
  await told(tab, `${DARK} pictures are left out now.`);
  assert.equal(await inPart(tab, 1), ALL - DARK);
  await openTopic(tab, "decided");
  assert.deepEqual(await drawn(tab, "decided"), [DRAWN, `Show more: ${DARK - DRAWN} are left`]);
  const after = await memory(tab);
  const { longest, nodes } = await page.evaluate(() => ({ longest: globalThis.longest, nodes: document.querySelectorAll("#care *").length }));
  t.diagnostic(`${ALL} pictures: at most ${Math.round(longest)} ms without an answer, ${nodes} elements; megabytes ${JSON.stringify(before)}, then ${JSON.stringify(after)}`);
  assert.ok(longest < MOST_MS, `the page did not answer for ${longest} ms`);
  assert.ok(nodes < 3000, `${nodes} elements`);
  assert.ok(after.program < before.program + MOST_ADDED && after.page < before.page + MOST_ADDED, JSON.stringify({ before, after }));
  await page.getByRole("button", { name: "Undo" }).click();
  await told(tab, `${DARK} pictures are as they were before.`);
  assert.equal(await inPart(tab, 1), ALL);
});
