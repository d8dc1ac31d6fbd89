// The page as a person uses it.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "node:test";
import { artifacts, fill, openPage, predictions, reached, table } from "./browser.mjs";

const mri = process.env.TABFIT_MRI ?? fileURLToPath(new URL("../../../shared/data/brain-tumor-mri", import.meta.url));

test("a folder of MRI pictures becomes a trained network, its answers and a file", { skip: !existsSync(mri) && `${mri} is not here`, timeout: 900_000 }, async () => {
  const { page, close } = await openPage("mri");
  await page.screenshot({ path: `${artifacts}rest.png`, fullPage: true });
  await page.setInputFiles("#folder-input", mri);
  await reached(page, ["ready"]);
  assert.match(await page.textContent("#class-table"), /glioma_tumor\s*250/);
  await page.selectOption("#device", "cpu");
  await page.selectOption("#preset", "bench");
  await fill(page, { epochs: 2 });
  await page.click("#fit");
  await page.waitForFunction(() => document.querySelectorAll("#history-table tbody tr").length === 1, null, { timeout: 400_000 });
  await page.screenshot({ path: `${artifacts}training.png`, fullPage: true });
  await reached(page, ["done"]);
  const rows = await table(page);
  assert.deepEqual(rows.map((row) => row[0]), [1, 2]);
  assert.ok(rows[1][1] < rows[0][1], `the loss falls: ${rows}`);
  await page.waitForFunction(() => /%/.test(document.querySelector("#test-accuracy").textContent));
  const cells = await page.$$eval("#confusion tbody td", (all) => all.map((cell) => Number(cell.textContent)));
  assert.equal(cells.reduce((sum, count) => sum + (count || 0), 0), 196);

  const folder = join(mri, "Testing", "no_tumor");
  const picture = join(folder, readdirSync(folder).sort()[0]);
  await page.setInputFiles("#predict-input", picture);
  await page.waitForSelector("#predictions [data-class]");
  const [before] = await predictions(page);
  assert.equal(Object.keys(before).length, 4);
  await page.screenshot({ path: `${artifacts}done.png`, fullPage: true });

  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-model")]);
  const file = join(mkdtempSync(join(tmpdir(), "tabfit-")), "model.tabfit");
  await download.saveAs(file);
  const [json] = await Promise.all([page.waitForEvent("download"), page.click("#download-json")]);
  const history = JSON.parse(readFileSync(await json.path(), "utf8"));
  const losses = history.loss ?? history.history.loss;
  assert.deepEqual(losses.map((loss) => loss.toFixed(4)), rows.map((row) => row[1].toFixed(4)));
  await close();

  const fresh = await openPage("reopened");
  await fresh.page.selectOption("#device", "cpu");
  await fresh.page.setInputFiles("#open-model", file);
  await fresh.page.waitForFunction(() => !document.querySelector("#predict-input").disabled);
  await fresh.page.setInputFiles("#predict-input", picture);
  await fresh.page.waitForSelector("#predictions [data-class]");
  assert.deepEqual((await predictions(fresh.page))[0], before);

  const half = file.replace("model", "half");
  writeFileSync(half, readFileSync(file).subarray(0, 100_000));
  await fresh.page.setInputFiles("#open-model", half);
  await fresh.page.waitForFunction(() => !document.querySelector("#error").hidden);
  assert.match(await fresh.page.textContent("#error"), /cut off/);
  await fresh.close();
});

test("drawn shapes are learned on WebGPU without a request after load", { timeout: 600_000 }, async () => {
  const { page, context, site, close } = await openPage("webgpu");
  await page.selectOption("#image-size", "32");
  await context.setOffline(true);
  const loaded = site.requests.length;
  await page.click("#sample-button");
  await reached(page, ["ready"]);
  assert.equal(await page.isEnabled("#device option[value=webgpu]"), true, "a missing adapter fails the test");
  await page.selectOption("#device", "webgpu");
  await fill(page, { epochs: 3, "batch-size": 16 });
  await page.click("#fit");
  await reached(page, ["done"]);
  const rows = await table(page);
  assert.equal(rows.length, 3);
  assert.ok(rows.every((row) => row[1] > 0) && rows[2][1] < rows[0][1], `the loss falls and is never 0: ${rows}`);
  assert.equal(site.requests.length, loaded, "nothing was asked of the network");
  await close();
});

test("files that are no pictures are listed and names are never markup", { timeout: 300_000 }, async () => {
  const root = mkdtempSync(join(tmpdir(), "tabfit-"));
  const { page, close } = await openPage("bad");
  const png = Buffer.from(await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(20, 20);
    canvas.getContext("2d").fillRect(0, 0, 10, 20);
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  }));
  for (const name of ["<script>alert(1)", "it's 🧠"]) {
    mkdirSync(join(root, name));
    for (let i = 0; i < 4; i += 1) writeFileSync(join(root, name, `${i}.png`), png);
  }
  writeFileSync(join(root, "it's 🧠", "text.jpg"), "this is text");
  writeFileSync(join(root, "it's 🧠", "empty.png"), "");
  writeFileSync(join(root, "it's 🧠", "cut.png"), png.subarray(0, png.length / 2));
  await page.setInputFiles("#folder-input", root);
  await reached(page, ["ready"]);
  const skipped = await page.textContent("#skipped");
  for (const words of [/text\.jpg.*not a picture/s, /empty\.png.*0 bytes/s, /cut\.png.*(damaged|cut off)/s]) assert.match(skipped, words);
  assert.match(await page.textContent("#class-table"), /<script>alert\(1\)/);
  assert.equal(await page.$$eval("#class-table script, #skipped script", (found) => found.length), 0);

  await page.selectOption("#device", "cpu");
  await fill(page, { "learning-rate": "" });
  await page.click("#fit");
  await page.waitForFunction(() => !document.querySelector("#error").hidden);
  assert.match(await page.textContent("#error"), /learningRate must be/);
  await fill(page, { "learning-rate": 0.001, epochs: 2, "batch-size": 500, "validation-split": 0 });
  await page.click("#fit");
  await reached(page, ["done"]);
  assert.equal((await table(page)).length, 2, "a batch larger than the set is one step");

  const one = mkdtempSync(join(tmpdir(), "tabfit-"));
  mkdirSync(join(one, "only"));
  writeFileSync(join(one, "only", "1.png"), png);
  await page.setInputFiles("#folder-input", one);
  await page.waitForFunction(() => !document.querySelector("#error").hidden);
  assert.match(await page.textContent("#error"), /Only one class/);
  assert.match(await page.textContent("#class-table"), /🧠/, "the pictures of before are kept");
  await close();
});

test("a browser without WebGPU says so and trains on the processor", { timeout: 300_000 }, async () => {
  const { page, close } = await openPage("no-webgpu", { webgpu: false });
  assert.match(await page.textContent("#device-note"), /WebGPU/);
  await page.selectOption("#image-size", "32");
  await page.click("#sample-button");
  await reached(page, ["ready"]);
  await fill(page, { epochs: 1 });
  await page.click("#fit");
  await reached(page, ["done"]);
  assert.equal((await table(page)).length, 1);
  await close();
});
