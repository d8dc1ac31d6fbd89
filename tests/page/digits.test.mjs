/** The handwritten digits that come along: fetched when they are asked for, the same pixels as scikit-learn's, and learnt. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { ROOT } from "./chromium.mjs";
import { SLOW } from "./fixtures.mjs";
import { openPage } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };
const FILE = "/data/digits.bin";
const CODE = "/js/page/pictures/digits/entries.js";
/** What `scripts/digits/make.py` prints. */
const SHA256 = "467ab578119d3321b29c379dfece6f70dcc8c80b709dba327bb0ca34e35af701";
const TRAINING = [143, 146, 142, 146, 144, 145, 144, 143, 141, 143];
const TESTING = [35, 36, 35, 37, 37, 37, 37, 36, 33, 37];

/** Pictures as `print(load_digits().data[i].astype(int).tolist())` of scikit-learn 1.5.2 prints them, by their paths on the page. */
const PRINTED = {
  "digits/Training/0/0000.png": [
    0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0, 0, 3, 15, 2, 0, 11, 8, 0, 0, 4, 12, 0, 0, 8, 8, 0,
    0, 5, 8, 0, 0, 9, 8, 0, 0, 4, 11, 0, 1, 12, 7, 0, 0, 2, 14, 5, 10, 12, 0, 0, 0, 0, 6, 13, 10, 0, 0, 0,
  ],
  "digits/Training/1/1436.png": [
    0, 0, 0, 0, 11, 15, 1, 0, 0, 0, 0, 6, 16, 16, 2, 0, 0, 3, 13, 16, 16, 16, 0, 0, 0, 9, 16, 12, 16, 14, 0, 0,
    0, 1, 3, 0, 16, 13, 0, 0, 0, 0, 0, 0, 14, 13, 0, 0, 0, 0, 0, 0, 12, 16, 5, 0, 0, 0, 0, 0, 8, 16, 7, 0,
  ],
  "digits/Testing/2/1437.png": [
    0, 4, 16, 15, 2, 0, 0, 0, 0, 11, 15, 15, 7, 0, 0, 0, 0, 9, 10, 6, 14, 0, 0, 0, 0, 0, 0, 7, 15, 0, 0, 0,
    0, 0, 0, 13, 10, 0, 0, 0, 0, 0, 1, 16, 7, 2, 2, 0, 0, 1, 12, 16, 15, 16, 15, 0, 0, 4, 16, 16, 16, 12, 11, 0,
  ],
  "digits/Testing/8/1796.png": [
    0, 0, 10, 14, 8, 1, 0, 0, 0, 2, 16, 14, 6, 1, 0, 0, 0, 0, 15, 15, 8, 15, 0, 0, 0, 0, 5, 16, 16, 10, 0, 0,
    0, 0, 12, 15, 15, 12, 0, 0, 0, 4, 16, 6, 4, 16, 6, 0, 0, 8, 16, 10, 8, 16, 8, 0, 0, 1, 8, 12, 14, 12, 1, 0,
  ],
};

/** The pixels of entries by their paths, as this browser decodes them, from 0 to 16. */
const pixels = (tab, paths) => tab.page.evaluate(async (paths) => {
  const { page } = await import("/js/page/state/state.js");
  const found = {};
  for (const path of paths) {
    const { file } = page.entries.find((entry) => entry.path === path);
    const context = new OffscreenCanvas(8, 8).getContext("2d");
    context.drawImage(await createImageBitmap(file, { colorSpaceConversion: "none" }), 0, 0);
    const rgba = [...context.getImageData(0, 0, 8, 8).data];
    found[path] = rgba.filter((_, i) => i % 4 === 0).map((grey) => (grey * 16) / 255);
  }
  return found;
}, paths);

test("the file is that of the script, and the page says how large it is", () => {
  const file = readFileSync(join(ROOT, "www/data/digits.bin"));
  assert.equal(createHash("sha256").update(inflateSync(file)).digest("hex"), SHA256);
  assert.match(readFileSync(join(ROOT, "www/data/NOTICE"), "utf8"), new RegExp(SHA256));
  const size = `${(file.length / 1000).toFixed(1)} kB`;
  assert.ok(readFileSync(join(ROOT, "www/html/footer.html"), "utf8").includes(`(${size})`), size);
});

