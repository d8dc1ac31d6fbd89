/** Processes that die at random moments: what was trained is there again, and the run ends with the numbers of an undisturbed one. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { folder, generator, LONG, shapes } from "./fixtures.mjs";
import { Mortal } from "./mortal.mjs";
import { TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 30 * 60_000 };
const SEED = Number(process.env.SEED ?? 1);
const MANY = 1000; // epochs, more than a run gets to before it is ended so often
/** Everything with a state that must be restored: optimizer, dropout, augmentation, callbacks with counters. */
const SETTINGS = {
  layers: [...TINY_LAYERS(3).slice(0, -1), { type: "Dropout", rate: 0.2 }, ...TINY_LAYERS(3).slice(-1)],
  "batch-size": 5,
  "validation-split": 0.25,
  "validation-batch-size": 1,
  "augment-rotation": 10,
  "backup-freq": 1, // after every step
};
const CALLBACKS = { "reduce-lr": true, "reduce-lr-patience": 1 };
const PICTURES = shapes({ each: 8 });

/** How many deaths of each kind: 50 in all, or 270, and 30 more in Firefox, of which 100 end the browser. */
const ON_THE_PROCESSOR = { "the trainer worker": LONG ? 81 : 19, "the tab": LONG ? 50 : 12, "the browser": LONG ? 75 : 4 };
const SCORING = { "the trainer worker": LONG ? 5 : 2, "the tab": LONG ? 5 : 2, "the browser": LONG ? 10 : 1 };
const HELPERS = LONG ? 24 : 6;
const GPUS = LONG ? 20 : 4;

const WAYS = {
  "the trainer worker": (tab) => tab.endWorker(),
  "the tab": (tab) => tab.endTab(),
  "the browser": (tab) => tab.endBrowser(),
};

/** The ways in a random order, each as often as is said. */
function shuffled(counts, random) {
  const ways = Object.entries(counts).flatMap(([way, count]) => Array(count).fill(way));
  for (let i = ways.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [ways[i], ways[j]] = [ways[j], ways[i]];
  }
  return ways;
}

async function open(t, log, pictures, settings) {
  const tab = await Mortal.open(t, log);
  await prepare(tab, pictures, settings);
  return tab;
}

/** Gives the page the pictures, if it has none, and the settings. */
async function prepare(tab, pictures, settings) {
  if ((await tab.state()) === "idle") {
    await tab.set({ "image-size": 32 });
    await tab.pick(pictures);
  }
  await tab.set({ ...SETTINGS, ...settings });
}

/** The run that could go on, from which no save is lost; null if there is none. */
async function unfinishedOf(tab) {
  const { unfinished } = (await tab.send({ type: "stored" })).value;
  tab.saves.check(unfinished);
  return unfinished;
}

/** How many epochs the run has that a new page offers; null if there is none. */
async function offered(tab) {
  const unfinished = await unfinishedOf(tab);
  if (!unfinished) return null;
  await tab.page.locator("#unfinished").waitFor({ state: "visible" });
  const [, epochs] = /stopped (?:after epoch (\d+)|before the first)/.exec(await tab.text("#unfinished-text"));
  assert.equal(Number(epochs ?? 0), unfinished.epoch);
  return unfinished.epoch;
}

async function goOn(tab, pictures) {
  if ((await tab.state()) === "idle") await tab.pick(pictures);
  await tab.resume();
}

/** A random moment: of a save, of training, of the validation, or any. */
const MOMENTS = { saving: 30, training: 3, validation: 3 };
async function atRandom(tab, random, begin) {
  const names = [...Object.keys(MOMENTS), "any"];
  const moment = names[Math.floor(random() * names.length)];
  const times = 1 + Math.floor(random() * (MOMENTS[moment] ?? 1));
  if (moment !== "any") await tab.choose(moment, times);
  await begin();
  if (moment === "any") await tab.page.waitForTimeout(random() * 300);
  else await tab.here();
  return moment;
}

/** Opens the network of the run that was kept last. */
async function openNewest(tab) {
  await tab.page.locator("#kept-list > li").first().locator("[data-do=open]").click();
  await tab.page.locator("#error").waitFor({ state: "hidden" }); // it is opened from now on
  await tab.reach(["done"]);
}

