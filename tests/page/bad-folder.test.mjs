/** Folders with something wrong: each is refused with a clear sentence, and the pictures loaded before stay. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, shapes, UNUSUAL, unusable } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
const QUICK = { device: "cpu", epochs: 1, "batch-size": 8, "validation-split": 0 };

/** Opens the page with good pictures loaded, which the test must leave in place. */
async function openWithShapes(t, log) {
  const tab = await openPage(t, { log });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  return tab;
}

async function assertShapesAreKept(tab) {
  assert.deepEqual(await tab.rows("#class-table"), [["disc", "8", "–", "–"], ["frame", "8", "–", "–"], ["stripes", "8", "–", "–"]]);
  await tab.set({ ...QUICK, layers: TINY_LAYERS(3) });
  await tab.fit();
  assert.equal((await tab.history()).length, 1, "the earlier pictures still train");
}

test("an empty folder, dropped, is refused and the earlier pictures stay", TIMEOUT, async (t) => {
  const tab = await openWithShapes(t, "empty-folder");
  await tab.drop(folder(t, {}, "nothing"));
  assert.match(await tab.error(), /no file/);
  await assertShapesAreKept(tab);
});

test("a folder without pictures is refused and the earlier pictures stay", TIMEOUT, async (t) => {
  const tab = await openWithShapes(t, "no-pictures");
  await tab.pick(folder(t, { "notes/today.txt": "hello", "readme.md": "# hello" }));
  assert.match(await tab.error(), /no picture/);
  await assertShapesAreKept(tab);
});

test("a folder with one class is refused by the name of the class", TIMEOUT, async (t) => {
  const tab = await openWithShapes(t, "one-class");
  await tab.pick(folder(t, shapes({ kinds: ["disc"] })));
  assert.match(await tab.error(), /Only one class.*"disc"/);
  await assertShapesAreKept(tab);
});

test("files that are no usable pictures are listed with the reason, unusual pictures are used", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "unusable" });
  await tab.set({ "image-size": 32 });
  const into = (name, files) => Object.fromEntries(Object.entries(files).map(([file, content]) => [`${name}/${file}`, content]));
  const files = { ...shapes({ kinds: ["disc"] }), ...into("unusual", UNUSUAL), ...into("unusual", await unusable(tab.page)) };
  await tab.pick(folder(t, files));

  assert.equal(await tab.text("#error"), "");
  assert.deepEqual(await tab.rows("#class-table"), [["disc", "8", "–", "–"], ["unusual", "5", "–", "–"]]);
  const skipped = await tab.page.locator("#skipped li").allTextContents();
  for (const [file, reason] of [
    ["text.jpg", /is not a picture/],
    ["cut.jpg", /is damaged or cut off/],
    ["empty.jpg", /is empty \(0 bytes\)/],
    ["huge.png", /12000 x 9000 pixels.*megapixels/],
  ]) {
    assert.match(skipped.find((line) => line.includes(file)) ?? `${file} is not listed`, reason);
  }
  assert.equal(skipped.length, 4);
  assert.equal(await tab.text("#skipped-count"), "4 files skipped");

  await tab.set({ ...QUICK, layers: TINY_LAYERS(2) });
  await tab.fit();
  assert.equal((await tab.history()).length, 1);
});

test("names with quotes, emoji and markup stay text", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "names" });
  await tab.set({ "image-size": 32 });
  const picture = shapes({ kinds: ["disc"], each: 1 })["disc/000.png"];
  const names = [`"quoted" and 'single'`, "<script>document.title = 'owned'<", "<img src=x onerror=document.title='owned'>", "🧠 scan"];
  const bad = "<b>bold<";
  const files = Object.fromEntries(names.flatMap((name) => [[`${name}/<u>1.png`, picture], [`${name}/2.png`, picture]]));
  await tab.pick(folder(t, { ...files, [`${names[0]}/${bad}.jpg`]: "text" }));

  assert.deepEqual((await tab.rows("#class-table")).map(([name]) => name), names.toSorted());
  assert.equal(await tab.text("#skipped-count"), "1 file skipped");
  await tab.set({ ...QUICK, layers: TINY_LAYERS(4), "validation-split": 0.5, "group-by": "" }); // all are copies of one picture
  await tab.fit();
  const answer = await tab.predict(join(folder(t, { [`${bad}.png`]: picture }), `${bad}.png`));
  assert.deepEqual(answer[`${bad}.png`].map(([name]) => name).sort(), names.toSorted());

  assert.equal(await tab.page.locator("main script, main img, main b, main u").count(), 0, "no name became an element");
  assert.doesNotMatch(await tab.page.title(), /owned/);
});

test("a class with one picture gets a warning and trains", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "single" });
  await tab.set({ "image-size": 32 });
  const files = { ...shapes({ kinds: ["disc", "frame"] }), ...shapes({ kinds: ["stripes"], each: 1 }) };
  await tab.pick(folder(t, files));
  assert.match(await tab.text("#warnings"), /"stripes" has a single picture/);
  await tab.set({ ...QUICK, layers: TINY_LAYERS(3), "validation-split": 0.25 });
  await tab.fit();
  assert.equal((await tab.history()).length, 1);
});

test("a picture size of 0 is refused by name", TIMEOUT, async (t) => {
  const tab = await openWithShapes(t, "size-zero");
  const answer = await tab.send({ type: "load", imageSize: 0, run: null, threads: null });
  assert.equal(answer.name, "ConfigError");
  assert.match(answer.message, /imageSize must be from 8/);
  await assertShapesAreKept(tab);
});
