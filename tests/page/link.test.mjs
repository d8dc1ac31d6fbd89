/** A link opens the page with its settings: every field goes there and back, parts are locked and hidden, nonsense is named. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { openPage, TINY_LAYERS, TrainerPage } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };
const open = (t, log, more = {}) => openPage(t, { log: `link ${log}`, ...more });

/** Opens an address in another tab of the same browser. */
async function follow(tab, address) {
  const page = await tab.page.context().newPage();
  const other = new TrainerPage(page, tab.server, tab.browser);
  await page.goto(new URL(address, tab.server.url).href);
  await other.ready();
  if (address.includes("=")) await page.locator("#opened-link").waitFor();
  await page.waitForFunction(() => !document.querySelector("#opened-link") || document.querySelector("#opened-link").innerText.length > 40);
  return other;
}

/** All fields that a person can set, and the run that they make. */
const settings = (tab) => tab.page.evaluate(async () => {
  const { runConfig } = await import("/js/page/training/form/run-config.js");
  const fields = [...document.querySelectorAll("#settings :is(input, select), #image-size")].filter(({ id }) => id);
  return {
    values: Object.fromEntries(fields.map((field) => [field.id, field.type === "checkbox" ? field.checked : field.value])),
    config: JSON.stringify(runConfig()),
  };
});

/** Sets every field of the form to something that it does not begin with. */
const setAllUnusually = (tab) => tab.page.evaluate(() => {
  const fields = [...document.querySelectorAll("#settings :is(input, select), #image-size")].filter(({ id, disabled, dataset }) => id && !disabled && !dataset.class);
  const late = ({ className, id }) => (className === "monitor" ? 2 : id === "image-size" ? 1 : 0);
  for (const field of fields.sort((a, b) => late(a) - late(b))) {
    if (field.type === "checkbox") field.checked = !field.checked;
    else if (field.type === "number") field.value = String((Number(field.value) || 0) + 0.125);
    else if (field.type === "text") field.value = `${field.value} & 7=#+%é "<b>`;
    else field.value = [...field.options].findLast(({ disabled, value }) => !disabled && value !== field.value).value;
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
  }
});

async function link(tab) {
  await tab.page.locator("#link").evaluate((details) => (details.open = true));
  await tab.page.locator("#copy-link").click();
  await tab.page.locator("#link-text").waitFor();
  return tab.page.inputValue("#link-text");
}

test("every field, the layers and the weights of classes go through a link", TIMEOUT, async (t) => {
  const tab = await open(t, "round");
  assert.ok(!tab.server.requests.some((path) => /page\/link\/(read|write)/.test(path)), "it is loaded when it is wanted");
  assert.equal(await link(tab), tab.server.url, "a page that was just opened has nothing to write");
  await setAllUnusually(tab);
  await tab.set({ layers: TINY_LAYERS(3) });
  const before = await settings(tab);
  const address = await link(tab);
  assert.ok(address.startsWith(`${tab.server.url}#`), "nothing of it is sent to the server");
  assert.match(await tab.text("#link-note"), /link is (copied|selected)/);
  await tab.screenshot("link-written");

  const other = await follow(tab, address);
  assert.deepEqual(await settings(other), before);
  assert.equal(await other.text("#opened-link-problem"), "");
  assert.match(await other.text("#opened-link-text"), /^The link has set: /);
  assert.equal(await other.state(), "idle", "nothing begins by itself");
  assert.equal(await link(other), address, "the link of what a link has set is that link");
  await other.screenshot("link-opened");

  await other.set({ preset: "efficientnet-lite0" });
  await other.page.waitForFunction(() => document.querySelector("#layers").value.length > 1500);
  await other.set({ layers: (await other.page.inputValue("#layers")).replace("0.2", "0.3") });
  const learnt = await settings(other);
  assert.match(learnt.config, /"pretrained":"efficientnet-lite0"/);
  const pretrained = await follow(tab, await link(other));
  assert.equal((await settings(pretrained)).config, learnt.config, "with what a network has learnt before");

  const plain = await follow(tab, "");
  await plain.set({ preset: "bench" });
  await plain.page.click("#sample-button");
  await plain.reach(["ready"]);
  await plain.set({ "class-weight": "own", "class-weight-1": 2.5, "metric-f1": true, "early-stopping": true, "early-stopping-monitor": "val_f1_score_circle" });
  const weighted = await settings(plain);
  const weights = await follow(tab, await link(plain));
  assert.ok(await weights.page.locator("#sample-button.primary").isVisible(), "the drawn shapes are offered");
  assert.equal(await weights.page.locator("#drop-zone .primary").count(), 1);
  assert.equal(await weights.state(), "idle", "and are not loaded without a press");
  await weights.page.click("#sample-button");
  await weights.reach(["ready"]);
  assert.deepEqual(await settings(weights), weighted);
  assert.equal(await weights.text("#opened-link-problem"), "");
});

