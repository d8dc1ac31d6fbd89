/** The care of pictures: what is planted in a folder is found, shown, mended, kept, and undone. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { atOnce } from "./bundled.mjs";
import { ARTIFACTS, ROOT } from "./chromium.mjs";
import { allPictures, groupNames, inPart, NASTY, openCare, openTopic, plantedFolder, told } from "./care-folder.mjs";
import { folder } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 6 * 60_000 };
const [TRAINING, TEST] = [1, 3];

/** Trains until the score no longer hangs on one epoch, and tells the score on the test pictures. */
async function score(tab) {
  await tab.set({ device: "cpu", threads: 1, layers: TINY_LAYERS(2), epochs: 12, "batch-size": 8, "validation-split": 0.3 });
  await tab.fit();
  assert.equal(await tab.text("#evaluate-part"), "On the test folder");
  return tab.accuracy();
}

/**
 * Trains with one seed after the other, which hold out other pictures each, and relabels those of these pictures that are doubted.
 *
 * @param {readonly string[]} names
 * @returns {Promise<string[]>} which were found
 */
async function mendLabels(tab, names) {
  const { page } = tab;
  const found = [];
  for (let seed = 1; seed <= 8 && found.length < names.length; seed++) {
    await tab.set({ seed, "validation-split": 0.5 });
    await tab.fit();
    await openTopic(tab, "labels");
    await page.getByRole("button", { name: "Look for wrong labels" }).click();
    await page.locator("#care-labels [role=status]").filter({ hasText: /may be wrong|no label looks wrong/ }).waitFor();
    for (const name of names.filter((name) => !found.includes(name))) {
      const doubted = page.locator(".care-label-issue").filter({ hasText: name });
      if ((await doubted.count()) === 0) continue;
      assert.match((await doubted.innerText()).replace(/\s+/g, " "), new RegExp(`^${name} Training, frame Given frame Suggested disc Score 0\\.\\d\\d Relabel as disc$`));
      await doubted.getByRole("button", { name: "Relabel as disc" }).click();
      await told(tab, `${name} counts as disc now.`);
      assert.ok(await doubted.getByRole("button").isDisabled());
      found.push(name);
    }
  }
  return found;
}

/** What axe finds in the section and in the first step. */
async function axe(tab, look) {
  const found = await tab.page.evaluate(async () => (await axe.run({ include: [["#care"], ["#pictures"]] }, { resultTypes: ["violations"] })).violations
    .map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
  assert.deepEqual(found, [], look);
  assert.ok(await tab.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), look);
}

