/**
 * Files of strangers: over 200 damaged pictures, folders, archives, networks, tables, manifests, logs and links, through the page. Each is a sentence or a
 * correct result, what was loaded before stays, the console shows no error, and the page goes on answering.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { unzipSync } from "fflate";
import { openCare, openTopic } from "./care-folder.mjs";
import { ROOT, watch } from "./chromium.mjs";
import { bmp, damaged, gif, ways } from "./damage.mjs";
import { folder, generator, packed, shapes, splitShapes } from "./fixtures.mjs";
import { png } from "./png.mjs";
import { kerasFiles } from "./keras-run.mjs";
import { openLogs, openRuns, storeRuns } from "./runs-page.mjs";
import { damage } from "./storage.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 10 * 60_000 };
/** What no sentence for a person holds. */
const RAW = /undefined|NaN|\[object|null|Error:|unreachable|panicked|RuntimeError|not a function|^\s*$/;

const clinic = (name) => readFileSync(join(ROOT, "clinic/tests/fixtures", name));
const noise = generator(4);
const SIDE = 24;

/** A whole picture of each kind, by its ending. */
async function wholePictures(page) {
  const [jpeg, webp] = await page.evaluate(async (side) => {
    const canvas = new OffscreenCanvas(side, side);
    const context = canvas.getContext("2d");
    for (let i = 0; i < 40; i++) {
      context.fillStyle = `hsl(${i * 37} 80% 50%)`;
      context.fillRect((i * 53) % side, (i * 31) % side, 9, 9);
    }
    const as = async (type) => [...new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer())];
    return [await as("image/jpeg"), await as("image/webp")];
  }, SIDE);
  const value = () => Math.floor(256 * noise());
  return {
    png: [png({ width: SIDE, height: SIDE, channels: 3, value })], jpg: [Buffer.from(jpeg)], webp: [Buffer.from(webp)], gif: [gif(SIDE, value)], bmp: [bmp(SIDE, value)],
    tif: [clinic("grey-16.tif"), clinic("rgb-8-deflate.tif")], dcm: [clinic("explicit-12.dcm"), clinic("rle-8.dcm"), clinic("jpeg-lossless-12.dcm")],
  };
}

/** `count` damaged files of some whole ones, in every way by turns. @param {Buffer[]} whole @param {number} count @param {() => number} random */
function mutants(whole, count, random) {
  return Array.from({ length: count }, (_, i) => ({ way: ways[i % ways.length], bytes: damaged(whole[i % whole.length], ways[i % ways.length], random) }));
}

function sentence(text, what) {
  assert.doesNotMatch(text, RAW, what);
  assert.match(text, /\.$/, `${what}: ${text}`);
}