test("the button brings ten classes with scikit-learn's pixels, and a few epochs learn them", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "digits" });
  for (const late of [FILE, CODE]) assert.ok(!tab.server.requests.includes(late), `${late} is not loaded before it is asked for`);
  await tab.set({ "image-size": 32, device: "cpu" });
  /** What the page says while it fetches. */
  await tab.page.evaluate(() => {
    window.said = [];
    const text = document.querySelector("#load-text");
    new MutationObserver(() => window.said.push(text.textContent)).observe(text, { childList: true });
  });
  await tab.page.click("#digits-button");
  await tab.reach(["ready"]);
  assert.ok(tab.server.requests.includes(FILE));
  const said = await tab.page.evaluate(() => window.said);
  assert.ok(said.includes("Loading the handwritten digits: 38.4 kB of 38.4 kB"), `the page said ${said.slice(0, 5).join("; ")}`);

  const rows = await tab.rows("#class-table");
  assert.deepEqual(rows, TRAINING.map((count, digit) => [String(digit), String(count), "–", String(TESTING[digit])]));
  assert.ok(await tab.page.isHidden("#warnings"), "no two files are taken for the same");
  const seen = await pixels(tab, Object.keys(PRINTED));
  for (const [path, values] of Object.entries(PRINTED)) {
    assert.deepEqual(seen[path].map(Math.round), values, path);
    assert.ok(seen[path].every((value, i) => Math.abs(value - values[i]) < 0.035), `${path}: rounded to bytes, and no more`);
  }

  await tab.set({ epochs: 3, "validation-split": 0.1 });
  await tab.fit();
  const accuracy = await tab.accuracy();
  assert.ok(accuracy > 0.6, `chance is 0.1, and three epochs reach ${accuracy}`);
});

test("a file that cannot be fetched is a sentence, and the pictures that were there stay", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "digits-missing", expected: /Failed to load resource/ });
  await tab.set({ "image-size": 32, device: "cpu" });
  await tab.page.click("#sample-button");
  await tab.reach(["ready"]);
  const before = await tab.rows("#class-table");
  tab.server.missing = /digits\.bin$/;
  await tab.page.click("#digits-button");
  assert.equal(
    await tab.error(),
    "The handwritten digits could not be loaded from the server of this page (the server answered 404); what was there before is still there.",
  );
  assert.equal(await tab.state(), "ready");
  assert.deepEqual(await tab.rows("#class-table"), before);
  await tab.set({ epochs: 1 });
  await tab.fit();

  tab.server.missing = null;
  await tab.page.click("#digits-button");
  await tab.reach(["ready"]);
  assert.equal((await tab.rows("#class-table")).length, 10, "the next try brings them");
});

test("code that cannot be loaded is a sentence too", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "digits-code", expected: /Failed to load resource/, missing: new RegExp(CODE) });
  await tab.page.click("#digits-button");
  assert.match(await tab.error(), /^A part of this page could not be loaded \(/);
  assert.equal(await tab.state(), "idle");
});

/** What the preset `small` reaches. Its numbers are printed beside the test. */
test("ten epochs of the small network, seeds 1 to 3", { timeout: 15 * 60_000, ...SLOW }, async (t) => {
  const tab = await openPage(t, { log: "digits-reach" });
  await tab.set({ "image-size": 32, device: "cpu" });
  await tab.page.click("#digits-button");
  await tab.reach(["ready"]);
  const reached = [];
  for (const seed of [1, 2, 3]) {
    await tab.set({ preset: "small", epochs: 10, "validation-split": 0.1, seed });
    await tab.fit(300);
    const best = Math.max(...(await tab.history()).map((epoch) => epoch.val_accuracy));
    reached.push(await tab.accuracy());
    t.diagnostic(`seed ${seed}: ${reached.at(-1).toFixed(3)} on Testing, best val_accuracy ${best}`);
  }
  assert.ok(Math.min(...reached) > 0.85, String(reached));
});