test("copies, flipped labels, weak pictures and a telling brightness are found, shown, mended and kept", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "care" });
  const { page } = tab;
  page.on("dialog", () => assert.fail("the name of a picture was run as markup"));
  const pictures = folder(t, await plantedFolder(page));
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  assert.deepEqual(tab.server.requests.filter((path) => /page\/care|care\.css/.test(path)).sort(), []);
  assert.deepEqual(atOnce(/page\/care/), ["js/page/care/late.js", "js/page/care/reading.js"], "the rest is loaded late");
  await openCare(tab);
  assert.match(await tab.text("#care-text"), /^1 of 16 test pictures is also among the training pictures\. 2 others look like training pictures\. The class can be told from the brightness alone: ([89]\d|100)\.\d % right, where guessing gives 50\.0 %\.$/);
  const before = await score(tab);

  // Each flipped label is doubted once a network has not learnt from it, and gets its class back by the button beside it.
  const flipped = ["flipped0.png", "flipped1.png", "flipped2.png"];
  const mended = await mendLabels(tab, flipped);
  assert.deepEqual(mended.sort(), flipped);
  assert.deepEqual((await tab.rows("#class-table")).map((row) => row[TRAINING]), ["30", "26"]);
  await tab.set({ seed: 1 });
  const relabelled = await score(tab);
  t.diagnostic(`accuracy on the test pictures before ${before}, with the labels mended ${relabelled}`);
  assert.ok(relabelled >= before, `${before} and ${relabelled}`);
  for (let i = 0; i < flipped.length; i++) {
    await page.getByRole("button", { name: "Undo" }).click();
    await page.waitForFunction((frames) => document.querySelectorAll("#class-table tbody tr")[1].cells[1].textContent === String(frames), 27 + i);
  }
  await page.locator(".care-sides").filter({ hasText: "27 → 25" }).waitFor(); // what follows begins with the folder as it is

  // Copies: the exact one, the one saved again, the smaller one.
  assert.deepEqual(await groupNames(tab), [`${NASTY} + q0_0.png`, "half.png + q2_2.png", "q1_1.png + saved again.jpg"]);
  assert.deepEqual((await page.locator(".care-badges").allInnerTexts()).map((text) => text.replace(/\s+/g, " ")), ["on two sides exact copies", "on two sides near copies", "on two sides near copies"]);
  await page.locator(".care-group").last().scrollIntoViewIfNeeded();
  await page.locator(".care-group:last-child canvas[width='32']").nth(1).waitFor();
  const shown = await page.locator(".care-group:last-child canvas").first().evaluate((canvas) => new Set(canvas.getContext("2d").getImageData(0, 0, 32, 32).data).size);
  assert.ok(shown > 10, "the picture is drawn");
  const effect = Object.fromEntries((await tab.rows(".care-sides")).map(([name, ...cells]) => [name, cells]));
  assert.deepEqual(effect, { disc: ["27 → 25", "8"], frame: ["29 → 28", "8"], All: ["56 → 53", "16"] }, "the effect is shown before");
  await page.click(".care-sides button");
  await told(tab, "3 pictures are left out now.");
  assert.deepEqual([await inPart(tab, TRAINING), await inPart(tab, TEST)], [53, 16], "the test part stays");
  assert.deepEqual([...new Set(await page.locator(".care-badge:first-child").allInnerTexts())], ["on one side"]);
  assert.equal(await page.inputValue("#group-by"), "duplicates", "what is held out is chosen by groups from now on");
  assert.doesNotMatch(await tab.text("#care-text"), /training pictures/);

  // What is weak, and what gives the class away.
  await openTopic(tab, "issues");
  for (const [kind, name] of [["dark", "dark.png"], ["blurry", "blurred.png"]]) {
    await page.selectOption("#care-kind", kind);
    const names = await page.locator("#care-issues .care-name").allInnerTexts();
    assert.ok(names.length < 8 && names.includes(name), `the ${kind} ones: ${names}`);
    assert.match(await page.locator("#care-issues .care-note").first().innerText(), /^score 0\.[0-4]\d$/);
  }
  await openTopic(tab, "shortcuts");
  assert.match(await tab.text(".care-sentences"), /the brightness alone/);

  // By mouse: the flipped ones get their class back.
  await openTopic(tab, "all");
  await page.fill("#care-search", "flipped");
  await page.waitForFunction(() => document.querySelectorAll("#care-all .care-picture").length === 3);
  await page.locator("#care-all .care-picture label").first().click();
  await page.locator("#care-all .care-picture label").last().click({ modifiers: ["Shift"] });
  assert.equal(await tab.text(".care-count"), "3 pictures are chosen.");
  await page.selectOption("#care-class", "disc");
  await page.getByRole("button", { name: "Give them this class" }).click();
  await told(tab, "3 pictures have this class now.");
  assert.deepEqual(await page.locator("#care-all .care-decision").allInnerTexts(), Array(3).fill("counts as disc"));
  assert.deepEqual((await tab.rows("#class-table")).map((row) => row[TRAINING]), ["28", "25"]);

  // By keyboard: the dark and the blurred one are left out, back, and out again.
  await page.getByRole("button", { name: "Choose none" }).click();
  await page.selectOption("#care-kind", "dark");
  await page.locator("#care-issues .care-picture input").first().focus();
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Leave out" }).focus();
  await page.keyboard.press("Enter");
  await told(tab, "1 picture is left out now.");
  await page.getByRole("button", { name: "Undo" }).focus();
  await page.keyboard.press("Enter");
  await told(tab, "1 picture is as it was before.");
  assert.equal(await inPart(tab, TRAINING), 53);
  await page.getByRole("button", { name: "Redo" }).focus();
  await page.keyboard.press("Enter");
  await told(tab, "1 picture was changed again.");
  assert.equal(await inPart(tab, TRAINING), 52);
  await page.getByRole("button", { name: "Choose none" }).click();
  await page.selectOption("#care-kind", "blurry");
  await page.locator("#care-issues .care-picture").filter({ hasText: "blurred.png" }).locator("input").focus();
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Leave out" }).focus();
  await page.keyboard.press("Enter");
  await told(tab, "1 picture is left out now.");
  assert.equal(await inPart(tab, TRAINING), 51);
  await page.locator("#care-all .care-picture input").first().focus();
  await page.keyboard.press("Shift+ArrowRight");
  assert.equal(await tab.text(".care-count"), "3 pictures are chosen.", "Shift chooses all between");
  await tab.screenshot("care");

  // As a table, out and in, also as Excel writes it.
  await openTopic(tab, "decided");
  const csv = String(await tab.download("#care-save"));
  const rows = csv.replace(/\r\n$/, "").split("\r\n");
  assert.equal(rows[0], "\uFEFFfile,content,decision,class");
  assert.deepEqual([rows.length, rows.filter((row) => /,relabel,disc$/.test(row)).length, rows.filter((row) => /,exclude,$/.test(row)).length], [9, 3, 5]);
  const decided = await allPictures(tab, "decided");
  await page.locator("#care-decided .care-picture input").first().focus();
  await page.keyboard.press("Control+a");
  await page.getByRole("button", { name: "Restore" }).click();
  await told(tab, "8 pictures are as their folders say.");
  assert.equal(await inPart(tab, TRAINING), 56);
  const excel = `${csv.replaceAll(",", ";")}gone.png;${"0".repeat(32)};exclude;\r\n=1+1;;nonsense;\r\n`;
  await page.setInputFiles("#care-file", { name: "pictures.csv", mimeType: "text/csv", buffer: Buffer.from(excel) });
  await told(tab, "8 decisions were taken over. Pictures that are not here: 1, for example gone.png. Lines that say neither exclude nor relabel with a class: 1, for example line 11.");
  assert.deepEqual(await allPictures(tab, "decided"), decided);

  // The network that was trained stays; the next run learns from what is left.
  const after = await score(tab);
  t.diagnostic(`accuracy on the test pictures before ${before}, after ${after}`);
  assert.ok(before > 0.5 && after >= before, `${before} and ${after}`);

  // What was decided is kept, and holds again for the same pictures.
  await page.evaluate(readFileSync(join(ROOT, "tests/page/node_modules/axe-core/axe.min.js"), "utf8"));
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 });
      await axe(tab, `${colorScheme}, ${width}`);
    }
  }
  await page.screenshot({ path: join(ARTIFACTS, "page-care-phone.png"), fullPage: true });
  await page.setViewportSize({ width: 1280, height: 900 });
  await tab.reload();
  assert.equal(await tab.text("#kept-decisions-text"), "8 decisions about pictures are kept too.");
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  assert.equal(await tab.text("#care-again"), "What you decided about these pictures before holds again: 5 pictures are left out and 3 pictures count as pictures of another class. The files on your disk are as they were.");
  assert.equal(await inPart(tab, TRAINING), 51);
  await page.click("#forget");
  await page.click("#dialog-yes");
  await page.locator("#forget-note").filter({ hasText: "Nothing is kept any more." }).waitFor();
  await tab.reload();
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  assert.deepEqual([await page.isHidden("#care-again"), await inPart(tab, TRAINING)], [true, 56]);
});
