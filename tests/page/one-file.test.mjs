/** The page in one file, opened from the disk: it trains, scores and predicts there, with all its late parts, and asks for nothing else. */

import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { launch, watch } from "./chromium.mjs";
import { folder, shapes, splitShapes } from "./fixtures.mjs";
import { addressOf, pathOf } from "./one-file.mjs";
import { png } from "./png.mjs";
import { TINY_LAYERS, TrainerPage } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 2 * 60_000 };
const MEGABYTES = 1e6;
const NAME = "efficientnet-lite0";
/** Its header is that of a picture, so that the page's own decoders look at it too. */
const CUT_PNG = png({ width: 32, height: 32, channels: 3 }).subarray(0, -20);
/** What only the part for clinic and laboratory reads whole. */
const DEEP_PNG = png({ width: 32, height: 32, channels: 1, depth: 16 });

const browser = await launch();
after(() => browser.close());

/** Opens one of the files. After the test, an error in the console fails it, and so does a request for anything that is not inside. */
async function opened(t, file, { name = "cpu", expected } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const problems = watch(page, `one-file-${name}`, expected);
  const requests = [];
  context.on("request", (request) => requests.push(request.url()));
  t.after(async () => {
    await context.close();
    assert.deepEqual(problems, [], "the console shows problems");
    assert.deepEqual(requests.filter((url) => url !== addressOf(file) && !/^(blob:null\/|data:)/.test(url)), [], "all that is asked for is inside");
  });
  await page.goto(addressOf(file));
  await page.locator("#preset option[value=bench]").waitFor({ state: "attached" });
  return new TrainerPage(page, null, browser, null);
}

/** The page with pictures of 32 x 32. */
async function withPictures(t, file, pictures, settings) {
  const tab = await opened(t, file, settings);
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, pictures));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 3, threads: 2, "batch-size": 8, "validation-split": 0.25 });
  return tab;
}

test("the files are as small as they are promised", () => {
  const size = (file) => statSync(pathOf(file)).size;
  assert.ok(size("tabfit.html") < 6 * MEGABYTES, `${size("tabfit.html")}`);
  assert.ok(size("tabfit-pretrained.html") < 16 * MEGABYTES, `${size("tabfit-pretrained.html")}`);
});

test("it trains on the processor with threads, scores and predicts, and a saved network opens again", TIMEOUT, async (t) => {
  const tab = await withPictures(t, "tabfit.html", splitShapes(12, 4));
  assert.equal(await tab.text("#kept-ask"), "This browser can keep no network: it keeps nothing for a page that is opened from a disk.");
  await tab.fit();
  assert.equal((await tab.history()).length, 3);
  assert.match(await tab.text("#test-accuracy"), /^\d+\.\d %$/);
  const unkept = "The network could not be kept in this browser: it keeps nothing for a page that is opened from a disk. Save it as a file.";
  assert.equal(await tab.text("#trouble"), unkept, "Chromium has no storage there, and both threads started");
  await tab.screenshot("one-file");

  const pictures = folder(t, shapes({ each: 1, seed: 3 }));
  const before = await tab.predict(join(pictures, "frame/000.png"));
  const file = join(pictures, "network.tabfit");
  writeFileSync(file, await tab.download("#save-model"));
  const again = await opened(t, "tabfit.html");
  await again.page.setInputFiles("#open-model", file);
  await again.reach(["done"]);
  assert.deepEqual(await again.predict(join(pictures, "frame/000.png")), before);
});

test("it trains on WebGPU, to which the page goes over as it does elsewhere", TIMEOUT, async (t) => {
  const tab = await withPictures(t, "tabfit.html", shapes({ each: 4 }), { name: "webgpu" });
  await tab.set({ epochs: 1 });
  await tab.fit();
  const [onCpu] = await tab.history();
  await tab.set({ device: "webgpu" });
  await tab.fit();
  const [onGpu] = await tab.history();
  assert.ok(Math.abs(onGpu.loss - onCpu.loss) < 0.01 * onCpu.loss, `CPU ${onCpu.loss}, WebGPU ${onGpu.loss}`);
});