/** The history of the run without an interruption, of so many epochs. */
async function undisturbed(t, pictures, settings, epochs) {
  const tab = await open(t, `die-undisturbed-${settings.device}`, pictures, { ...settings, epochs });
  await tab.fit(600);
  return tab.exactHistory();
}

/** A random moment of the scoring: as it begins, some time later, or while the answers (1) or the scores (2) are kept. */
const BEGINS = "the beginning of the scoring";
const OF_SCORING = [[BEGINS, 1], ["the scoring", 1], ["the scoring", 1], ["keeping the scores", 1], ["keeping the scores", 2]];
async function inScoring(tab, random) {
  const [moment, times] = OF_SCORING[Math.floor(random() * OF_SCORING.length)];
  const later = moment === "the scoring";
  await tab.choose(later ? BEGINS : moment, times, later ? "tell" : undefined);
  await tab.page.click("#fit");
  await tab.here();
  if (later) await tab.page.waitForTimeout(random() * 200);
  return moment;
}

/** Every death of this file: what ended, and when. @type {string[]} */
const deaths = [];
after(() => console.log(`total: ${deaths.length} deaths: ${counted(deaths.map((death) => death.split(" at ")[0]))}; at these moments: ${counted(deaths.map((death) => death.split(" at ")[1]))}`));

const counted = (names) => [...new Set(names)].map((name) => `${name} ${names.filter((other) => other === name).length}`).join(", ");

test("a run whose worker, tab and browser die again and again ends with the numbers of an undisturbed one", TIMEOUT, async (t) => {
  const pictures = folder(t, PICTURES);
  const random = generator(SEED);
  const settings = { ...CALLBACKS, device: "cpu", threads: 1, epochs: MANY };
  const tab = await open(t, "die-cpu", pictures, settings);
  const moments = [];
  let [begun, most] = [false, 0];
  for (const way of shuffled(ON_THE_PROCESSOR, random)) {
    moments.push(await atRandom(tab, random, () => (begun ? goOn(tab, pictures) : tab.page.click("#fit"))));
    deaths.push(`${way} at ${moments.at(-1)}`);
    await WAYS[way](tab);
    const epoch = await offered(tab);
    begun = epoch !== null;
    if (!begun) await prepare(tab, pictures, settings); // it died before its first step was saved
    else most = epoch;
  }
  await goOn(tab, pictures);
  await tab.page.locator("#history-table tbody tr").nth(most + 1).waitFor({ state: "attached" });
  await tab.page.click("#stop");
  await tab.reach(["done"]);
  const history = await tab.exactHistory();
  const epochs = history.epoch.length;
  t.diagnostic(`${moments.length} deaths at these moments: ${counted(moments)}; ${epochs} epochs, seed ${SEED}`);
  assert.ok(epochs > most);
  assert.deepEqual(history, await undisturbed(t, pictures, settings, epochs));
});

test("a run that dies while it is scored is kept with its network", TIMEOUT, async (t) => {
  const pictures = folder(t, shapes({ each: 60 }));
  const random = generator(SEED + 1);
  const settings = { device: "cpu", threads: 1, epochs: 2, "validation-split": 0.5 }; // 90 pictures are scored one by one
  const tab = await open(t, "die-scoring", pictures, settings);
  await tab.fit();
  const history = await tab.exactHistory();
  for (const way of shuffled(SCORING, random)) {
    await prepare(tab, pictures, settings);
    const before = await tab.page.locator("#kept-list > li").count();
    deaths.push(`${way} at ${await inScoring(tab, random)}`);
    await WAYS[way](tab);
    await tab.page.locator("#kept-list > li").nth(before).waitFor({ state: "attached" });
    if (way === "the trainer worker") await tab.page.locator("#error").filter({ hasText: "The network of that run is kept" }).waitFor();
    await openNewest(tab);
    assert.deepEqual(await tab.exactHistory(), history);
    await tab.page.locator("#kept-list > li").first().locator("[data-do=delete]").click();
    await tab.page.click("#dialog-yes");
    await tab.page.locator("#kept-list > li").nth(before).waitFor({ state: "detached" });
    await tab.reload();
  }
});

/** What a thread works for as it dies, how many of its tasks may come before, and whether the browser reports the death. */
const OF_HELPERS = [["training", 60, true], ["validation", 20, false], ["scoring", 2, true], ["training", 60, false], ["validation", 20, true], ["scoring", 2, false]];