test("what a link locks stays locked, also after a run, and what it hides is not shown", TIMEOUT, async (t) => {
  const tab = await open(t, "locks");
  await tab.set({ "image-size": 32, device: "cpu", epochs: 1, "batch-size": 64, optimizer: "sgd", shuffle: false, layers: TINY_LAYERS(3) });
  await tab.page.locator("#link").evaluate((details) => (details.open = true));
  await tab.page.locator("#link-lock").selectOption("set");
  await tab.page.check("#link-shapes");
  const parts = ["data", "augmentation", "callbacks", "layers", "camera", "export", "kept"];
  for (const part of parts) await tab.page.check(`#link-hide-${part}`);
  const address = await link(tab);
  assert.match(address, /lock=set/);

  const other = await follow(tab, address);
  for (const id of ["#augment-digest", "#data-digest", "#callbacks-digest", "#layers-editor", "#camera", "#live-start", "[data-export=onnx]", "#kept"]) {
    assert.ok(await other.page.isHidden(id), id);
  }
  for (const id of ["#optimizer-digest", "#loss-digest", "#save-model"]) assert.ok(await other.page.isVisible(id), id);
  const locked = async () => {
    for (const id of ["epochs", "batch-size", "layers"]) assert.ok(await other.page.locator(`#${id}`).evaluate((field) => field.readOnly), id);
    for (const id of ["optimizer", "shuffle", "image-size", "preset"]) assert.ok(await other.page.locator(`#${id}`).evaluate((field) => field.matches(":disabled")), id);
    await other.page.focus("#epochs");
    await other.page.keyboard.press("9");
    await other.page.keyboard.press("ArrowUp");
    assert.equal(await other.page.inputValue("#epochs"), "1");
    assert.ok(await other.page.isEditable("#learning-rate"), "what the link does not set stays free");
  };
  await locked();
  assert.match(await other.text("#opened-link-text"), /It locks .*Epochs.*\. It hides parts/);
  assert.match(await other.page.locator("#epochs").evaluate((field) => field.ariaDescribedByElements.map((element) => element.textContent).join(" ")), /stays as it is/);
  await other.screenshot("link-locked");
  await other.page.click("#sample-button");
  await other.reach(["ready"]);
  await other.fit();
  assert.equal((await other.history()).length, 1);
  await locked();
  assert.ok(await other.page.isHidden("#layers-editor"));
  await other.page.click("#train-on");
  assert.doesNotMatch(await link(other), /layers=|preset=/);
  assert.match(await other.text("#link-note"), /The network in memory cannot be in a link/);

  const all = await follow(tab, "#lock=all");
  assert.equal(await all.text("#opened-link-text"), "It locks every setting.");
  const free = await all.page.locator("#settings :is(input, select), #steer-form :is(input, select), #train-on, #preset, #image-size, #layers").evaluateAll((fields) =>
    fields.filter((field) => !field.readOnly && !field.matches(":disabled")).map(({ id }) => id));
  assert.deepEqual(free, []);
  await all.page.click("#plain-page");
  await all.ready();
  assert.equal(await all.page.locator("#opened-link").count(), 0);
  assert.ok(await all.page.isEditable("#epochs"));
});

