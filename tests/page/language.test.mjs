/** English and German: the table is complete, and the whole page speaks the language that is chosen, in every state. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { atOnce } from "./bundled.mjs";
import { hearing } from "../../www/js/page/language/patterns.js";
import { ROOT } from "./chromium.mjs";
import { folder, shapes } from "./fixtures.mjs";
import { filesIn, literals, said, unsaid, written } from "./language-keys.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
const { sentences, patterns } = JSON.parse(readFileSync(join(ROOT, "www/js/page/language/de.json"), "utf8"));
const hear = hearing(sentences, patterns, ",");
const german = (more = {}) => ({ context: { locale: "de-DE", ...more } });
/** Sentences that differ from their translation. */
const ENGLISH_ONLY = Object.entries(sentences).filter(([english, other]) => english !== other).map(([english]) => english);
/** Words that no German sentence has. */
const WORDS = /\b(the|of|and|with|pictures?|which|epochs?|your|this|that|from|steps?|is|are|not|needs?|weights?)\b/i;
/** Patterns of sentences that are joined from single words, or that serde makes. */
const JOINED = /(test|validation) pictures? (is|are) (left out|used)|the (test|validation) pictures is used|^(unknown|missing) (field|variant)|^\{name\} of \w+$/;
const sorted = (names) => [...new Set(names)].sort().join();

test("every sentence of the page is in the table, and the table holds no other", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "language-keys" });
  const all = said();
  assert.deepEqual(all.filter(({ key }) => key === undefined).map(({ place }) => place), [], "say and many take a sentence that is written out");
  const texts = await written(tab.page);
  const needed = new Set([...texts, ...all.map(({ key }) => key)]);
  assert.ok(texts.length > 200 && all.length > 200, "the sentences were found");
  assert.deepEqual([...needed].filter((key) => !(key in sentences)), [], "sentences without a translation");
  assert.deepEqual(Object.keys(sentences).filter((key) => !needed.has(key)), [], "translations that nothing uses");
});

test("a translation has the values of its sentence, and each sentence is given its values", () => {
  const names = (text) => [...text.matchAll(/\{(\w+)(?::\w+)?\}/g)].map(([, name]) => name);
  const all = [...Object.entries(sentences), ...Object.entries(patterns)];
  assert.deepEqual(all.filter(([english, other]) => sorted(names(english)) !== sorted(names(other)) || !other.trim()), []);
  const given = said().filter(({ key, values }) => values && names(key).some((name) => !values.includes(name)));
  assert.deepEqual(given, [], "sentences without one of their values");
});

test("no sentence of the page's scripts is written without being said", () => {
  const forgotten = unsaid().filter(({ text }) => !(text in sentences) && hear(text.replaceAll("{}", "7")) === text.replaceAll("{}", "7"));
  assert.deepEqual(forgotten, []);
});

