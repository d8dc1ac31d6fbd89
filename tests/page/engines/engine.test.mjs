/**
 * The page in Firefox and WebKit: pictures in, a network trained, saved, opened again. Chromium has the tests beside
 * this folder; what other engines can do differently is files, storage, downloads, WebGPU and the wasm itself.
 */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { zipSync } from "fflate";
import { ROOT } from "../chromium.mjs";
import { folder, shapes, splitShapes } from "../fixtures.mjs";
import { serve } from "../server.mjs";
import { TINY_LAYERS } from "../trainer-page.mjs";
import { Firefox } from "./firefox.mjs";
import { Trainer } from "./trainer.mjs";
import { WebKit } from "./webkit.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
/** `keeps`: whether the engine gives a page storage of its own, also when a program drives it. */
const ENGINES = [
  { name: "Firefox", start: Firefox.start, devices: ["cpu", "webgpu"], keeps: true },
  { name: "WebKit", start: WebKit.start, devices: ["cpu"], keeps: false },
];
const EPOCHS = 2;
const TESTING = 4; // pictures per class
const SETTINGS = { layers: TINY_LAYERS(3), threads: 2, "batch-size": 8, "learning-rate": 0.003, "validation-split": 0.25, seed: 5 };

const server = await serve({ "/": join(ROOT, "dist") });
/** For an engine that is to do without relaxed SIMD, as WebKit has to. */
const plainServer = await serve({ "/": join(ROOT, "dist") }, { first: { "/parts.js": "WebAssembly.validate = () => false;" } });
after(() => Promise.all([server.close(), plainServer.close()]));

/** The histories of the first runs on the processor, by the file that computed them: its bits no engine may change. @type {Map<boolean, any>} */
const onCpu = new Map();

/** Whether an engine without relaxed SIMD has loaded its own file since this was last asked. */
const isPlain = ({ requests }) => requests.splice(0).some((path) => path.endsWith("/cpu/tabfit_plain_bg.wasm"));

for (const { name, start, devices, keeps } of ENGINES) {
  test(name, { timeout: 10 * 60_000 }, async (t) => {
    const engine = await start();
    t.after(() => engine.close());
    t.diagnostic(await engine.version());
    for (const device of devices) {
      await t.test(`a network is trained on ${device}, saved, opened again, and answers the same`, TIMEOUT, (t) => trained(t, engine, device));
    }
    if (name === "Firefox") await t.test("without relaxed SIMD a network is trained as in WebKit", TIMEOUT, (t) => trained(t, engine, "cpu", plainServer));
    await t.test("the page works there without a service worker", TIMEOUT, (t) => unkept(t, engine));
    await t.test("it proposes no more threads than there are cores", TIMEOUT, (t) => proposed(t, engine));
    if (keeps) await t.test("a trained network is there after a reload, and answers the same", TIMEOUT, (t) => kept(t, engine));
    if (keeps) await t.test("a stopped run is offered after a reload, and goes on", TIMEOUT, (t) => resumed(t, engine));
    else await t.test("where nothing can be kept, a sentence says so and training goes on", TIMEOUT, (t) => notKept(t, engine));
  });
}

/** Opens the page and reads pictures from a `.zip`. */
async function opened(t, engine, settings, from = server) {
  const trainer = await Trainer.open(t, engine, from.url);
  const zip = join(folder(t, {}), "shapes.zip");
  writeFileSync(zip, zipSync(splitShapes(12, TESTING)));
  await trainer.set({ "image-size": 32 });
  await trainer.pick(zip);
  await trainer.set({ ...SETTINGS, epochs: EPOCHS, ...settings });
  return { trainer, zip };
}

async function trained(t, engine, device, from = server) {
  const { trainer } = await opened(t, engine, {}, from);
  assert.equal(await trainer.value("#device"), "cpu", "no GPU, or one in software, is no reason to leave the processor");
  if (device === "webgpu") assert.match(await trainer.text("#device-note"), /software WebGPU/);
  await trainer.set({ device });
  await trainer.fit();
  const history = JSON.parse(String(await trainer.download("#download-json")));
  assert.equal(history.epoch.length, EPOCHS);
  const plain = isPlain(from);
  t.diagnostic(plain ? "plain SIMD" : "relaxed SIMD");
  if (from === plainServer) assert.ok(plain, "it has relaxed SIMD all the same");
  assertAlike(history, device, plain);
  const confusion = (await trainer.rows("#confusion")).map((row) => row.slice(1).map(Number));
  assert.deepEqual(confusion.map((row) => row.reduce((sum, count) => sum + count)), [TESTING, TESTING, TESTING]);
  const right = confusion.reduce((sum, row, i) => sum + row[i], 0);
  assert.equal(await trainer.text("#test-accuracy"), `${((100 * right) / (3 * TESTING)).toFixed(1)} %`);

  const root = folder(t, shapes({ each: 1, seed: 3 }));
  const picture = join(root, "frame/000.png");
  const before = await trainer.predict(picture);
  assert.deepEqual(before.map(([name]) => name).sort(), ["disc", "frame", "stripes"]);
  const file = join(root, "network.tabfit");
  writeFileSync(file, await trainer.download("#save-model"));

  await trainer.reload();
  await trainer.set({ device });
  await trainer.tab.setFiles("#open-model", [file]);
  await trainer.reach(["done"]);
  const again = await trainer.predict(picture);
  if (device === "cpu") return assert.deepEqual(again, before);
  // The page may answer on the processor until the network is trained on, because WebGPU is loaded only then.
  assert.deepEqual(again.map(([name]) => name), before.map(([name]) => name));
  again.forEach(([name, probability], i) => assert.ok(Math.abs(probability - before[i][1]) < 1e-5, `${name}: ${probability} and ${before[i][1]}`));
}

