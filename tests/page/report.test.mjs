/** The report of a run as HTML and JSON, and the model card beside an export: what they say is what the page shows. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { unzipSync } from "fflate";
import { parse } from "yaml";
import { ARTIFACTS, ROOT } from "./chromium.mjs";
import { folder, splitShapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };
const IMAGE = "<img src=x onerror=alert(1)>";
/** Names of classes that YAML, Markdown or HTML could take for something else. */
const CLASSES = { disc: IMAGE, frame: "- a: b | `c`", stripes: "yes" };
const { sentences } = JSON.parse(readFileSync(join(ROOT, "www/js/page/language/de.json"), "utf8"));
const AXE = readFileSync(join(ROOT, "tests/page/node_modules/axe-core/axe.min.js"), "utf8");
/** Millimetres of a sheet of paper, in pixels of style sheets, without the margins of the report. */
const PAPER = { A4: (210 - 28) * (96 / 25.4), Letter: (215.9 - 28) * (96 / 25.4) };

/** Shapes whose classes and one file have hostile names, and one test picture that is a training picture too. */
function hostileShapes() {
  const renamed = Object.entries(splitShapes(16, 10)).map(([path, content]) => [path.replace(/\/(disc|frame|stripes)\//, (_, name) => `/${CLASSES[name]}/`), content]);
  const pictures = Object.fromEntries(renamed);
  pictures[`Testing/yes/${IMAGE}.png`] = pictures["Training/yes/000.png"];
  return { ...pictures, "Training/yes/note.txt": "This is no picture." };
}

async function saved(tab, kind) {
  const [download] = await Promise.all([tab.page.waitForEvent("download"), tab.page.click(`[data-report=${kind}]`)]);
  assert.equal(await tab.text("#error"), "");
  return { name: download.suggestedFilename(), text: String(await tab.contentOf(download)) };
}

/** "0-2,5": 0, 1, 2 and 5. */
const idsIn = (list) => list.split(",").flatMap((range) => {
  const [first, last = first] = range.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
});

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** Every place where something is not known, with why. */
function* unknowns(value, path = "") {
  if (typeof value !== "object" || value === null) return;
  if ("unknown" in value) yield [path, value.unknown];
  for (const [key, inner] of Object.entries(value)) yield* unknowns(inner, path ? `${path}.${key}` : key);
}

/** Opens a report alone, in a tab of its own, and collects what it asks for and complains of. */
async function openReport(t, tab, text, name) {
  const path = join(ARTIFACTS, `${name}.html`);
  writeFileSync(path, text);
  const page = await tab.page.context().newPage();
  t.after(() => page.close());
  const problems = [];
  page.on("console", (message) => problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("dialog", (dialog) => problems.push(dialog.message()));
  page.on("request", (request) => !/^(data:|file:\/\/.*\.html$)/.test(request.url()) && problems.push(request.url()));
  await page.goto(`file://${path}`);
  return { page, problems };
}

/** The tables of a page by their captions, cell by cell. */
const tablesOf = (page) => page.locator("table").evaluateAll((tables) => tables.map((table) =>
  ({ caption: table.caption.textContent, rows: [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent)) })));

test("the report says what the page shows, stands alone, prints whole and leaves blank what a person writes", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "report" });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, hostileShapes(), "bilder"));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 6, "batch-size": 8, "learning-rate": 0.003, "validation-split": 0.25, seed: 5 });
  await tab.fit();
  const { name, text } = await saved(tab, "json");
  assert.equal(name, "My own layers report.json");
  const report = JSON.parse(text);
  const { data, split, care, network, settings, software, curves, evaluation, failures, claim } = report;

  await t.test("every number of the JSON is the page's", async () => {
    assert.deepEqual([report.format, report.version, report.language, report.name], ["tabfit-report", 1, "en", "My own layers"]);
    assert.deepEqual(data.classNames, ["- a: b | `c`", IMAGE, "yes"]);
    const counts = (await tab.rows("#class-table")).map(([, ...numbers]) => numbers);
    assert.deepEqual(data.given.training.map((number, i) => [String(number), "–", String(data.given.test[i])]), counts);
    assert.deepEqual([data.used.training + data.used.validation, data.skipped.count], [48, 1]);
    const lines = data.pictures.map(({ content, part, className }) => `${content} ${part} ${className}\n`);
    assert.equal(lines.length, 48 + 31);
    assert.equal(createHash("sha256").update(lines.sort().join("")).digest("hex"), data.hash, "the hash is that of the listed pictures");
    const history = await tab.exactHistory();
    for (const metric of ["loss", "accuracy", "val_loss", "val_accuracy"]) assert.deepEqual(curves.epochs.map((epoch) => epoch[metric]), history[metric], metric);
    assert.deepEqual([settings.fit.seed, settings.fit.batchSize, settings.compile.optimizer.learningRate, split.seed], [5, 8, 0.003, 5]);
    assert.equal(network.parameters, sum(network.layers.map(({ parameters }) => parameters)));
    assert.ok((await tab.text("#model-info")).includes(network.parameters.toLocaleString("en")));
    assert.ok(software.tabfit && software.browser.includes("Chrom") && software.device === "CPU" && software.threads >= 1);
    assert.ok(report.time.seconds > 0 && Date.parse(report.time.ended) <= Date.parse(report.made));

    const { test: scored } = evaluation;
    assert.deepEqual(scored.confusionMatrix, await tab.confusion());
    assert.equal(scored.images, sum(scored.confusionMatrix.flat()));
    const [accuracy] = scored.scores;
    assert.equal(`${(accuracy.score.value * 100).toFixed(1)} %`, await tab.text("#test-accuracy"));
    const { low, high } = accuracy.score.interval;
    assert.ok(low < accuracy.score.value && accuracy.score.value <= high && high <= 1 && accuracy.score.method.startsWith("wilson"));
    const shown = await tab.rows("#per-class");
    const two = (value) => (value === null ? "–" : value.toFixed(2));
    assert.deepEqual(scored.perClass.map(({ className, precision, sensitivity, f1, auc, support }) =>
      [className, two(precision.value), two(sensitivity.value), two(f1.value), two(auc.value), String(support)]), shown.map((row) => row.slice(0, 6)));
    assert.deepEqual(scored.curves.map(({ className, roc, precisionRecall }) => [className, roc.auc, precisionRecall.averagePrecision]),
      scored.perClass.map(({ className, auc, averagePrecision }) => [className, auc, averagePrecision]));
    assert.ok(scored.curves.every(({ roc }) => roc.truePositives.length === roc.falsePositives.length && roc.truePositives.length > 1));
    assert.equal(evaluation.validation.images, data.used.validation);
    assert.equal(idsIn(split.ids.training).length, data.used.training, "the list of the split");
    assert.deepEqual([...idsIn(split.ids.training), ...idsIn(split.ids.validation)].sort((a, b) => a - b), data.pictures.flatMap(({ part }, id) => (part === "training" ? [id] : [])));
    assert.ok("unknown" in evaluation.training);
    assert.equal(failures.wrong, scored.images - sum(scored.confusionMatrix.map((row, i) => row[i])));
    assert.ok(failures.worst.every(({ loss, thumbnail }, i) => thumbnail.startsWith("data:image/jpeg;base64,") && (i === 0 || loss <= failures.worst[i - 1].loss)));
    assert.ok(care.leaks.count >= 1);
    const leak = care.leaks.pairs.map(({ pictures }) => pictures.map(({ path }) => path.split("/").slice(1).join("/")));
    assert.ok(leak.some((pair) => pair.join() === `Training/yes/000.png,Testing/yes/${IMAGE}.png`), JSON.stringify(leak));
  });

  await t.test("all 42 items of CLAIM are there, known or marked as blank", () => {
    assert.deepEqual(claim.map(({ number }) => number), Array.from({ length: 42 }, (_, i) => i + 1));
    const byState = (wanted) => claim.filter(({ state }) => state === wanted).map(({ number }) => number);
    assert.deepEqual(byState("blank"), [1, 2, 3, 4, 5, 6, 8, 14, 15, 16, 18, 19, 32, 38, 39, 40, 42]);
    assert.deepEqual(byState("partly"), [7, 9, 10, 12, 13, 17, 30, 31, 34, 41]);
    assert.ok(claim.every(({ state, answers, topic }) => topic && (state === "blank") === (answers.length === 0)));
    assert.match(claim[20].answers.join(" "), /disjoint by .*leaky split/);
  });

  await t.test("the HTML holds the same, runs nothing and asks for nothing", async () => {
    const { page, problems } = await openReport(t, tab, (await saved(tab, "html")).text, "report");
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
    assert.match(await page.getAttribute("meta[http-equiv]", "content"), /^default-src 'none'; style-src 'nonce-[0-9a-f]{32}'; img-src data:; base-uri 'none'; form-action 'none'$/);
    assert.deepEqual(await page.evaluate(() => [document.scripts.length, document.querySelectorAll("[style], [onerror], img:not([src^='data:image/jpeg'])").length]), [0, 0]);
    const tables = await tablesOf(page);
    const table = (caption) => tables.find((one) => one.caption.startsWith(caption))?.rows ?? assert.fail(caption);
    assert.deepEqual(table("Confusion matrix").map((row) => row.slice(1).map(Number)), evaluation.test.confusionMatrix);
    assert.deepEqual(table("Epochs").map(([, ...numbers]) => numbers.slice(0, 2)), curves.epochs.map(({ accuracy, loss }) => [accuracy, loss].map((value) => value.toFixed(4))));
    assert.deepEqual(table("Layer by layer").map(([layer]) => layer), network.layers.map((layer) => layer.name));
    const percent = (value) => `${(value * 100).toFixed(1)} %`;
    const { value, interval } = evaluation.test.scores[0].score;
    assert.deepEqual(table("Scores on 31 pictures")[0], ["Accuracy", `${percent(value)} (95 % interval ${percent(interval.low)} to ${percent(interval.high)})`]);
    assert.equal(table("The 42 items").length, 42);
    assert.equal(await page.locator("#claim .blank").count(), 17 + 10);
    assert.equal(await page.locator("#failures img").count(), failures.worst.length);
    const words = await page.evaluate(() => document.body.innerText);
    for (const expected of [IMAGE, data.hash, `${IMAGE}.png`, "leaky split", "update of 2024", "reference standard"]) assert.ok(words.includes(expected), expected);
    await page.evaluate(AXE);
    for (const [width, media] of [[1280, { colorScheme: "light" }], [320, { colorScheme: "dark" }], [1280, { forcedColors: "active" }]]) {
      await page.emulateMedia(media);
      await page.setViewportSize({ width, height: 800 });
      const found = await page.evaluate(async () => (await axe.run({ resultTypes: ["violations"] })).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
      assert.deepEqual(found, [], JSON.stringify(media));
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `nothing sideways at ${width}`);
    }
    await page.emulateMedia({ colorScheme: "light", forcedColors: "none", media: "print" });
    for (const [paper, width] of Object.entries(PAPER)) {
      await page.setViewportSize({ width: Math.floor(width), height: 900 });
      const cut = await page.evaluate(() => [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > innerWidth + 1).map((element) => element.outerHTML.slice(0, 200)));
      assert.deepEqual(cut, [], `nothing is wider than ${paper}`);
      const pdf = await page.pdf({ format: paper, path: join(ARTIFACTS, `report-${paper}.pdf`) });
      const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      assert.ok(pages >= 8 && pages <= 18, `${pages} pages of ${paper}`);
    }
    assert.deepEqual(problems, []);
  });

  await t.test("an export has the model card beside it, and a saved network can have it", async () => {
    const card = await saved(tab, "card");
    assert.equal(card.name, "README.md");
    const files = unzipSync(await tab.download("[data-export=onnx]"));
    assert.deepEqual(Object.keys(files).sort(), ["README.md", "model.onnx"]);
    const beside = String(Buffer.from(files["README.md"]));
    for (const [one, tags] of [[card.text, []], [beside, ["onnx"]]]) {
      const [, front, body] = /^---\n(.*?)\n---\n(.*)$/s.exec(one) ?? assert.fail(one);
      const read = parse(front);
      assert.deepEqual(read.tags, ["image-classification", "tabfit", ...tags]);
      assert.equal(read.license, undefined, "a person chooses it");
      const [first] = read["model-index"][0].results;
      assert.deepEqual([first.dataset.split, first.dataset.revision], ["test", data.hash]);
      const numbers = evaluation.test.scores.filter(({ score }) => score.value !== null).map(({ key, score }) => [key, score.value]);
      assert.deepEqual(first.metrics.map(({ type, value }) => [type, value]), numbers);
      assert.doesNotMatch(body, /(?<!\\)<|(?<!\\)`/);
      assert.ok(body.includes(String.raw`\<img src=x onerror=alert(1)\>`) && body.includes(String.raw`| \- a: b \| \`c\` |`));
      assert.match(body, /leaky split/);
    }
  });

  await t.test("in German, and without pictures where they are not wished", async () => {
    await tab.page.selectOption("#language", "de");
    await tab.page.waitForFunction(() => document.documentElement.lang === "de");
    await tab.page.uncheck("#report-pictures");
    const { name: german, text: html } = await saved(tab, "html");
    assert.equal(german, `${sentences["My own layers"]} Bericht.html`);
    const { page } = await openReport(t, tab, html, "report-de");
    assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
    assert.equal(await page.locator("img").count(), 0);
    const words = await page.evaluate(() => document.body.innerText);
    assert.match(words, /Genauigkeit[\s\S]*\d,\d %[\s\S]*95-%-Intervall/);
    assert.doesNotMatch(words.replaceAll(/Mozilla.*|CLAIM \(.*|“reference.*|„reference.*/g, ""), /\b(the|of|and|with|pictures?|which|this|from|is|are|not|weights)\b/i);
    await tab.page.selectOption("#language", "en");
  });

  await t.test("what is not known is said", async () => {
    const file = await tab.download("#save-model");
    await tab.page.check("#keep-nothing");
    await tab.reload();
    await tab.set({ device: "cpu" });
    const root = folder(t, { "model.tabfit": file });
    await tab.page.setInputFiles("#open-model", join(root, "model.tabfit"));
    await tab.reach(["done"]);
    const bare = JSON.parse((await saved(tab, "json")).text);
    const places = Object.fromEntries(unknowns(bare));
    assert.deepEqual(Object.keys(places), ["time", "data", "care", "network.weightsBegan", "evaluation.training", "evaluation.validation", "evaluation.test", "testOpened", "failures"]);
    assert.ok(Object.values(places).every((why) => /^[A-Z“].*\.$/.test(why)), JSON.stringify(places));
    assert.deepEqual([bare.settings.fit.seed, bare.curves.epochs.length, bare.claim.length], [5, 6, 42]);
    const { page } = await openReport(t, tab, (await saved(tab, "html")).text, "report-bare");
    const words = await page.evaluate(() => document.body.innerText);
    for (const why of Object.values(places)) assert.ok(words.includes(why), why);
    assert.match((await saved(tab, "card")).text, /No pictures are open on the page\./);
  });
});