test("every late part is inside: decoders, clinic, formats, converter, scores, report, link, lesson, digits and German", TIMEOUT, async (t) => {
  const tab = await withPictures(t, "tabfit.html", { ...shapes(), "disc/broken.png": CUT_PNG, "disc/deep.png": DEEP_PNG }, { name: "late" });
  assert.deepEqual(await tab.page.locator("#skipped li").allTextContents(), ["pictures/disc/broken.png — is damaged or cut off"]);
  assert.equal((await tab.rows("#class-table"))[0][1], "9", "the deep picture is read");
  await tab.fit();
  for (const format of ["keras-file", "tflite", "onnx"]) assert.ok((await tab.download(`[data-export=${format}]`)).length > 1000, format);
  await tab.page.click("#study > summary");
  await tab.page.locator("#study-scores tbody tr").first().waitFor();
  assert.match(String(await tab.download("[data-report=html]")), /<style[^>]*>[^<]*@page/);

  await tab.page.click("#link > summary");
  await tab.page.click("#copy-link");
  await tab.page.locator("#link-note", { hasText: "This page is a file, so the link opens it on this computer alone." }).waitFor();
  await tab.page.click("#program-files > summary");
  await tab.page.locator("#program-files-table tbody tr").first().waitFor();
  const listed = (await tab.rows("#program-files-table")).map(([path]) => path);
  assert.ok(listed.includes("webgpu/tabfit_bg.wasm") && !listed.some((path) => /^(cpu|pretrained)\//.test(path)), `${listed}`);
  assert.equal(await tab.text("#program-files-note"), "All of these are in this one file, and the page loads nothing else.");
  await tab.page.selectOption("#language", "de");
  await tab.page.locator("#program-files-note", { hasText: "All das steckt in dieser einen Datei" }).waitFor();

  await tab.page.click("#take-lesson");
  await tab.page.locator("#lesson-next").waitFor();
  await tab.page.click("#digits-button");
  await tab.reach(["ready"]);
  assert.equal((await tab.rows("#class-table")).length, 10);
});

test("what a network has learnt is in the larger file, and the smaller one says so", TIMEOUT, async (t) => {
  const small = await withPictures(t, "tabfit.html", shapes(), { name: "without" });
  await small.set({ preset: NAME });
  await small.page.locator("#preset-description", { hasText: "What it has learnt is not in this file; open tabfit-pretrained.html" }).waitFor();
  await small.page.click("#fit");
  assert.match(await small.error(), /^What .* has learnt could not be loaded \(it is in tabfit-pretrained.html and not in this file\);/);

  const large = await withPictures(t, "tabfit-pretrained.html", shapes({ each: 4 }), { name: "pretrained" });
  await large.set({ preset: NAME, epochs: 1 });
  await large.fit();
  assert.equal((await large.history()).length, 1);
});

test("its policy allows no script but its own and no other address", TIMEOUT, async (t) => {
  const tab = await opened(t, "tabfit.html", { name: "policy", expected: /Content Security Policy|Trusted|Fetch API/ });
  const policy = await tab.page.getAttribute("meta[http-equiv=Content-Security-Policy]", "content");
  assert.doesNotMatch(policy, /https?:|\*|unsafe-inline|'unsafe-eval'|'self'/);
  for (const realm of [tab.page, tab.worker]) {
    assert.equal(await realm.evaluate(() => fetch("http://127.0.0.1:9/").then(() => "reached", () => "held")), "held");
    assert.equal(await realm.evaluate(() => { try { return new Worker(URL.createObjectURL(new Blob(["1"]))) && "started"; } catch ({ name }) { return name; } }), "TypeError");
  }
  const planted = await tab.page.evaluate(() => {
    try {
      document.head.append(Object.assign(document.createElement("script"), { textContent: "globalThis.planted = true" }));
    } catch {} // refused by trusted types
    return globalThis.planted ?? false;
  });
  assert.equal(planted, false);
});