test("Keras's names are understood, and what cannot be is named in a sentence", TIMEOUT, async (t) => {
  const tab = await open(t, "nonsense");
  const values = async (address, ...ids) => {
    const other = await follow(tab, address);
    const found = await Promise.all(ids.map((id) => other.page.inputValue(`#${id}`)));
    const problem = await other.text("#opened-link-problem");
    const markup = await other.page.locator("#opened-link :is(img, b, script)").count();
    assert.equal(markup, 0, "what a link holds is text");
    await other.page.close();
    return [...found, problem];
  };
  const none = "";
  assert.deepEqual(await values("#batch_size=8&validationSplit=0.5&rotation_range=20&beta_1=0.5&image_size=75", "batch-size", "validation-split", "augment-rotation", "beta1", "image-size"), ["8", "0.5", "20", "0.5", "75", none]);
  const hostile = encodeURIComponent("<img src=x onerror=alert(1)>");
  assert.deepEqual(await values(`#epochs=${hostile}&${hostile}=1&seed=4&image_size=100000&preset=kept&hide=everything,data&lock=nothing&data=mine`, "epochs", "seed", "image-size"), ["10", "4", "64",
    "The link was used but for this: “kept” as preset, “100000” as image_size, “<img src=x onerror=alert(1)>” as epochs, "
    + "“<img src=x onerror=alert(1)>”, which is no setting, pictures called “mine”, “nothing” to lock and the part “everything” to hide."]);
  assert.deepEqual(await values("#epochs=&steps_per_epoch=&shuffle=yes&class_weight=own&class_weights=[1]&%E0%A4%A=%", "epochs", "class-weight"), ["10", "own",
    "The link was used but for this: “[1]” as class_weights, “” as epochs, “yes” as shuffle and “\ufffd%A”, which is no setting."]);
  const bomb = deflateRawSync(Buffer.alloc(5_000_000, " ")).toString("base64url");
  for (const layers of [`.${bomb}`, ".broken!"]) {
    const [epochs, problem] = await values(`#layers=${layers}&epochs=3`, "epochs");
    assert.equal(epochs, "3");
    assert.match(problem, /^The link was used but for this: “\..*” as layers\.$/);
  }
  assert.deepEqual(await values(`#epochs=3&seed=${"7".repeat(60_000)}`, "epochs"), ["10", "The link is not used, because it is too long: it has 60,014 characters of 50,000 at most."]);

  const wrong = await follow(tab, `#layers=${encodeURIComponent('[{"type":"Nonsense"}]')}&epochs=-5`);
  await wrong.page.locator("#model-error").waitFor();
  assert.match(await wrong.text("#model-error"), /Nonsense/, "layers are checked as if a person had written them");
});

test("addresses of parts of the page go on working, and other settings in the address lose nothing", TIMEOUT, async (t) => {
  const tab = await open(t, "anchors");
  const kept = await follow(tab, "#kept");
  assert.equal(await kept.page.locator("#opened-link").count(), 0);
  await kept.page.waitForFunction(() => document.querySelector(".stage").scrollTop > 0);

  const other = await follow(tab, "#epochs=3");
  await other.page.focus("a.skip");
  await other.page.keyboard.press("Enter");
  await other.page.waitForFunction(() => location.hash === "#epochs=3");
  await other.reload();
  await other.page.waitForFunction(() => document.querySelector("#epochs").value === "3");

  await other.page.evaluate(() => (location.hash = "#epochs=4"));
  await other.page.waitForFunction(() => document.querySelector("#epochs").value === "4");
  await other.ready();
  await other.set({ "image-size": 32 });
  await other.page.click("#sample-button");
  await other.reach(["ready"]);
  await other.page.evaluate(() => (location.hash = "#epochs=5"));
  assert.match(await other.error(), /^The address holds other settings now; reload the page to use them/);
  assert.equal(await other.page.inputValue("#epochs"), "4");
  assert.equal(await other.state(), "ready");
});

test("a link is made by keyboard alone, and nothing is too wide for a small phone", TIMEOUT, async (t) => {
  const tab = await open(t, "keyboard");
  await tab.set({ epochs: 7 });
  await tab.page.focus("#link > summary");
  await tab.page.keyboard.press("Enter");
  await tab.page.locator("#copy-link").waitFor();
  const stops = [];
  for (let i = 0; i < 20 && stops.at(-1) !== "copy-link"; i++) {
    await tab.page.keyboard.press("Tab");
    stops.push(await tab.page.evaluate(() => document.activeElement.id));
    if (stops.at(-1) === "link-hide-kept") await tab.page.keyboard.press("Space");
  }
  assert.deepEqual([stops[0], stops.at(-1)], ["link-lock", "copy-link"]);
  await tab.page.keyboard.press("Enter");
  await tab.page.locator("#link-text").waitFor();
  assert.equal(await tab.page.inputValue("#link-text"), `${tab.server.url}#epochs=7&hide=kept`);
  await tab.set({ epochs: 8 });
  assert.ok(await tab.page.isHidden("#link-text"), "an old link is not shown beside new settings");

  const other = await follow(tab, "#epochs=7&nonsense=1&lock=all&data=shapes");
  for (const { page } of [tab, other]) {
    await page.setViewportSize({ width: 320, height: 700 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 320);
  }
  await other.screenshot("link-narrow");
});