test("a thread that dies is replaced, or its run can be stopped and goes on, and the numbers are the same", TIMEOUT, async (t) => {
  const pictures = folder(t, PICTURES);
  const random = generator(SEED + 2);
  const settings = { ...CALLBACKS, device: "cpu", threads: 2, epochs: 20, "batch-size": 6, "validation-batch-size": 2 };
  const tab = await open(t, "die-helper", pictures, settings);
  await tab.fit();
  const history = await tab.exactHistory();
  await tab.page.clock.install();
  for (let died = 0; died < HELPERS; died++) {
    const [phase, tasks, reported] = OF_HELPERS[died % OF_HELPERS.length];
    await prepare(tab, pictures, settings);
    const before = await tab.page.locator("#kept-list > li").count();
    await tab.choose(`a task of the ${phase}`, 1 + Math.floor(random() * tasks), reported ? "end the helper" : "lose the helper");
    await tab.page.click("#fit");
    await tab.here();
    deaths.push(`a thread${reported ? "" : " in silence"} at ${phase}`);
    if (!reported) await stopAtOnce(tab);
    if (!reported && phase !== "scoring") {
      assert.notEqual(await offered(tab), null);
      await goOn(tab, pictures);
    } else if (!reported) {
      assert.equal(await tab.page.locator("#kept-list > li").count(), before + 1);
      await openNewest(tab);
    }
    await tab.reach(["done"]);
    assert.deepEqual(await tab.exactHistory(), history);
    if (reported && phase !== "scoring") assert.match(await tab.text("#notes"), /A worker failed and another took its place \(.*ended by the test\)\./);
  }
});

/** What a person does whose run stands still: waits for the page's sentence, presses Stop, and presses it again. */
async function stopAtOnce(tab) {
  await tab.page.clock.runFor(130_000);
  assert.match(await tab.text("#trouble"), /^There has been no progress for \d+ s: a thread or the GPU does not answer\. .* Press Stop, and once more if it stays without an answer\.$/);
  await tab.page.click("#stop");
  await tab.page.clock.runFor(9000);
  assert.match(await tab.text("#stop"), /Stop at once/);
  await tab.page.click("#stop");
  assert.match(await tab.error(), /stopped at once/);
  await tab.ready();
}

/** When the GPU's process ends, and how often that moment is sure to come in ten epochs of seven steps, with a save after each. */
const OF_GPU = Object.entries({ "work for the training": 60, validation: 10, scoring: 1, saving: 100 });
/** Until then the worker waits there; at the others the GPU works on. */
const STANDING = ["validation", "scoring"];

test("a run whose GPU's process dies in training, a validation, the scoring or a save loses nothing, and the numbers are the same", TIMEOUT, async (t) => {
  const pictures = folder(t, shapes({ each: 22 }));
  const random = generator(SEED + 3);
  // The worker tells of a validation or a scoring only between two batches: of 33 pictures, the scoring takes 32 at once.
  const settings = { device: "webgpu", epochs: 10, "validation-split": 0.5, "validation-batch-size": 12 };
  const history = await undisturbed(t, pictures, settings, settings.epochs);
  for (let died = 0; died < GPUS; died++) {
    const [moment, times] = OF_GPU[died % OF_GPU.length];
    const tab = await open(t, "die-gpu", pictures, { ...settings, epochs: 1 });
    await tab.fit(); // a run with WebGPU starts another worker, and only that one can be told the moment
    await tab.set({ epochs: settings.epochs });
    await tab.choose(moment, 1 + Math.floor(random() * times), STANDING.includes(moment) ? "wait" : "tell");
    await tab.page.click("#fit");
    await tab.here();
    tab.endGpu();
    await tab.letGoOn();
    deaths.push(`the GPU's process at ${moment}`);
    assert.match(await tab.error(), /GPU|device/);
    await tab.reach(["done", "ready"]);
    if (moment === "scoring") {
      assert.match(await tab.text("#epoch-text"), /^Finished after 10 of 10 epochs/);
      await openNewest(tab);
    } else {
      assert.ok(await unfinishedOf(tab));
      await tab.resume();
    }
    await tab.reach(["done"], 120);
    assert.ok(await tab.page.isHidden("#error"));
    assert.deepEqual(await tab.exactHistory(), history);
    await tab.killed();
  }
});