test("damaged files of every kind: a sentence or a result each, and nothing loaded before is lost", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "strangers" });
  const { page } = tab;
  const random = generator(19);
  let tried = 0;
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, splitShapes(12, 4)));
  await tab.set({ device: "cpu", threads: 1, layers: TINY_LAYERS(3), epochs: 1, "batch-size": 8, "validation-split": 0.25 });
  await tab.fit();
  let classes = await tab.rows("#class-table");
  const about = await tab.text("#model-info");
  const asked = { name: "asked.png", mimeType: "image/png", buffer: shapes({ each: 1, seed: 7 })["disc/000.png"] };
  const answer = await tab.predict(asked);
  const error = async () => (await page.isVisible("#error") ? tab.text("#error") : "");

  /** What is really read takes the place of what this list shows: a refusal without a word would leave the mark. @param {string} list */
  const mark = (list) => page.locator(list).evaluate((list) => list.append(Object.assign(document.createElement("li"), { className: "mark" })));
  const marked = async (list) => (await page.locator(`${list} .mark`).count()) > 0;

  /** Nothing is lost: the pictures are there, and the network answers as before. */
  async function asBefore(what) {
    assert.deepEqual(await tab.rows("#class-table"), classes, `${what}: the pictures stay`);
    assert.equal(await tab.text("#model-info"), about, `${what}: the network stays`);
    assert.deepEqual(await tab.predict(asked), answer, `${what}: it answers as before`);
  }

  await t.test("pictures: PNG, JPEG, WebP, GIF, BMP, TIFF and DICOM", async () => {
    const whole = await wholePictures(page);
    const sound = await tab.predict(Object.entries(whole).flatMap(([ending, all]) => all.map((buffer, i) => ({ name: `${i}.${ending}`, mimeType: "", buffer }))));
    for (const [name, predictions] of Object.entries(sound)) assert.equal(predictions.length, 3, `${name} is read while it is whole`);
    const endings = Object.keys(whole);
    const files = endings.flatMap((ending, kind) => mutants(whole[ending], 12, random).map(({ way, bytes }, i) => {
      const named = i < 10 ? ending : endings[(kind + 1) % endings.length]; // a wrong ending
      return { name: `${ending} ${i} ${way}.${named}`, mimeType: "", buffer: Buffer.from(bytes) };
    }));
    tried += files.length;
    const answers = await tab.predict(files);
    const said = await page.locator("#predictions > li").evaluateAll((items) => items.map((item) => [item.dataset.name, item.querySelector(".problem")?.textContent ?? ""]));
    assert.equal(said.length, files.length);
    for (const [name, problem] of said) if (answers[name].length === 0) sentence(problem, name);
    const refused = said.filter(([, problem]) => problem).length;
    assert.ok(refused > 20 && refused < files.length, `${refused} of ${files.length} are refused`);
    await asBefore("pictures");
    // The same as a folder, beside whole pictures: those are used, and of the others each is used or listed.
    const inFolder = Object.fromEntries(files.map(({ name, buffer }) => [`strange/${name}`, buffer]));
    await tab.pick(folder(t, { ...shapes(), ...inFolder }));
    assert.equal(await error(), "");
    const used = Number((await tab.rows("#class-table")).find(([name]) => name === "strange")?.[1] ?? 0);
    const listed = await page.locator("#skipped-list li").allTextContents();
    for (const line of listed) assert.doesNotMatch(line, RAW);
    assert.equal(used + listed.length, files.length, "each is used or listed with its reason");
    await tab.pick(folder(t, splitShapes(12, 4)));
    await asBefore("a folder of them");
  });

  await t.test("folders", async () => {
    const sound = Object.entries(shapes({ each: 2 }));
    const changed = (change) => Object.fromEntries(sound.map(([path, bytes], i) => change(path, bytes, i)));
    const folders = {
      "of damaged pictures alone": changed((path, bytes) => [path, bytes.subarray(0, 9)]),
      "without a picture": { "disc/notes.txt": "none", "frame/.hidden": "none" },
      "of empty files": changed((path) => [path, ""]),
      "of one class": changed((path, bytes, i) => [`only/${i}.png`, bytes]),
      "without classes": changed((path, bytes, i) => [`${i}.png`, bytes]),
      "with an archive and a network beside pictures": { ...changed((path, bytes) => [path, bytes]), "disc/a.zip": packed({ "x.png": sound[0][1] }), "frame/x.tabfit": "no network" },
      "with pictures deep inside": changed((path, bytes, i) => [`a/b/c/d/e/f/g/${i}/${path}`, bytes]),
      "whose Testing has other classes": { "Training/a/1.png": sound[0][1], "Training/b/1.png": sound[2][1], "Testing/c/1.png": sound[4][1] },
      "whose Testing is damaged": { ...Object.fromEntries(sound.map(([path, bytes]) => [`Training/${path}`, bytes])), "Testing/disc/1.png": "no picture", "Testing/frame/1.png": "no picture" },
    };
    for (const [what, files] of Object.entries(folders)) {
      tried += 1;
      await mark("#thumbnails");
      await tab.pick(folder(t, files));
      const text = await error();
      assert.equal(await marked("#thumbnails"), text !== "", `a folder ${what}: refused with a sentence, or read`);
      if (text) sentence(text, `a folder ${what}`);
      else await tab.pick(folder(t, splitShapes(12, 4)));
      assert.deepEqual(await tab.rows("#class-table"), classes, `a folder ${what}`);
    }
    await asBefore("folders");
  });

  await t.test("archives", async () => {
    const whole = packed(shapes({ each: 2 }));
    for (const { way, bytes } of mutants([whole], 24, random)) {
      tried += 1;
      await mark("#thumbnails");
      await tab.pick({ name: "pictures.zip", mimeType: "", buffer: Buffer.from(bytes) }, "#zip-input");
      const text = await error();
      assert.equal(await marked("#thumbnails"), text !== "", `zip ${way}: refused with a sentence, or read`);
      if (text) sentence(text, `zip ${way}`);
      else await tab.pick(folder(t, splitShapes(12, 4))); // what could be read of it took the place of the pictures
      assert.deepEqual(await tab.rows("#class-table"), classes, `zip ${way}`);
    }
    await asBefore("archives");
  });

  await t.test("networks: .tabfit, .keras, .h5, safetensors, ONNX and TensorFlow.js", async () => {
    const own = await tab.download("#save-model");
    const exported = {};
    for (const format of ["safetensors", "tfjs", "keras-file", "onnx"]) exported[format] = unzipSync(await tab.download(`[data-export=${format}]`));
    const ending = (format, end) => Object.entries(exported[format]).filter(([name]) => end.test(name)).map(([name, bytes]) => ({ name, bytes: Buffer.from(bytes) }));
    const [keras] = ending("keras-file", /\.keras$/);
    const h5 = Buffer.from(unzipSync(keras.bytes)["model.weights.h5"]);
    const [safetensors] = ending("safetensors", /\.safetensors$/);
    const [onnx] = ending("onnx", /\.onnx$/);
    const tfjs = ending("tfjs", /\.(json|bin)$/);
    assert.equal(tfjs.length, 2);
    /** Each is a network of some files, of which one is damaged. */
    const kinds = [
      { files: [{ name: "x.tabfit", bytes: own }], count: 15 },
      { files: [keras], count: 15 },
      { files: [{ name: "x.weights.h5", bytes: h5 }], count: 10 },
      { files: [{ name: "x.h5", bytes: h5 }], count: 4 },
      { files: [safetensors], count: 15 },
      { files: [onnx], count: 8 }, // each in a worker of its own, which takes a second
      { files: tfjs, count: 10 },
      { files: [...tfjs].reverse(), count: 10 },
    ];
    const open = async (files) => {
      await page.setInputFiles("#open-model", files.map(({ name, bytes }) => ({ name, mimeType: "", buffer: Buffer.from(bytes) })));
      await tab.reach(["ready", "done"]);
      return error();
    };
    for (const { files: [first, ...rest], count } of kinds) {
      for (const { way, bytes } of mutants([first.bytes], count, random)) {
        tried += 1;
        const what = `${first.name} ${way}`;
        await mark("#predictions");
        const text = await open([{ name: first.name, bytes }, ...rest]);
        assert.equal(await marked("#predictions"), text !== "", `${what}: refused with a sentence, or opened`);
        if (text) sentence(text, what);
        assert.deepEqual(await tab.rows("#class-table"), classes, what);
        if (text) assert.equal(await tab.text("#model-info"), about, `${what}: the network stays`);
        else assert.equal(await open([{ name: "x.tabfit", bytes: own }]), "", `${what} was opened, and so is another one after it`);
      }
      await asBefore(first.name);
    }
  });

  await t.test("tables of decisions", async () => {
    await openCare(tab);
    await openTopic(tab, "all");
    await page.locator("#care-all .care-picture label").first().click();
    await page.getByRole("button", { name: "Leave out" }).click();
    await page.locator(".care-note-line").filter({ hasText: "is left out now" }).waitFor();
    await openTopic(tab, "decided");
    const whole = await tab.download("#care-save");
    for (const { way, bytes } of mutants([whole], 16, random)) {
      tried += 1;
      await page.locator(".care-note-line").evaluate((note) => note.replaceChildren());
      await page.setInputFiles("#care-file", { name: "pictures.csv", mimeType: "text/csv", buffer: Buffer.from(bytes) });
      await page.waitForFunction(() => document.querySelector(".care-note-line").textContent || !document.querySelector("#error").hidden);
      sentence((await error()) || (await tab.text(".care-note-line")), `csv ${way}`);
      assert.equal((await tab.rows("#class-table")).length, 3);
    }
    await page.setInputFiles("#care-file", { name: "pictures.csv", mimeType: "text/csv", buffer: whole });
    await page.locator(".care-note-line").filter({ hasText: "1 decision was taken over." }).waitFor();
  });

  await t.test("manifests in the browser's storage", async () => {
    await storeRuns(tab, Array.from({ length: 17 }, () => ({}))); // fewer than are kept in a list beside the manifests
    const [mine] = (await tab.send({ type: "runs" })).value.runs.filter(({ name }) => !/^run \d+$/.test(name));
    for (let i = 0; i < 16; i++) {
      tried += 1;
      await damage(tab, `runs/${1_700_000_000_000 + i}/manifest.json`, (bytes) => damaged(bytes, ways[i % ways.length], random));
    }
    await damage(tab, `runs/${mine.id}/manifest.json`, (bytes) => bytes.subarray(0, bytes.length / 2));
    await tab.reload();
    assert.equal(await error(), "");
    const { runs, why } = (await tab.send({ type: "runs" })).value;
    assert.equal(why, "");
    assert.equal(runs.length, 18, "a run whose manifest is damaged is listed, because its weights and curves are there");
    await openRuns(tab, 18);
    const kept = page.locator("#kept-list > li");
    for (let i = 0; i < (await kept.count()); i++) assert.doesNotMatch(await kept.nth(i).innerText(), RAW);
    const listed = page.locator(`#kept-list > li[data-id="${mine.id}"]`);
    assert.match((await listed.innerText()).replace(/\s+/g, " "), /^Recovered .*disc, frame and stripes · 1 of 1 epoch/, "its network says what its manifest said");
    await listed.locator("[data-do=open]").click();
    await tab.reach(["done"]);
    assert.equal(await tab.text("#model-info"), about);
    assert.deepEqual(await tab.predict(asked), answer);
  });

  await t.test("logs and runs of others", async () => {
    await tab.pick(folder(t, splitShapes(12, 4))); // the page was loaded again
    classes = await tab.rows("#class-table"); // without the picture that was left out
    await openRuns(tab, 18);
    const keras = kerasFiles();
    const events = Object.entries(keras).filter(([path]) => /tfevents/.test(path)).map(([, bytes]) => Buffer.from(bytes));
    const run = { format: "tabfit-run", version: 1, about: { name: "theirs" }, history: { epochs: [{ epoch: 1, loss: 0.5 }] } };
    const kinds = { "a.csv": [Buffer.from(keras["training.csv"])], "events.out.tfevents.1": events, "logs.zip": [packed({ "a.csv": keras["training.csv"], "events.out.tfevents.1": events[0] })], "theirs.tabfit-run.json": [Buffer.from(JSON.stringify(run))] };
    for (const [name, whole] of Object.entries(kinds)) {
      for (const { way, bytes } of mutants(whole, 8, random)) {
        tried += 1;
        await openLogs(tab, { name, mimeType: "", buffer: Buffer.from(bytes) });
        for (const text of await page.locator("#runs-troubles > *").allTextContents()) sentence(text, `${name} ${way}`);
      }
    }
    for (const cell of await page.locator("#runs-table tbody th").allTextContents()) assert.doesNotMatch(cell, /undefined|\[object/);
    await asBefore("logs");
  });

  await t.test("links", async () => {
    const layers = encodeURIComponent(JSON.stringify(TINY_LAYERS(3)));
    const whole = Buffer.from(`epochs=5&optimizer=sgd&data=shapes&lock=set&hide=callbacks&layers=${layers}&class_weights=${encodeURIComponent('{"disc": 2}')}`);
    const links = [
      ...mutants([whole], 6, random).map(({ bytes }) => bytes.toString("latin1")), "layers=.AAAA", "layers=[[[[", `layers=${encodeURIComponent("[".repeat(5000))}`, "epochs=NaN&image_size=1e9", "class_weights=[]&class_weights={}",
      "lock=__proto__,constructor&hide=toString,__proto__", "preset=__proto__&data=constructor", `${"x".repeat(50_001)}=1`, "%=%E0%A4%A&=&&&#", "monitor=<b>x</b>&optimizer=%00",
    ];
    for (const link of links) {
      tried += 1;
      const other = await page.context().newPage();
      const problems = watch(other, "strangers link");
      await other.goto(`${tab.server.url}#${link}`);
      await other.locator("#preset option[value=bench]").waitFor({ state: "attached" });
      if (link.includes("=")) {
        await other.locator("#opened-link-text").filter({ hasText: /\S/ }).or(other.locator("#opened-link").filter({ hasText: /too long/ })).first().waitFor();
        assert.doesNotMatch(await other.locator("#opened-link").innerText(), /\[object|Error:|not a function/, link);
      }
      assert.deepEqual(problems, [], link);
      await other.close();
    }
    await asBefore("links");
  });

  t.diagnostic(`${tried} damaged files`);
  assert.ok(tried >= 200);
});