test("what is said is written by setText, so that it can be said again", () => {
  const wrong = filesIn("www/js", /(^main|^page\/.*)\.js$/).flatMap((path) => readFileSync(join(ROOT, path), "utf8").split("\n").flatMap((line, i) =>
    (/(textContent|innerText|title|ariaLabel)\s*=[^=].*\b(say|many|hear|percent|fileSize)\(/.test(line) || /setAttribute\(.*\b(say|many|hear)\(/.test(line)
      ? [`${path}:${i + 1}: ${line.trim()}`] : [])));
  assert.deepEqual(wrong.filter((line) => !line.includes("const title = say(")), []);
});

test("what style sheets say, they say in German too", () => {
  const says = filesIn("www/css", /\.css$/).flatMap((path) => [...readFileSync(join(ROOT, path), "utf8").matchAll(/([^{}]*)\{[^{}]*content: *"[^"]*\p{L}{2}/gu)]);
  const rules = says.map(([, selector]) => selector.replace(/\/\*.*?\*\//gs, "").trim());
  assert.ok(rules.length > 0);
  assert.deepEqual(rules.filter((rule) => !rule.startsWith(":lang(de)") && !rules.includes(`:lang(de) ${rule}`)), []);
});

test("every pattern is of a sentence that the program has", () => {
  const program = literals().join("\n").toLowerCase();
  const unused = Object.keys(patterns).filter((pattern) => {
    // A sentence can be joined from several literals, so three words in a row are enough; of few words, two.
    const parts = pattern.split(/\{[^}]*\}/).flatMap((text) => {
      const words = text.trim().split(/\s+/);
      const run = words.length > 3 ? 3 : Math.min(2, words.length);
      return words.slice(run - 1).map((_, i) => words.slice(i, i + run).join(" ").toLowerCase().replace(/[.;]$/, ""));
    });
    return !JOINED.test(pattern) && !parts.some((part) => part.length > 2 && program.includes(part));
  });
  assert.deepEqual(unused, []);
});

test("all readings of the curves, notes of callbacks, and sentences of the trainer worker are heard", () => {
  const source = (path) => readFileSync(join(ROOT, path), "utf8").split("#[cfg(test)]")[0];
  const noting = /^(history\/.*|run_callbacks|tensor_board|callbacks\/(early_stopping|reduce_lr_on_plateau))\.rs$/;
  const rust = ["src/training", "decisions/src"].flatMap((folder) => filesIn(folder, noting)).flatMap((path) => [...source(path).matchAll(/"([A-Z][^"\n]*\.)"/g)].map(([, text]) => text));
  assert.ok(rust.length >= 11, `readings and notes were found: ${rust.length}`);
  for (const text of rust) {
    const sentence = text.replace(/\{(\w*)[^}]*\}/g, (_, name) => ({ name: "training", when: "Epoch 2, step 3" })[name] ?? "3");
    assert.notEqual(hear(sentence), sentence, sentence);
  }
  const advice = [...source("scores/src/advice.rs").replace(/\\\n\s*/g, "").matchAll(/"([A-Z][^"\n]* [^"\n]*\.)"/g)].map(([, text]) => text);
  assert.equal(advice.length, 6);
  for (const text of advice) assert.notEqual(hear(text), text, text);
  const worker = literals("www/js/worker").filter((text) => /^[A-Z{].* .*\.$/s.test(text));
  assert.ok(worker.length > 10);
  for (const text of worker) {
    const sentence = text.replace(/^\{\}(?=,)/, "This browser offers no WebGPU").replaceAll("{}", "7");
    assert.notEqual(hear(sentence), sentence, sentence);
  }
});

test("what pictures, settings and computers do wrong most often is said in German, with names and numbers", () => {
  for (const [sentence, ...kept] of [
    ["3 pictures lie in no class folder, for example a/b.png; put the pictures of each class into a folder of its name, such as a/cat.", "a/b.png"],
    ["The folder holds no picture, only 4 other files, for example a b.txt; pick a folder that holds one folder of pictures per class.", "a b.txt"],
    ["None of the 3 training pictures can be used, 2 of them for one reason: x/is damaged.png is damaged or cut off; copy them again, or save them as JPEG or PNG.", "x/is damaged.png"],
    ['Only one class was found, "cat" with 8 pictures; a classifier needs pictures of at least two, each in a folder of its own.', "cat"],
    ["2 files end in .psd, which tabfit does not read, for example c/d.psd; save them as JPEG or PNG.", "c/d.psd"],
    ["Of 12 DICOM files only the pixels were read: neither names nor dates nor any other tag.", "12"],
    ["3 pictures do not say which of their values to show (no window), for example c/the pixels.tif: their greys reach from the smallest value to the largest.", "c/the pixels.tif"],
    ["1 picture is left out because it could not be read; for example, c/d.dcm is a DICOM file of 2 frames; save each frame as a file of its own.", "c/d.dcm"],
    ["learningRate must be a number above 0, not -0.5.", "learningRate", "-0,5"],
    ["epochs must be a whole number from 1 to 1000000, not 0.", "epochs"],
    ["batchSize of 512 needs about 9000 MB of memory but a tab has 4295 MB; use batches of at most 64, smaller pictures or a smaller network.", "9000 MB", "64"],
    ["patience of EarlyStopping must be a whole number of 0 or more, not NaN.", "patience", "EarlyStopping"],
    ["The GPU failed and its numbers cannot be trusted (out of memory); what was trained up to the last finished epoch is kept, train on with the CPU or reload the page.", "out of memory"],
    ["WebGPU found no usable GPU on this computer, so training runs on the processor."],
    ["The memory of this tab ran out, which may use 4 GB; choose smaller batches, smaller pictures or a smaller network"],
    ["The network could not be kept in this browser: there is no space left for this page on this computer. Save it as a file."],
    ["This model file is cut off, damaged, or not a model file; save it again from the page that trained it."],
    ['Layer "conv" needs a vector (None, units) but gets (None, 8, 8, 4); put Flatten or GlobalAveragePooling2D before it.', "conv", "(None, 8, 8, 4)"],
    ["layers is not understood: unknown variant `Conv3D`, expected one of `Conv2D`, `Dense`.", "Conv3D"],
    ["The folder's classes (a and b) are not the network's (c and d); open the folder it was trained on or fit a new network.", "a and b", "c and d"],
    ['"cat" is written "Cat" there, so give both folders one name', "Cat"],
  ]) {
    const other = hear(sentence);
    for (const name of kept) assert.ok(other.includes(name), `${other} has ${name}`);
    assert.doesNotMatch(kept.reduce((text, name) => text.replace(name, ""), other), WORDS, `${sentence} → ${other}`);
  }
});

test("names can hold anything, and what has no pattern stays as it is", () => {
  assert.equal(hear("The moon is made of cheese."), "The moon is made of cheese.");
  const name = 'Class "x" has {n} (.*) $& All';
  assert.equal(hear(`Class "${name}" has no readable picture and cannot be learned.`), `Die Klasse „${name}“ hat kein lesbares Bild und kann nicht gelernt werden.`);
  assert.equal(hear(`The file ${name} is no longer kept.`), `Die Datei ${name} ist nicht mehr aufbewahrt.`);
});

/** What a person would still read in English. */
async function left(tab, names = []) {
  const found = await tab.page.evaluate(async (keys) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node instanceof Element ? node : node.parentElement;
      if (element.closest("code, pre, script, textarea, noscript, [translate=no], option:not([value]), .monitor, #program-files-table")) continue;
      if (node instanceof Text) texts.push(node.data);
      else for (const name of ["aria-label", "title", "placeholder", "alt"]) texts.push(element.getAttribute(name) ?? "");
    }
    return texts.map((text) => text.replace(/\s+/g, " ").trim()).filter((text) => text !== "" && (keys.includes(text) || text.length > 3));
  }, ENGLISH_ONLY);
  return found.filter((text) => !names.includes(text) && (ENGLISH_ONLY.includes(text) || WORDS.test(text)));
}

const openAll = (tab) => tab.page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));

test("with a German browser everything is German, from the start to a result, an error and what is kept", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "language-run", ...german() });
  const speaks = async (state) => assert.deepEqual(await left(tab), [], state);
  await tab.page.waitForFunction(() => document.documentElement.lang === "de");
  assert.equal(await tab.page.inputValue("#language"), "de");
  await openAll(tab);
  await tab.page.locator("#program-files-table").waitFor();
  await speaks("at rest");
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, { ...shapes({ each: 12 }), "stray.psd": "x" }, "bilder"));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 5, "batch-size": 8, "validation-split": 0.25, "early-stopping": true, "metric-f1": true });
  await tab.page.locator("#estimate").filter({ hasText: "Der Lauf braucht" }).waitFor();
  assert.match(await tab.text("#estimate"), /\d,\d [kM]B/);
  await openAll(tab);
  await speaks("with pictures");
  await tab.holdAt(3);
  await tab.start(3);
  await speaks("in a run");
  assert.match(await tab.text("#tile-loss"), /^\d,\d{3}$/);
  assert.match((await tab.rows("#history-table"))[0][1], /^\d,\d{4}$/);
  await tab.page.click("#pause");
  await tab.reach(["paused"]);
  await speaks("paused");
  await tab.page.click("#resume");
  await tab.holdAt(Infinity);
  await tab.reach(["done"]);
  await tab.page.locator("#kept-list > li").waitFor();
  await tab.predict([join(ROOT, "www/favicon.svg")]);
  await openAll(tab);
  await speaks("done");
  assert.match(await tab.text("#test-accuracy"), /^\d+,\d %$/);
  await tab.page.click("#kept-list [data-do=rename]");
  await speaks("with a dialog");
  await tab.page.click("#dialog-no");
  await tab.set({ "learning-rate": -1 });
  await tab.page.click("#fit");
  assert.equal(await tab.error(), "learningRate muss eine Zahl über 0 sein, nicht -1.");
  assert.equal(await tab.page.evaluate(() => document.activeElement.id), "learning-rate");
  await speaks("with an error");
});

