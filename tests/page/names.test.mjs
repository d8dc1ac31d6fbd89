/**
 * Names of classes, files, runs and networks that hold markup, control characters, signs of direction and 300 letters stay text, on
 * a window of 320 pixels: in every view of the page, and in every file that it makes.
 */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { unzipSync } from "fflate";
import { parse } from "yaml";
import { readCsv } from "../../www/js/page/care/csv.js";
import { openCare, openTopic } from "./care-folder.mjs";
import { ARTIFACTS } from "./chromium.mjs";
import { folder, packed, shapes } from "./fixtures.mjs";
import { assertHarmless, HOSTILE, plain, turns } from "./hostile-names.mjs";
import { listed, openRuns } from "./runs-page.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 10 * 60_000 };
const NARROW = { viewport: { width: 320, height: 900 } };
const NAMES = Object.values(HOSTILE);
/** A person may give a name of 80 characters. */
const GIVEN = `${HOSTILE.turned} ${HOSTILE.hebrew} <b>`;

/** Pictures in `Training` and `Testing` whose classes and files have such names, and one file that is no picture. */
function archive() {
  const pictures = Object.values(shapes({ each: 24 }));
  const next = () => pictures.pop();
  const files = {};
  for (const name of NAMES) {
    for (const file of NAMES.slice(0, 6)) files[`Training/${name}/${file}.png`] = next();
    for (const file of NAMES.slice(0, 3)) files[`Testing/${name}/${file}.png`] = next();
  }
  files[`Training/${NAMES[0]}/bad ${HOSTILE.turned}.png`] = "no picture";
  return files;
}

/** Every name that may stand alone: of classes, files and what they lie in, and what a person typed. */
function alone(files) {
  const parts = Object.keys(files).flatMap((path) => [path, path.split("/").at(-1)]);
  return new Set([...NAMES, ...parts, GIVEN].map(plain));
}

