/** Pictures of clinic and laboratory in a folder: DICOM, TIFF and grey PNG of 16 bits, with what else lies on a disc of a clinic. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./chromium.mjs";
import { folder, packed } from "./fixtures.mjs";
import { open, shown } from "./folder-page.mjs";
import { png } from "./png.mjs";
import { TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 2 * 60_000 };
const FIXTURES = join(ROOT, "clinic/tests/fixtures");
const read = (name) => readFileSync(join(FIXTURES, name));
const NAMES = readdirSync(FIXTURES).flatMap((name) => (name.endsWith(".rgb") ? [name.slice(0, -4)] : []));
/** No two decoders round the same where a JPEG is not lossless. */
const mayDiffer = (name) => (name.startsWith("jpeg-baseline") ? 3 : 0);

/** What pydicom, Pillow and numpy make of a file, as a PNG that every browser reads. */
function expected(name) {
  const content = read(`${name}.rgb`);
  const [width, rgb] = [content.readUInt16LE(0), content.subarray(3)];
  return png({ width, height: rgb.length / 3 / width, channels: 3, value: (x, y, c) => rgb[(y * width + x) * 3 + c] });
}

/** RGB of each file as a network of 32 pixels gets it. */
function seen(tab, files) {
  return tab.worker.evaluate(async ({ files, url }) => {
    const { Dataset } = await import(url);
    const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const entries = files.map((file, i) => ({ path: `x/${i % 2 ? "a" : "b"}/${String(i).padStart(3, "0")}.png`, file: new Blob([bytes(file)]) }));
    const read = {};
    const next = { 0: 1, 1: 0 };
    const dataset = await Dataset.fromFolder(entries, { imageSize: 32, onPicture: (rgb, label) => {
      read[next[label]] = [...rgb];
      next[label] += 2;
    } });
    dataset.free();
    return files.map((_, i) => read[i]);
  }, { files: files.map((file) => file.toString("base64")), url: `${tab.server.url}tabfit.js` });
}