test("a change of the language keeps pictures, network and curves, and goes back and forth without a trace", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "language-change" });
  const text = () => tab.page.evaluate(() => {
    const attributes = [...document.querySelectorAll("[aria-label], [title], [placeholder]")].map((element) =>
      ["aria-label", "title", "placeholder"].map((name) => element.getAttribute(name)).join());
    return [document.body.textContent.replace(/\s+/g, " "), ...attributes].join("\n");
  });
  await tab.set({ "image-size": 32 });
  // A class can be called as a sentence of the page is, and stays.
  const pictures = Object.fromEntries(Object.entries(shapes()).map(([path, content]) => [path.replace("disc/", "Done/").replace("frame/", "Training accuracy/"), content]));
  await tab.pick(folder(t, pictures));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 3, "batch-size": 8, "validation-split": 0.25 });
  await tab.fit();
  await tab.page.locator("#kept-list > li").waitFor();
  await tab.page.locator("#estimate").filter({ hasText: "The run needs" }).waitFor();
  const [english, history] = [await text(), await tab.exactHistory()];
  for (const round of [1, 2]) {
    await tab.page.selectOption("#language", "de");
    await tab.page.waitForFunction(() => document.documentElement.lang === "de");
    assert.deepEqual(await left(tab, ["Done", "Training accuracy"]), [], `nothing is left in English, round ${round}`);
    assert.deepEqual((await tab.rows("#class-table")).map(([name]) => name), ["Done", "Training accuracy", "stripes"]);
    assert.match(await tab.text("#epoch-text"), /^Beendet nach 3 von 3 Epochen\.$/);
    await tab.page.selectOption("#language", "en");
    await tab.page.waitForFunction(() => document.documentElement.lang === "en");
    assert.equal(await text(), english, `the English page is back, round ${round}`);
  }
  assert.deepEqual(await tab.exactHistory(), history);
  assert.equal(await tab.state(), "done");
  await tab.page.selectOption("#language", "de");
  await tab.page.waitForFunction(() => document.documentElement.lang === "de");
  await tab.set({ epochs: 4 });
  await tab.fit();
  assert.equal((await tab.history()).length, 4, "it trains on in the other language");
});