test("whatever names hold, they stay text everywhere and turn nothing around them", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "names", context: NARROW });
  const { page } = tab;
  page.on("dialog", () => assert.fail("a name was run"));
  const files = archive();
  const names = alone(files);
  const harmless = async (where) => {
    await assertHarmless(page, where, names);
    await tab.screenshot(`names ${where}`);
  };
  const choose = async (list, name) => page.selectOption(list, { index: (await page.locator(`${list} option`).allTextContents()).map(plain).indexOf(plain(name)) });
  const decisions = async () => {
    const { lines, unread } = readCsv(String(await tab.download("#care button:has-text('Save as CSV')")));
    assert.deepEqual(unread, []);
    return lines;
  };
  const zip = join(folder(t, {}), `${HOSTILE.hebrew}.zip`);
  writeFileSync(zip, packed(files));
  await tab.set({ "image-size": 32 });
  await tab.pick(zip, "#zip-input");
  assert.equal(await tab.text("#error"), "");
  await page.locator("#skipped summary").click();
  assert.deepEqual((await tab.rows("#class-table")).map(([name]) => plain(name)).sort(), NAMES.map(plain).sort());
  await harmless("pictures");

  await tab.set({ device: "cpu", threads: 1, layers: TINY_LAYERS(NAMES.length), epochs: 2, "batch-size": 8, "validation-split": 0.34 });
  await tab.fit();
  await harmless("result");

  await t.test("the care of pictures, and its table of decisions", async () => {
    await openCare(tab);
    await openTopic(tab, "all");
    await page.locator("#care-all .care-picture label").first().click();
    for (const name of [HOSTILE.control, HOSTILE.turned]) {
      await choose("#care-class", name);
      await page.getByRole("button", { name: "Give them this class" }).click();
      await page.locator(".care-note-line").filter({ hasText: "has this class now" }).waitFor();
    }
    await harmless("care");
    await openTopic(tab, "decided");
    const [{ path, label }, ...more] = await decisions();
    assert.deepEqual([label, more], [HOSTILE.turned, []], "the very name, sign by sign");
    assert.ok(path in files);
  });

  await t.test("the scores, the gallery and a picture of it", async () => {
    await page.click("#study summary");
    await page.locator("#study-classes tbody tr").first().waitFor();
    await harmless("scores");
    await page.locator("#study-classes tbody button").first().click();
    await page.locator(".gallery-tile").first().click();
    await page.locator("#gallery-said").waitFor();
    await page.check("#gallery-cam");
    await page.locator("#gallery-words").filter({ hasText: "What speaks for" }).waitFor();
    await harmless("gallery");
    await choose("#gallery-label", HOSTILE.control);
    await page.click("#gallery-relabel");
    await page.locator("#gallery-decided").filter({ hasText: "Its class is" }).waitFor();
    await harmless("relabelled");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    assert.ok((await decisions()).some(({ label }) => label === HOSTILE.control));
  });

  await t.test("predictions, alone and as a folder", async () => {
    const [picture] = Object.values(shapes({ each: 1, seed: 9 }));
    const given = NAMES.map((name) => ({ name: `${name}.png`, mimeType: "image/png", buffer: picture }));
    await page.setInputFiles("#predict-input", given);
    await page.locator("#predictions > li").nth(NAMES.length - 1).waitFor();
    await harmless("predictions");
    await page.click("#predict-folder > summary");
    await page.setInputFiles("#predict-zip-input", zip);
    await page.locator("#predicted tbody tr").first().waitFor();
    await harmless("folder");
    const csv = String(await tab.download("#predict-folder-csv"));
    for (const field of csv.split(/[,\r\n]/)) assert.doesNotMatch(field, /^"?\s*[=@]/, "no spreadsheet computes a field");
    assert.ok(csv.includes("'="));
  });

  await t.test("what is kept: a network, a run, and a network that is opened again", async () => {
    const [run] = await page.locator("#kept-list > li").evaluateAll((rows) => rows.map((row) => row.dataset.id));
    await tab.send({ type: "rename", id: run, name: GIVEN });
    await tab.send({ type: "note", id: run, note: GIVEN });
    await page.locator("#kept-list .kept-name").filter({ hasText: "left" }).waitFor();
    await harmless("kept");
    for (const act of ["rename", "delete"]) {
      await page.locator(`#kept-list [data-do=${act}]`).first().click();
      await page.locator("#dialog[open]").waitFor();
      await harmless(`asked to ${act}`);
      await page.click("#dialog-no");
    }
    await openRuns(tab, 1);
    await page.locator("#runs-table tbody input").check();
    await page.locator("#runs-legend li").waitFor();
    await harmless("runs");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("[data-run=export]")]);
    assert.doesNotMatch(download.suggestedFilename(), /[\u202a-\u202e\u2066-\u2069<>]/);
    assert.equal(JSON.parse(String(await tab.contentOf(download))).about.name, GIVEN);
    const stranger = JSON.parse(String(await tab.contentOf(download)));
    Object.assign(stranger.about, { name: HOSTILE.markup, note: HOSTILE.control, network: HOSTILE.turned, classNames: NAMES, browser: HOSTILE.long });
    await page.setInputFiles("#runs-files", { name: `${HOSTILE.hebrew} ${HOSTILE.turned}.tabfit-run.json`, mimeType: "", buffer: Buffer.from(JSON.stringify(stranger)) });
    await listed(tab, 2);
    await page.locator("#runs-table tbody input").last().check();
    await harmless("imported");
    await page.setInputFiles("#runs-files", { name: `${HOSTILE.markup}.csv`, mimeType: "", buffer: Buffer.from("no log") });
    await page.locator("#runs-troubles li").filter({ hasText: "onerror" }).first().waitFor();
    await harmless("refused");
    const saved = await tab.download("#save-model");
    await page.setInputFiles("#open-model", { name: `${HOSTILE.markup}.tabfit`, mimeType: "", buffer: saved });
    await tab.reach(["done"]);
    await harmless("opened");
  });

  await t.test("all that is open, in another language", async () => {
    await page.selectOption("#language", "de");
    await page.locator("html[lang=de]").waitFor();
    await harmless("German");
    await page.selectOption("#language", "en");
    await page.locator("html[lang=en]").waitFor();
  });

  await t.test("the report, the model card and the files for other tools", async () => {
    await page.locator("#kept-list [data-do=open]").first().click();
    await tab.reach(["done"]);
    const html = String(await tab.download("[data-report=html]"));
    const path = join(ARTIFACTS, "names-report.html");
    writeFileSync(path, html);
    const report = await page.context().newPage();
    await report.goto(`file://${path}`);
    assert.equal(await report.locator("script, [onerror], b").count(), 0);
    const words = plain(await report.locator("body").innerText());
    for (const name of NAMES.filter((name) => name !== HOSTILE.long)) assert.ok(words.includes(plain(name)), name);
    await assertHarmless(report, "report", names);
    await report.screenshot({ path: join(ARTIFACTS, "page-names report.png"), fullPage: true });
    await report.close();

    const json = JSON.parse(String(await tab.download("[data-report=json]")));
    assert.deepEqual(json.data.classNames.toSorted(), NAMES.toSorted());
    const readCard = (card) => parse(/^---\n(.*?)\n---\n/s.exec(card)[1]);
    const card = String(await tab.download("[data-report=card]"));
    assert.deepEqual(card.split("\n").filter(turns), []);
    assert.equal(readCard(card)["model-index"]?.[0].name ?? GIVEN, GIVEN);
    const exported = unzipSync(await tab.download("[data-export=keras]"));
    assert.doesNotThrow(() => readCard(Buffer.from(exported["README.md"]).toString()));
  });
});