/**
 * The processor gives the same bits in every engine that loads the same file, and nearly the same numbers where relaxed SIMD is
 * missing, or on a GPU, which sums in another order.
 */
function assertAlike(history, device, plain) {
  const [first] = onCpu.values();
  if (device === "cpu" && !onCpu.has(plain)) onCpu.set(plain, history);
  if (device === "cpu") assert.deepEqual(history, onCpu.get(plain));
  else assert.notDeepEqual(history, first, "the run was not on the GPU: it has the bits of the processor");
  history.loss.forEach((loss, i) => {
    const expected = first?.loss[i] ?? loss; // the very first run has none before it
    assert.ok(Math.abs(loss - expected) < (device === "cpu" ? 1e-4 : 0.01) * expected, `epoch ${i + 1}: first ${expected}, ${device} ${loss}`);
  });
}

/** The service worker is for Chromium alone: it sends workers to other addresses, which other engines do not bear well. */
async function unkept(t, engine) {
  const own = await serve({ "/": join(ROOT, "dist") });
  t.after(own.close);
  own.offline = true;
  const trainer = await Trainer.open(t, engine, own.url);
  await trainer.until("the page is ready", () => document.querySelector("#status").textContent === "Ready");
  assert.equal(await trainer.tab.evaluate(() => navigator.serviceWorker.getRegistrations().then(({ length }) => length)), 0);
  assert.ok(!own.requests.includes("/sw.js"));
}

/** WebKit says that there are at least four cores. They are counted once there are pictures. */
async function proposed(t, engine) {
  const trainer = await Trainer.open(t, engine, server.url);
  t.diagnostic(`${await trainer.tab.evaluate(() => navigator.hardwareConcurrency)} cores are promised, there are ${availableParallelism()}`);
  const most = Math.max(2, availableParallelism());
  const zip = join(folder(t, {}), "shapes.zip");
  writeFileSync(zip, zipSync(splitShapes(12, TESTING)));
  await trainer.pick(zip);
  await trainer.until("the cores are counted", (most) => document.querySelector("#threads").valueAsNumber <= most, 30, most);
}

async function kept(t, engine) {
  const { trainer } = await opened(t, engine, { device: "cpu" });
  await trainer.fit();
  const picture = join(folder(t, shapes({ each: 1, seed: 3 })), "frame/000.png");
  const before = await trainer.predict(picture);
  await trainer.reload();
  await trainer.until("the network is offered", () => !document.querySelector("#kept-offer").hidden);
  assert.match(await trainer.text("#kept-offer-text"), /disc, frame and stripes · 2 of 2 epochs/);
  await trainer.click("#open-newest");
  await trainer.reach(["done"]);
  assert.deepEqual(await trainer.predict(picture), before);
  await trainer.click("#forget");
  await trainer.click("#dialog-yes");
  await trainer.until("the list is empty", () => document.querySelectorAll("#kept-list > li").length === 0);
  await trainer.reload();
  assert.ok(!(await trainer.isVisible("#kept-offer")));
}

async function resumed(t, engine) {
  const epochs = 100; // enough to reload the page before the end
  const { trainer, zip } = await opened(t, engine, { device: "cpu", epochs });
  await trainer.start(2);
  await trainer.reload();
  await trainer.until("the run is offered", () => !document.querySelector("#unfinished").hidden);
  const words = new RegExp(`A run of .+ stopped after epoch \\d+ of ${epochs} \\(disc, frame and stripes\\)\\.`);
  assert.match(await trainer.text("#unfinished-text"), words);
  await trainer.pick(zip);
  await trainer.click("#resume");
  await trainer.reach(["done"], 120);
  assert.equal((await trainer.rows("#history-table")).length, epochs);
}

async function notKept(t, engine) {
  const { trainer } = await opened(t, engine, { device: "cpu", epochs: 5 });
  await trainer.start(1);
  const sentence = "This browser can keep neither the run nor the files of its callbacks: it keeps nothing for this page, as in a private window. Training goes on.";
  assert.equal(await trainer.text("#trouble"), sentence);
  await trainer.reach(["done"]);
  assert.equal((await trainer.rows("#history-table")).length, 5);
  assert.equal(await trainer.text("#kept-ask"), "This browser can keep no network: it keeps nothing for this page, as in a private window.");
  await trainer.click("#forget");
  await trainer.until("the page says that nothing is kept", () => document.querySelector("#forget-note").textContent === "Nothing is kept any more.", 10);
  await trainer.reload();
  assert.ok(!(await trainer.isVisible("#unfinished")));
}
