/** Nothing leaves the computer: no request after the page has loaded, and no request to another origin is possible. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { standsIn } from "./bundled.mjs";
import { ROOT } from "./chromium.mjs";
import { folder, shapes } from "./fixtures.mjs";
import { png } from "./png.mjs";
import { bytesOf, storedFiles } from "./storage.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };
const whole = png({ width: 32, height: 32, channels: 3 });
/** Its header is that of a picture. */
const CUT_PNG = whole.subarray(0, whole.length - 20);

test("once loaded, the page trains, predicts and saves without a network", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "offline", cached: true });
  await tab.page.waitForLoadState("networkidle");
  const loaded = [...tab.server.requests];
  assert.ok(loaded.includes("/cpu/tabfit_bg.wasm"), `it was loaded from here: ${loaded}`);
  assert.ok(!loaded.some((path) => /^\/(webgpu|clinic|decoders|exchange|formats|study)\//.test(path)), "nothing is loaded that is not needed");
  /** @type {string[]} */
  const later = [];
  tab.page.context().on("request", (request) => /^(blob|data):/.test(request.url()) || later.push(new URL(request.url()).pathname));
  await tab.page.context().setOffline(true);

  await tab.set({ "image-size": 32 });
  await tab.page.click("#sample-button");
  await tab.reach(["ready"]);
  await tab.set({ device: "cpu", epochs: 2 });
  await tab.fit();
  assert.equal((await tab.history()).length, 2);
  assert.ok((await tab.download("#save-model")).length > 1000);
  assert.ok((await tab.download("#download-json")).length > 10);

  const late = ["/study/tabfit_bg.wasm", "/js/worker/study/commands.js"]; // for duplicates, and for intervals that know of them
  assert.deepEqual(later.filter((path) => !loaded.includes(path) && !late.includes(path)), [], "threads start with files that the browser has");
  const trouble = await tab.text("#trouble");
  assert.match(trouble, /^It could not be found out which pictures are duplicates \(.*\), so each picture was held out by itself\.$/, "and nothing else went wrong");
  assert.deepEqual(tab.server.requests, loaded, "the server heard nothing");
});

test("where the browser may keep no file of the page and its server is gone, a run has a single thread", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "offline-uncached", expected: /Failed to load resource/ });
  tab.server.missing = /./;
  await tab.set({ "image-size": 32 });
  await tab.page.click("#sample-button");
  await tab.reach(["ready"]);
  await tab.set({ device: "cpu", epochs: 2, threads: 2 });
  await tab.fit();
  assert.equal((await tab.history()).length, 2);
  assert.match(await tab.text("#trouble"), /^A worker could not be started \(.*\); train on fewer threads\.$/);
});

test("of a run only its network, its state and its callbacks' files are kept, and no picture among them", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "kept" });
  await tab.set({ "image-size": 32 });
  const pictures = shapes();
  await tab.pick(folder(t, pictures));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 3, "csv-logger": true, checkpoint: true });
  await tab.fit();
  await tab.set({ epochs: 500 });
  await tab.start(2);
  await tab.page.click("#stop");
  await tab.reach(["done"]);
  const kept = Object.keys(await storedFiles(tab));
  for (const path of kept) assert.match(path, /^runs\/\d+\/(manifest\.json|history\.json|weights\.tabfit|slot-[ab]|answers-validation|file-\d+)$/);
  const png = Object.values(pictures)[0].subarray(0, 8);
  for (const path of kept) assert.equal((await bytesOf(tab, path)).indexOf(png), -1, `${path} holds no picture`);
  assert.match(await tab.text("#kept"), /never your pictures/);
});

test("the page loads nothing but the files that it lists", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "files" });
  await tab.page.click("#program-files summary");
  await tab.page.locator("#program-files-table tbody tr").first().waitFor();
  const listed = (await tab.rows("#program-files-table")).map(([path]) => `/${path}`);
  assert.deepEqual(listed, JSON.parse(readFileSync(join(ROOT, "dist/files.json"), "utf8")).map(({ path }) => `/${path}`));
  // Everything that is loaded late: the decoders by a picture that Chromium refuses and by a deep one, what writes the files of other
  // tools and takes a run along, WebGPU, and what a network has learnt.
  await tab.set({ "image-size": 32 });
  await tab.page.click("#digits-button");
  await tab.reach(["ready"]);
  await tab.pick(folder(t, { ...shapes(), "disc/broken.png": CUT_PNG, "disc/deep.png": png({ width: 32, height: 32, channels: 1, depth: 16 }) }));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 1 });
  await tab.fit();
  for (const format of ["keras-file", "tflite", "run"]) await tab.download(`[data-export=${format}]`);
  await tab.set({ device: "webgpu" });
  await tab.fit(300);
  await tab.set({ device: "cpu", preset: "efficientnet-lite0" });
  await tab.fit();
  const asked = new Set(tab.server.requests);
  // Of the two files of one program, a browser loads that for its SIMD; the page's own scripts have tests of their own.
  const wanted = listed.filter((path) => /\.(js|wasm|bin|safetensors)$/.test(path) && !/^\/js\/|_plain_bg\.wasm$/.test(path) && !standsIn(path));
  assert.deepEqual(wanted.filter((path) => !asked.has(path)), [], "each program and all data were wanted once");
  const unlisted = [...asked].filter((path) => !["/", "/files.json", ...listed].includes(path));
  assert.deepEqual(unlisted, []);
});

test("the page's policy names no other origin, and lets no text become code", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "policy" }); // planted.test.mjs tries what it holds
  const policy = await tab.page.getAttribute("meta[http-equiv=Content-Security-Policy]", "content");
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /https?:|\*|unsafe-inline|'unsafe-eval'/);
});