test("pictures of clinic and laboratory", TIMEOUT, async (t) => {
  const tab = await open(t, "clinic", { expected: /404/, missing: /^\/clinic\/.*wasm$/ });

  await t.test("where their part cannot be loaded, a sentence says so, and the next time may be better", async (t) => {
    const files = folder(t, { "a/1.dcm": read("explicit-12.dcm"), "b/1.dcm": read("rle-signed.dcm") });
    await tab.pick(files);
    assert.match(await tab.error(), /^None of the 2 training pictures can be used, 2 of them for one reason: .*our own decoders could not be loaded \(.*\); read the pictures again/);
    tab.server.missing = null;
    tab.server.requests.length = 0;
    await tab.pick(files);
    assert.deepEqual(await shown(tab), ["a 1 – –", "b 1 – –"]);
  });

  await t.test("a network gets the pixels of pydicom, Pillow and numpy", async () => {
    assert.ok(NAMES.length > 30);
    const [ours, theirs] = [await seen(tab, NAMES.map(read)), await seen(tab, NAMES.map(expected))];
    for (const [i, name] of NAMES.entries()) {
      const apart = Math.max(...ours[i].map((value, at) => Math.abs(value - theirs[i][at])));
      assert.ok(apart <= mayDiffer(name), `${name} differs by ${apart}`);
    }
  });

  const asked = () => tab.server.requests.filter((path) => path === "/clinic/tabfit_bg.wasm").length;
  const ofClass = (name) => ({
    [`${name}/1.dcm`]: read("explicit-12.dcm"),
    [`${name}/2.DICOM`]: read("implicit-signed.dcm"),
    [`${name}/3.dcm`]: read("rle-signed.dcm"),
    [`${name}/IM000001`]: read("jpeg-lossless-12.dcm"),
    [`${name}/1.2.840.10008.77`]: read("no-preamble.dcm"),
    [`${name}/monochrome.dcm`]: read("monochrome1.dcm"),
    [`${name}/scan.tif`]: read("grey-16.tif"),
    [`${name}/scan.png`]: read("grey-16.png"),
    [`${name}/colour.tiff`]: read("rgb-8-deflate.tif"),
  });
  const files = {
    ...ofClass("ill"),
    ...ofClass("well"),
    DICOMDIR: read("directory.dcm"),
    README: "This disc",
    "autorun.inf": "[autorun]",
    "ill/INDEX": "words",
    "ill/cine.dcm": read("two-frames.dcm"),
    "ill/wavelets.dcm": read("jpeg-2000.dcm"),
    "well/report.dcm": read("report.dcm"),
  };
  for (const [what, pick] of [
    ["a folder", () => tab.pick(folder(t, files, "disc"))],
    ["a zip", () => tab.pick(join(folder(t, { "disc.zip": packed(files) }), "disc.zip"), "#zip-input")],
    ["a drop", async () => {
      await tab.drop(folder(t, files, "disc"));
      await tab.page.locator("#warnings li").nth(2).waitFor();
      await tab.reach(["ready"]);
    }],
  ]) {
    await t.test(what, async () => {
      await tab.page.evaluate(() => document.querySelector("#warnings").replaceChildren());
      await pick();
      assert.deepEqual(await shown(tab), ["ill 9 – –", "well 9 – –"]);
      const warnings = await tab.page.locator("#warnings li").allTextContents();
      assert.equal(warnings[0], "Of 12 DICOM files only the pixels were read: neither names nor dates nor any other tag.");
      assert.match(warnings[1], /^6 pictures do not say which of their values to show \(no window\), for example .*ill\/monochrome\.dcm: their greys reach from the smallest value to the largest\.$/);
      const skipped = (await tab.page.locator("#skipped li").allTextContents()).map((line) => line.replace(/^disc\//, ""));
      assert.deepEqual(skipped, [
        "DICOMDIR — is the list of a disc (DICOMDIR) and no picture",
        "README — has no ending that tells its format; if it is a picture, add .jpg or .png to its name",
        "autorun.inf — is not a picture by its name",
        "ill/INDEX — has no ending that tells its format; if it is a picture, add .jpg or .png to its name",
        "ill/cine.dcm — is a DICOM file of 2 frames; save each frame as a file of its own",
        "ill/wavelets.dcm — is a DICOM file packed as JPEG 2000 Lossless, which tabfit does not read; save it uncompressed, or as JPEG or PNG",
        "well/report.dcm — is a DICOM file without a picture, such as a report, a plan or a curve",
      ]);
      assert.equal(asked(), 1, "the part is loaded once");
    });
  }
  await tab.screenshot("clinic");
  await tab.set({ device: "cpu", layers: TINY_LAYERS(2), epochs: 1 });
  await tab.fit();
  const { claim } = JSON.parse(String(await tab.download("[data-report=json]")));
  assert.match(await tab.text("#warnings"), /no window/, "copies were found, and what was said of the values stays");
  assert.equal(claim[8].answers[1], "The values of DICOM files became grey by the window that each file states, where it states one.");
  assert.match(claim[8].answers[2], /^6 pictures do not say which of their values to show \(no window\), .*: their greys reach from the smallest value to the largest\.$/);
  const one = folder(t, { "scan.dcm": read("explicit-12.dcm"), "scan.png": expected("explicit-12.dcm"), "cine.dcm": read("two-frames.dcm") });
  const answers = await tab.predict(["scan.dcm", "scan.png"].map((name) => join(one, name)));
  assert.deepEqual(answers["scan.dcm"], answers["scan.png"]);
  assert.equal(await tab.page.locator("#predictions canvas").count(), 2, "both are shown");
  await tab.predict([join(one, "cine.dcm")]);
  assert.match(await tab.text("#predictions"), /is a DICOM file of 2 frames; save each frame/);
});
