/** What the trainer worker finds in a folder, and what it changes of it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { ROOT } from "./chromium.mjs";
import { folder, MRI, MRI_MISSING } from "./fixtures.mjs";
import { png } from "./png.mjs";
import { openPage } from "./trainer-page.mjs";

const MINUTE = 60_000;

/** The worker's answer to a command, which it must not refuse. */
async function ask(tab, command) {
  const { value, message } = await tab.send(command);
  assert.equal(message, undefined, `${command.type} is answered`);
  return value;
}

test("planted twins, dark pictures and a class that its brightness tells are found, and changes hold", { timeout: 2 * MINUTE }, async (t) => {
  const tab = await openPage(t, { log: "care-worker" });
  const photograph = readFileSync(join(ROOT, "tests/photographs/cat.png"));
  const again = await tab.page.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
    const made = [];
    for (const [scale, quality] of [[1, 0.75], [0.5, 0.95]]) {
      const canvas = new OffscreenCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      made.push([...new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality })).arrayBuffer())]);
    }
    return made;
  }, [...photograph]);
  const noise = (seed, base) => png({ width: 64, height: 48, channels: 3, value: (x, y, c) => base + ((x >> 3) * 7919 * seed + (y >> 3) * 104729 * (seed + 3) + c * seed) % 90 });
  const files = { "Training/light/cat.png": photograph, "Testing/light/again.jpg": Buffer.from(again[0]), "Testing/dark/half.jpg": Buffer.from(again[1]) };
  for (let number = 1; number <= 12; number++) {
    files[`Training/light/p${number % 4}_${number}.png`] = noise(number, 150);
    files[`Training/dark/p${number % 4}_${number}.png`] = noise(number + 20, 5);
  }
  await tab.pick(folder(t, files));
  const { near, leaks, otherLabels, shortcuts, issues, pictures, groups, exact } = await ask(tab, { type: "care" });
  const of = (path) => pictures.paths.findIndex((one) => one.endsWith(path));
  const twins = ["light/cat.png", "light/again.jpg", "dark/half.jpg"].map(of).sort((a, b) => a - b);
  assert.deepEqual(near, [twins]);
  assert.deepEqual(exact, []);
  assert.equal(new Set(Object.values(groups)).size, pictures.paths.length - 2);
  assert.deepEqual(leaks.map(({ pictures: [first] }) => first), [of("light/cat.png"), of("light/cat.png")]);
  assert.equal(otherLabels.length, 2, "the half is of another class than both others");
  const bright = shortcuts.find(({ property }) => property === "brightness");
  assert.ok(bright.issue && bright.accuracy > 0.8, JSON.stringify(shortcuts));
  assert.ok(issues.every(({ score }) => score >= 0 && score <= 1));

  const named = await ask(tab, { type: "groups-by-name", pattern: "{group}_*" });
  assert.deepEqual([named.matched, new Set(named.names.filter((name) => /^p\d$/.test(name))).size], [24, 4]);

  const changes = { labels: [[of("dark/half.jpg"), "light"]], excluded: [of("dark/p1_1.png")], groups, onOneSide: true, groupedBy: "duplicates" };
  const dry = await ask(tab, { type: "revise", changes: { ...changes, dry: true } });
  assert.deepEqual(dry.summary.counts, { training: [11, 12], validation: null, test: [0, 2] });
  assert.equal((await ask(tab, { type: "care" })).groupedBy, null, "nothing was changed");
  const revised = await ask(tab, { type: "revise", changes });
  assert.deepEqual(revised.summary.counts, dry.summary.counts);
  const after = await ask(tab, { type: "care" });
  assert.equal(after.groupedBy, "duplicates");
  assert.deepEqual([after.otherLabels, after.pictures.given[of("dark/half.jpg")], after.pictures.labels[of("dark/half.jpg")]], [[], 0, 1]);
  const { size, pixels } = await ask(tab, { type: "pixels", pictures: twins });
  assert.equal(Object.keys(pixels).length, 3 * size * size * 4);
  const back = await ask(tab, { type: "revise", changes: { labels: [], excluded: [], groups: null } });
  assert.deepEqual(back.summary.counts, { training: [12, 13], validation: null, test: [1, 1] });
});

/** The groups of the MRI that look alike where tabfit's own decoders read them: `cargo run --example care -- DIR` prints both. */
const NATIVE_GROUPS = [91, "82af62ad"];

test("of the MRI, 27 of 196 test files are in the training part too", { timeout: 3 * MINUTE, skip: MRI_MISSING }, async (t) => {
  const tab = await openPage(t, { log: "care-mri" });
  await tab.pick(MRI);
  const { leaks, pictures, near } = await ask(tab, { type: "care" });
  const exact = leaks.filter(({ exact }) => exact);
  assert.equal(exact.length, 27);
  assert.equal(new Set(exact.map(({ pictures: [, id] }) => pictures.contents[id])).size, 21);
  assert.ok(near.every((group) => group.length < 20), "brain scans are not one group");
  const root = /^(?!Training|Testing)[^/]*\//;
  const groups = near.map((ids) => ids.map((id) => pictures.paths[id].replace(root, "")).sort().join(",")).sort();
  assert.deepEqual([groups.length, crc32(groups.join("\n")).toString(16)], NATIVE_GROUPS);
});
