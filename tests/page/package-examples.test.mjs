/** What the package contains, and the examples of examples/web, which import it. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./chromium.mjs";
import { folder, shapes, splitShapes } from "./fixtures.mjs";
import { MINUTES, open, TIMEOUT } from "./package-page.mjs";
import { png } from "./png.mjs";

const PACKAGE = join(ROOT, "pkg");

/** The messages that an example has shown so far. @returns {Promise<any[]>} */
async function written(page) {
  return (await page.locator("#log").textContent()).trim().split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/** The messages of an example, as soon as one of them has this key. */
async function writtenUntil(page, key, minutes = 3) {
  await page.locator("#log").filter({ hasText: new RegExp(`"(${key}|error)":`) }).waitFor({ timeout: minutes * MINUTES });
  const messages = await written(page);
  assert.deepEqual(messages.filter(({ error }) => error), []);
  return messages;
}

/** @param {any[]} messages */
function checkThatItLearned(messages, epochs) {
  const losses = messages.filter((message) => "epoch" in message).map(({ loss }) => loss);
  assert.equal(losses.length, epochs);
  assert.ok(losses.at(-1) < losses[0] / 2, `the loss falls: ${losses}`);
  const { accuracy } = messages.find((message) => "confusionMatrix" in message);
  assert.ok(accuracy > 0.85, `accuracy ${accuracy}`);
}

test("the package holds what package.json promises", () => {
  const description = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
  assert.equal(description.name, "tabfit");
  assert.equal(description.license, "MIT OR Apache-2.0");
  assert.equal(description.type, "module");
  assert.ok(description.description && description.keywords.length > 0);
  const [packed] = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: PACKAGE, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  const files = packed.files.map(({ path }) => path);
  const exported = Object.values(description.exports).flatMap((conditions) => Object.values(conditions));
  for (const file of ["README.md", "LICENSE-MIT", "LICENSE-APACHE", ...exported, ...description.sideEffects]) {
    assert.ok(files.includes(file.replace("./", "")), `${file} is not in ${files}`);
  }
  for (const importing of files.filter((file) => file.endsWith(".js"))) {
    const text = readFileSync(join(PACKAGE, importing), "utf8").replaceAll(/^ *(\*|\/\/).*/gm, "");
    const named = [...text.matchAll(/(?:from |import\(|new URL\()['"](\..+?)['"]/g)].map(([, path]) => join(dirname(importing), path));
    for (const file of named) assert.ok(files.includes(file), `${importing} names ${file}, which is not packed`);
  }
});

test("the example trains on a folder and answers about a picture", TIMEOUT, async (t) => {
  const page = await open(t, "folder.html", "folder");
  const picked = folder(t, { ...splitShapes(30, 10), "Training/disc/notes.jpg": "words", "readme.txt": "words" });
  await page.setInputFiles("#folder", picked);
  const messages = await writtenUntil(page, "confusionMatrix");
  const [{ classNames, counts, skipped }] = messages;
  assert.deepEqual(classNames, ["disc", "frame", "stripes"]);
  assert.deepEqual([counts.training, counts.validation, counts.test], [[30, 30, 30], null, [10, 10, 10]]);
  assert.deepEqual(skipped.map(({ path }) => path), ["pictures/Training/disc/notes.jpg", "pictures/readme.txt"]);
  checkThatItLearned(messages, 20);

  await page.setInputFiles("#picture", join(folder(t, shapes({ each: 1, seed: 3 })), "stripes/000.png"));
  await page.locator("#log").filter({ hasText: '"probability"' }).waitFor({ timeout: MINUTES });
  const predictions = (await written(page)).at(-1);
  assert.equal(predictions[0].className, "stripes");
  assert.deepEqual(predictions.map(({ className }) => className).sort(), classNames);
});

test("the example says what is wrong with a folder", TIMEOUT, async (t) => {
  const page = await open(t, "folder.html", "bad-folder");
  await page.setInputFiles("#folder", folder(t, { "disc/1.png": png({ width: 8, height: 8, channels: 3 }) }));
  await page.locator("#log").filter({ hasText: "error" }).waitFor({ timeout: MINUTES });
  assert.match((await written(page))[0].error, /^DatasetError: Only one class was found, "disc"/);
});

test("the example trains on arrays, and the saved network answers as the trained one", TIMEOUT, async (t) => {
  const page = await open(t, "arrays.html", "arrays");
  const messages = await writtenUntil(page, "truth");
  checkThatItLearned(messages, 15);
  const { truth, trained, opened } = messages.at(-1);
  assert.equal(trained[0].className, truth);
  assert.deepEqual(opened, trained);
});
