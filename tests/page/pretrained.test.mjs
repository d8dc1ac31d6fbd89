/** A network that has learnt before: it is loaded when it is needed, trains its head, and is shown by its blocks. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./chromium.mjs";
import { folder, shapes } from "./fixtures.mjs";
import { tensors } from "./safetensors.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 6 * 60_000 };
const NAME = "efficientnet-lite0";
const FILE = `/pretrained/${NAME}.safetensors`;
const BYTES = readFileSync(join(ROOT, `pretrained/${NAME}.safetensors`));
const SETTINGS = { device: "cpu", epochs: 1, "batch-size": 8, "validation-split": 0.25, seed: 3 };

/** The page with pictures of 32 x 32, so that a step takes little. */
async function withPictures(t, log, expected) {
  const tab = await openPage(t, { log, expected });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set(SETTINGS);
  return tab;
}

const loads = (tab) => tab.server.requests.filter((path) => path === FILE).length;

test("a network that knows ImageNet is offered first, loaded once, and its head learns", TIMEOUT, async (t) => {
  const tab = await withPictures(t, "pretrained");
  const options = await tab.page.locator("#preset option:not([hidden])").allTextContents();
  assert.equal(options[0], "A network that knows ImageNet");
  assert.equal(await tab.page.inputValue("#preset"), "small", "what is chosen at rest stays");
  assert.ok(await tab.page.isHidden("#size-advice"));

  await tab.set({ preset: NAME });
  await tab.page.locator("#preset-description", { hasText: "Fit first loads what it has learnt from the server of this page, once (7.0 MB)" }).waitFor();
  assert.match(await tab.text("#size-advice"), /Pictures of 160 × 160 suit this network better than those of 32 × 32/);
  await tab.page.click("#layers-shown > summary");
  assert.match(await tab.text("#summary"), /Total params: 3,416,867 .*\n Trainable params: 3,843 /);
  const blocks = await tab.page.locator("#blocks > details > summary").allTextContents();
  assert.equal(blocks.filter((title) => title.startsWith("block")).length, 16, `${blocks}`);
  assert.ok(blocks.length < 25, `${blocks.length} lines are no list of 149 layers`);
  await tab.page.locator("#blocks > details", { hasText: "block2b" }).first().click();
  assert.equal(await tab.page.locator("#blocks > details[open] tbody tr").count(), 9);
  assert.equal(loads(tab), 0, "nothing is loaded before it is needed");

  await tab.page.evaluate(() => {
    globalThis.said = [];
    const text = document.querySelector("#epoch-text");
    new MutationObserver(() => globalThis.said.push(text.textContent)).observe(text, { childList: true, characterData: true, subtree: true });
  });
  await tab.fit();
  const said = await tab.page.evaluate(() => globalThis.said);
  assert.ok(said.some((sentence) => /^Loading what the network has learnt: \d+(\.\d)? [kM]B of 7\.0 MB$/.test(sentence)), `${said}`);
  assert.equal((await tab.history()).length, 1);
  const first = tensors(await tab.download("#save-model"));
  const learnt = tensors(BYTES);
  for (const name of Object.keys(learnt)) {
    if (name.endsWith("/kernel")) assert.ok(first[name], name); // float16 in the file
    else assert.equal(first[name], learnt[name], name);
  }

  await tab.fit();
  assert.equal(loads(tab), 1, "the second run needs no other file");
  const picture = folder(t, { "one.png": Object.values(shapes({ each: 1, seed: 9 }))[0] });
  const answers = Object.values(await tab.predict(`${picture}/one.png`))[0];
  assert.equal(answers.length, 3);
  assert.ok(Math.abs(answers.reduce((sum, [, probability]) => sum + probability, 0) - 1) < 1e-4);
});