test("a comma between two digits stands before decimals in German, and between two numbers in English", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "language-comma" });
  const read = async (text) => {
    await tab.set({ "augment-width-shift": text });
    return tab.page.evaluate(async () => (await import("/js/page/training/form/inputs.js")).numbers("augment-width-shift"));
  };
  assert.deepEqual(await read("0,2"), [0, 2]);
  await tab.page.selectOption("#language", "de");
  await tab.page.waitForFunction(() => document.documentElement.lang === "de");
  assert.deepEqual(await read("0,2"), [0.2]);
  assert.deepEqual(await read("0,8, 1,2"), [0.8, 1.2]);

  // Fields of a single number drop a comma, where the browser's own language is English.
  await tab.page.fill("#learning-rate", "");
  await tab.page.focus("#learning-rate");
  await tab.page.keyboard.type("0,002");
  assert.equal(await tab.page.inputValue("#learning-rate"), "0.002");
  assert.deepEqual(await read("0.8,1.2"), [0.8, 1.2]);
  assert.deepEqual(await read("500, 1000"), [500, 1000]);
});

test("the language is kept, but not where nothing is to be kept", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "language-kept", ...german() });
  const kept = () => tab.page.evaluate(() => [Object.values({ ...localStorage }), Object.values({ ...sessionStorage })]);
  const chosen = (code) => tab.page.waitForFunction((code) => document.documentElement.lang === code && document.querySelector("#language").value === code, code);
  await chosen("de");
  assert.deepEqual(await kept(), [[], []], "what the browser prefers is not kept");
  await tab.page.selectOption("#language", "en");
  await tab.page.waitForFunction(() => localStorage.length === 1);
  await tab.reload();
  await chosen("en");
  await tab.page.check("#keep-nothing");
  await tab.page.waitForFunction(() => localStorage.length === 0);
  assert.deepEqual(await kept(), [[], ["en"]], "only the tab still knows it");
  await tab.page.selectOption("#language", "de");
  await tab.page.waitForFunction(() => Object.values({ ...sessionStorage })[0] === "de");
  assert.deepEqual(await kept(), [[], ["de"]]);
  await tab.reload();
  await chosen("de");
});

test("a table that cannot be loaded leaves the page English, and says so", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "language-missing", missing: /de\.json$/, expected: /404/, ...german() });
  assert.match(await tab.error(), /could not load its German sentences \(the server answered 404\)/);
  assert.equal(await tab.page.inputValue("#language"), "en");
  tab.server.missing = null;
  await tab.page.selectOption("#language", "de");
  await tab.page.waitForFunction(() => document.documentElement.lang === "de");
  assert.deepEqual(await left(tab), []);
});

test("an English page loads nothing of the other language", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "language-english" });
  const loaded = await tab.page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname));
  assert.ok(atOnce(/language/).includes("js/page/language/say.js"));
  assert.deepEqual(atOnce(/language\/(translate|static|patterns)/), []);
  assert.deepEqual(loaded.filter((path) => /language\/(de|translate|static|patterns)/.test(path)), []);
});
