/** What the trainer worker says of the answers of its network: scores, thresholds, Grad-CAM, comparisons and whole folders. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { storedFiles } from "./storage.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };
const KINDS = ["disc", "frame", "stripes"];

/** The answer to a command; typed arrays as plain ones. */
async function ask(tab, command) {
  const answer = await tab.page.evaluate(async (command) => {
    const { client } = await import("/js/page/client/trainer-client.js");
    const plain = (value) => {
      if (ArrayBuffer.isView(value) || Array.isArray(value)) return Array.from(value, plain);
      const isObject = value !== null && typeof value === "object";
      return isObject ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)])) : value;
    };
    return client.send(command).then((value) => ({ value: plain(value) }), ({ name, message }) => ({ name, message }));
  }, command);
  return answer.message === undefined ? answer.value : answer;
}

test("the answers of a network are studied, kept and compared", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "study" });
  const inFolder = (part, files) => Object.entries(files).map(([path, bytes]) => [`${part}/${path}`, bytes]);
  const pictures = Object.fromEntries([...inFolder("Training", shapes({ each: 12 })), ...inFolder("Testing", shapes({ each: 5, seed: 7 }))]);
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, pictures));
  await tab.set({ device: "cpu", threads: 2, layers: TINY_LAYERS(3), epochs: 2, "batch-size": 6, "validation-split": 0.25 });
  await tab.fit();
  const first = (await tab.send({ type: "stored" })).value.kept.current;

  const study = await ask(tab, { type: "study", part: "test" });
  assert.deepEqual([study.classNames, study.opened, study.parts], [KINDS, 1, ["training", "validation", "test"]]);
  const seen = study.pictures;
  assert.equal(seen.length, 15);
  assert.ok(seen.every(({ path, label, loss, unlike }) => path.includes(`/Testing/${KINDS[label]}/`) && loss > 0 && unlike > 0), JSON.stringify(seen[0]));
  assert.equal(seen.filter(({ said, label }) => said === label).length / 15, study.scores.accuracy.value);
  assert.equal((await ask(tab, { type: "study", part: "test" })).opened, 1, "to look again is not to score again");
  await tab.send({ type: "evaluate", part: "test" });
  assert.equal((await ask(tab, { type: "study", part: "test" })).opened, 2);

  const { roc, pr } = await ask(tab, { type: "curves", part: "test", classIndex: 1 });
  assert.deepEqual(roc.auc, study.scores.perClass[1].auc);
  const quick = await ask(tab, { type: "curves", part: "test", classIndex: 1, intervals: false });
  assert.deepEqual([quick.roc, quick.pr].map(({ auc, averagePrecision, ...points }) => points), [roc, pr].map(({ auc, averagePrecision, ...points }) => points));
  assert.deepEqual([quick.roc.auc.value, quick.roc.auc.interval], [roc.auc.value, null]);
  const { threshold, chosen, read } = await ask(tab, { type: "at-threshold", classIndex: 1, rule: "youden" });
  assert.ok(threshold > 0 && chosen.part === "validation" && chosen.images === 9 && read.part === "test" && read.images === 15 && read.positives === 5);
  assert.equal(read.truePositives + read.falseNegatives, 5);
  const issues = await ask(tab, { type: "label-issues" });
  assert.ok(issues.every(({ given, suggested, path }) => given !== suggested && path.length > 0));

  const before = study.pictures[0].probability;
  const { temperature } = await ask(tab, { type: "calibrate", wished: true });
  const warm = await ask(tab, { type: "study", part: "test" });
  assert.equal(warm.temperature, temperature);
  assert.ok(temperature > 0 && temperature !== 1 && warm.pictures[0].probability !== before && warm.opened === 2);
  assert.equal(warm.scores.accuracy.value, study.scores.accuracy.value);

  const cam = await ask(tab, { type: "grad-cam", picture: seen[0].id, className: "frame" });
  const { values } = cam;
  assert.deepEqual([cam.className, cam.layer, cam.rows, cam.columns, values.length], ["frame", "conv2d_1", 16, 16, 256]);
  assert.ok(values.every((value) => value >= 0 && value <= 1));

  // A picture, a file that is none behind its name, and two that are not asked about; one has no ending.
  const asked = await tab.page.evaluate(async () => {
    const { client } = await import("/js/page/client/trainer-client.js");
    const canvas = new OffscreenCanvas(32, 32);
    const context = canvas.getContext("2d");
    for (let at = 0; at < 32; at++) {
      context.fillStyle = `rgb(${at * 8} ${255 - at * 8} ${(at * 97) % 256})`;
      context.fillRect(at, 0, 1, 32);
    }
    const picture = new File([await canvas.convertToBlob()], "colours.png");
    const broken = new File([new Uint8Array(9)], "broken.png");
    const entries = [["any/colours.png", picture], ["any/broken.png", broken], ["any/notes.txt", broken], ["any/.hidden.png", picture], ["any/IM0001", picture]].map(([path, file]) => ({ path, file }));
    await client.send({ type: "entries", entries, first: true });
    return client.send({ type: "predict-many" });
  });
  assert.deepEqual([asked.classNames, asked.stopped, asked.pictures.map(({ path }) => path)], [KINDS, false, ["any/IM0001", "any/broken.png", "any/colours.png"]]);
  const [unnamed, broken, colours] = asked.pictures;
  assert.deepEqual(unnamed.probabilities, colours.probabilities, "a name without an ending says nothing against a picture");
  assert.ok(broken.said === null && broken.error.length > 0 && colours.error === null && colours.unlike > 0, JSON.stringify(asked.pictures));

  await tab.fit();
  const other = await ask(tab, { type: "compare", run: first, part: "test" });
  assert.equal(other.images, 15, JSON.stringify(other));
  assert.equal(other.both + other.onlyFirst + other.onlySecond + other.neither, 15);
  assert.equal(other.second.accuracy.value, study.scores.accuracy.value, "what the first run answered was kept");
  assert.ok(other.mcnemar.p > 0 && other.mcnemar.p <= 1 && other.difference.value !== null);
  assert.ok(Object.entries(await storedFiles(tab)).some(([path, size]) => path.endsWith(`${first}/answers-test`) && size < 1000));
  const none = await ask(tab, { type: "compare", run: first, part: "validation" });
  assert.match(none.message ?? "", /scored on other pictures or labels|no answers to these pictures|^$/);

  await tab.send({ type: "keep-nothing", wished: true });
  assert.ok(!Object.keys(await storedFiles(tab)).includes("opened.json"), "nothing is left");
  assert.equal((await ask(tab, { type: "study", part: "test" })).opened, null);
});