test("the proposed size reads the pictures again", TIMEOUT, async (t) => {
  const tab = await withPictures(t, "pretrained-size");
  await tab.set({ preset: NAME });
  await tab.page.click("#use-size");
  await tab.page.waitForFunction(() => document.querySelector("#size-advice").hidden);
  await tab.reach(["ready"]);
  assert.equal(await tab.page.inputValue("#image-size"), "160");
  const { value } = await tab.send({ type: "augmented-copies", picture: 0, copies: 1, augment: {}, seed: 1 });
  assert.equal(value.size, 160);
});

test("changed layers keep what they have learnt by their names, and other layers are refused", TIMEOUT, async (t) => {
  const tab = await withPictures(t, "pretrained-changed");
  await tab.set({ preset: NAME });
  await tab.page.waitForFunction(() => document.querySelector("#layers").value.includes("top_dropout"));
  const layers = JSON.parse(await tab.page.inputValue("#layers"));
  const changed = layers.map((layer) => (layer.name === "top_dropout" ? { ...layer, rate: 0.5 } : layer));
  await tab.set({ layers: changed });
  await tab.page.locator("#preset-description", { hasText: "with what efficientnet-lite0 has learnt" }).waitFor();
  await tab.fit();
  const learnt = tensors(BYTES);
  const saved = tensors(await tab.download("#save-model"));
  assert.equal(saved["top_bn/gamma"], learnt["top_bn/gamma"]);
  await tab.set({ layers: TINY_LAYERS(3) });
  await tab.page.click("#fit");
  assert.match(await tab.error(), /^This file of pretrained weights belongs to efficientnet-lite0 and not to this network: it lacks the weight conv2d\/kernel\.$/);
  const before = await tab.page.inputValue("#layers");
  await tab.set({ preset: "small" });
  await tab.page.waitForFunction((before) => document.querySelector("#layers").value !== before, before); // else these are still changed layers of the other
  await tab.set({ layers: TINY_LAYERS(3) });
  await tab.fit();
});

test("a file that cannot be fetched is a sentence, loses nothing, and the next try works", TIMEOUT, async (t) => {
  const tab = await withPictures(t, "pretrained-missing", /404/);
  await tab.set({ layers: TINY_LAYERS(3) });
  await tab.fit();
  const curves = await tab.history();
  tab.server.missing = /^\/pretrained\//;
  await tab.set({ preset: NAME });
  await tab.page.click("#fit");
  assert.match(await tab.error(), /^What efficientnet-lite0 has learnt could not be loaded \(the server answered 404\); press Fit to try again, or choose another network\.$/);
  assert.deepEqual(await tab.history(), curves);
  assert.ok((await tab.download("#save-model")).length > 1000, "the network of before is there");
  tab.server.missing = null;
  await tab.fit();
  assert.equal((await tab.history()).length, 1);
});

test("a cut, damaged, newer or other file is refused by name, and the next try works", TIMEOUT, async (t) => {
  const tab = await withPictures(t, "pretrained-broken");
  await tab.set({ preset: NAME });
  const damaged = Buffer.from(BYTES);
  damaged[damaged.length - 1] ^= 1;
  const newer = Buffer.from(BYTES.toString("latin1").replace('\\"version\\": 1', '\\"version\\": 2'), "latin1");
  const files = [
    [BYTES.subarray(0, 100_000), /cut off, damaged, or of another kind/],
    [damaged, /its checksum does not fit/],
    [newer, /has version 2, newer than this program understands \(1\); reload the page/],
    [Buffer.from("<!doctype html>"), /cut off, damaged, or of another kind/],
  ];
  for (const [body, sentence] of files) {
    await tab.page.context().route(`**${FILE}`, (route) => route.fulfill({ body, contentType: "application/octet-stream" }));
    await tab.page.click("#fit");
    const said = await tab.error();
    assert.match(said, /^This file of pretrained weights /);
    assert.match(said, sentence);
    assert.equal(await tab.state(), "ready");
    await tab.page.context().unroute(`**${FILE}`);
  }
  await tab.fit();
  assert.equal((await tab.history()).length, 1);
});
