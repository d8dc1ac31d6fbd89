/** Folders with trouble in them: refused by a sentence that says why and what to do, or told before training; the rest is read. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, packed, pictures, under } from "./fixtures.mjs";
import { BLUE, classes, history, open, RED, shown, TIMEOUT } from "./folder-page.mjs";
import { png } from "./png.mjs";

test("a refusal names the commonest reason, a count, one path and what to do", TIMEOUT, async (t) => {
  const tab = await open(t, "refusals");
  const cases = {
    psd: [{ "cat/1.psd": "x", "cat/2.psd": "x", "dog/1.heic": "x" },
      /^2 files end in \.psd and 1 in \.heic, which tabfit does not read, for example pictures\/cat\/1\.psd; save them as JPEG or PNG\.$/],
    "no ending": [{ "cat/IMG_0001": "x" }, /^1 file has no ending.*pictures\/cat\/IMG_0001; add \.jpg or \.png/],
    "labels in a table": [{ ...under("train", pictures(2, RED)), ...under("test", pictures(1, BLUE)), "train.csv": "id" },
      /^3 pictures lie in no class folder, for example .*; put the pictures of each class into a folder of its name/],
    "no training": [{ ...under("val", classes(1)), ...under("test", classes(1)) }, /no Training folder beside them; add one/],
    "nothing readable": [{ "cat/1.jpg": "words", "cat/2.jpg": "words", "dog/1.jpg": "words" },
      /^None of the 3 training pictures can be used, 3 of them for one reason: pictures\/cat\/1\.jpg is not a picture.*; copy them again/],
  };
  for (const [what, [files, sentence]] of Object.entries(cases)) {
    await t.test(what, async () => {
      await tab.pick(folder(t, files));
      assert.match(await tab.error(), sentence);
    });
  }
  const archives = folder(t, { "pets.rar": "Rar!", "half.zip": packed(classes()).subarray(0, 200), "locked.zip": packed(classes(), "/", 1) });
  for (const [name, sentence] of [
    ["pets.rar", /^pets\.rar is an archive that tabfit does not unpack; unpack it and choose its folder, or make a \.zip of it\.$/],
    ["half.zip", /^half\.zip is no whole zip archive; download it or make it again\.$/],
    ["locked.zip", /^None of the 8 training pictures can be used, 8 of them for one reason: cat\/0\.png has a password; unpack the archive and choose its folder\.$/],
  ]) {
    await t.test(name, async () => {
      await tab.pick(join(archives, name), "#zip-input");
      assert.match(await tab.error(), sentence);
    });
  }
  await t.test("a picker without paths", async () => {
    await tab.page.evaluate(() => {
      const files = new DataTransfer();
      for (const name of ["1.png", "2.png"]) files.items.add(new File(["x"], name));
      const input = document.querySelector("#folder-input");
      input.files = files.files;
      input.dispatchEvent(new Event("change"));
    });
    await tab.page.locator("#error").filter({ hasText: "choose a .zip of the folder instead" }).waitFor();
  });
});

test("pictures that teach nothing, or something wrong, are told before training", TIMEOUT, async (t) => {
  const tab = await open(t, "warnings");
  const glyph = png({ width: 24, height: 24, channels: 4, value: (x, y, c) => (c === 3 && x > 6 && y > 6 ? 255 : 0) });
  const deep = png({ width: 24, height: 24, channels: 3, depth: 16, value: (x) => Math.min(4095, x * 200) });
  const files = {
    ...under("train/blue", pictures(8, BLUE)),
    ...under("train/glyph", Object.fromEntries([...Array(8).keys()].map((i) => [`${i}.png`, glyph]))),
    ...under("train/scan", Object.fromEntries([...Array(8).keys()].map((i) => [`${i}.png`, deep]))),
    "train/blue/bad.png": "words",
    "train/glyph/copy.png": pictures(1, BLUE)["0.png"],
    ...under("test/Blue", pictures(2, BLUE, 9)),
  };
  await tab.pick(folder(t, files));
  const warnings = await tab.page.locator("#warnings li").allTextContents();
  for (const sentence of [
    /^1 picture is left out because it could not be read; for example, pictures\/train\/blue\/bad\.png is not a picture/,
    /^None of the test pictures is used because the class "Blue" has no training pictures; "Blue" is written "blue" there/,
    /^8 of the 9 pictures of "glyph" are of one colour or nearly so, for example .*Transparency is laid on black/,
    /^All 8 pictures of "scan" are of one colour or nearly so/,
    /^1 file lies in two classes, for example pictures\/train\/blue\/0\.png and pictures\/train\/glyph\/copy\.png/,
  ]) {
    assert.ok(warnings.some((warning) => sentence.test(warning)), `${sentence} in ${warnings.join("\n")}`);
  }
});

test("one file or folder that cannot be opened is listed, and the rest is read", TIMEOUT, async (t) => {
  const tab = await open(t, "unopened");
  const files = Object.entries(under("pets", classes())).map(([path, content]) => [path, [...content]]);
  await tab.page.evaluate(async (files) => {
    const { load } = await import("/js/page/pictures/step.js");
    const { droppedEntries } = await import("/js/page/pictures/picked-files.js");
    const leaf = (path, bytes) => ({
      isDirectory: false,
      fullPath: `/${path}`,
      file: (done, failed) => (bytes ? done(new File([new Uint8Array(bytes)], path)) : failed(new DOMException("gone", "NotFoundError"))),
    });
    const directory = (path, batches) => ({
      isDirectory: true,
      fullPath: `/${path}`,
      createReader: () => ({ readEntries: (done, failed) => (batches ? done(batches.shift() ?? []) : failed(new DOMException("locked"))) }),
    });
    const children = [...files.map(([path, bytes]) => leaf(path, bytes)), leaf("pets/cat/locked.png", null), directory("pets/private", null)];
    const items = [{ webkitGetAsEntry: () => directory("pets", [children]) }];
    await load((signal) => droppedEntries({ items }, signal, () => {}));
  }, files);
  assert.deepEqual(await shown(tab), ["cat 4 – –", "dog 4 – –"]);
  const skipped = await tab.page.locator("#skipped li").allTextContents();
  assert.deepEqual(skipped.map((line) => line.split(";")[0]), [
    "pets/cat/locked.png — could not be opened",
    "pets/private/ — could not be opened",
  ]);
});

test("a thumbnail that fails costs neither a load nor a prediction", TIMEOUT, async (t) => {
  const before = () => {
    const make = globalThis.createImageBitmap;
    globalThis.createImageBitmap = (source, options, ...rest) =>
      source instanceof ImageData || !options?.resizeWidth ? Promise.reject(new DOMException("no memory")) : make(source, options, ...rest);
  };
  const tab = await open(t, "thumbnails", { before });
  await tab.pick(folder(t, classes()));
  assert.deepEqual(await shown(tab), ["cat 4 – –", "dog 4 – –"]);
  await history(tab);
  const answer = await tab.predict(join(folder(t, pictures(1, RED)), "0.png"));
  assert.equal(answer["0.png"].length, 2);
});

test("a load that is cancelled or fails leaves no bitmap open", TIMEOUT, async (t) => {
  const before = () => {
    const { createImageBitmap: make, ImageBitmap: { prototype } } = globalThis;
    const { close } = prototype;
    globalThis.bitmaps = { made: 0, closed: 0 };
    // So that every machine is in the middle of the pictures when the person cancels.
    const [middle, cancelled] = [Promise.withResolvers(), Promise.withResolvers()];
    Object.assign(globalThis, { middle: middle.promise, letGo: cancelled.resolve });
    globalThis.createImageBitmap = async (...all) => {
      if (globalThis.bitmaps.made >= 100) {
        middle.resolve();
        await cancelled.promise;
      }
      const bitmap = await make(...all);
      globalThis.bitmaps.made++;
      return bitmap;
    };
    prototype.close = function () {
      globalThis.bitmaps.closed++;
      close.call(this);
    };
  };
  const tab = await open(t, "bitmaps", { before });
  await tab.page.setInputFiles("#folder-input", folder(t, { ...under("cat", pictures(300, RED)), ...under("dog", pictures(300, BLUE)) }));
  await tab.page.locator("#load-text").filter({ hasText: "of 600" }).waitFor();
  await tab.worker.evaluate(() => globalThis.middle);
  await tab.page.click("#cancel-load");
  await tab.worker.evaluate(() => globalThis.letGo());
  await tab.reach(["idle"]);
  await tab.page.waitForTimeout(500);
  const { made, closed } = await tab.worker.evaluate(() => globalThis.bitmaps);
  assert.ok(made >= 100 && made < 600, `it was cancelled between the pictures, after ${made}`);
  assert.equal(closed, made);
});

test("where the browser falsifies the pixels that are read back, the pictures are read without it", TIMEOUT, async (t) => {
  const before = () => {
    const { prototype } = globalThis.OffscreenCanvasRenderingContext2D;
    const read = prototype.getImageData;
    prototype.getImageData = function (...all) {
      const image = read.apply(this, all);
      image.data.forEach((value, i) => (image.data[i] = Math.random() < 0.1 ? value ^ 1 : value));
      return image;
    };
  };
  const tab = await open(t, "falsified", { before });
  const disk = folder(t, classes());
  await tab.pick(disk);
  const first = await history(tab);
  assert.ok(tab.server.requests.includes("/decoders/tabfit_bg.wasm"));
  await tab.pick(disk);
  assert.deepEqual(await history(tab), first);
});
