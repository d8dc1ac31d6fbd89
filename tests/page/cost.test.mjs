/** The page costs nothing while a network trains: nothing moves or is blurred, little is drawn, and no thread runs before it is needed. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { folder, shapes, SLOW } from "./fixtures.mjs";
import { inPercent, sharesOfCore } from "./processor-time.mjs";
import { asRealGpu, openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };
const SECONDS = 20;
/** Of one core. */
const MOST = 0.05;
const UNTOLD = existsSync("/proc/self/schedstat") ? {} : { skip: "only Linux tells the time of threads" };
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

for (const colorScheme of ["light", "dark"]) {
  test(`an epoch on the processor takes the page less than a twentieth of a core, in the ${colorScheme} theme`, { ...TIMEOUT, ...(colorScheme === "dark" ? SLOW : {}), ...UNTOLD }, async (t) => {
    const tab = await openPage(t, { log: `cost-${colorScheme}`, context: { viewport: { width: 1280, height: 720 }, colorScheme, reducedMotion: "no-preference" } });
    await tab.pick(folder(t, shapes({ each: 100 })));
    await tab.set({ device: "cpu", preset: "bench", epochs: 500 });
    await tab.start(1);
    await tab.page.evaluate(() => document.querySelector(".charts").scrollIntoView({ block: "center", behavior: "instant" }));
    await wait(1);
    const shares = await sharesOfCore(tab.browser, () => wait(SECONDS));
    t.diagnostic(`${inPercent(shares)}: ${await tab.text("#epoch-text")}`);
    assert.ok(shares.all < MOST, inPercent(shares));
  });
}

test("nothing on the page is animated or blurred, whatever its state", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "cost-still" });
  const costly = await tab.page.evaluate(() => {
    const rules = (list) => [...list].flatMap((rule) => [rule, ...(rule.cssRules ? rules(rule.cssRules) : [])]);
    const moves = ({ style }) => ["animation-name", "transition-property", "backdrop-filter", "filter"].some((name) => style?.getPropertyValue(name));
    return [...document.styleSheets].flatMap((sheet) => rules(sheet.cssRules)).filter((rule) => rule instanceof CSSKeyframesRule || moves(rule)).map(({ cssText }) => cssText);
  });
  assert.deepEqual(costly, []);
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 500 });
  const moving = () => tab.page.evaluate(() => document.getAnimations().map(({ effect }) => effect.getComputedTiming().iterations));
  await tab.page.click("#fit");
  assert.deepEqual(await moving(), [], "while the network is prepared");
  await tab.reach(["training"]);
  await tab.page.locator("#history-table tbody tr").first().waitFor({ state: "attached" });
  assert.deepEqual(await moving(), [], "while it trains");
});

test("a run of many short epochs is drawn a few times a second, and in the end all of it is shown", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "cost-drawn" });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes({ each: 4 })));
  const layers = [{ type: "MaxPooling2D", poolSize: 16 }, { type: "Flatten" }, { type: "Dense", units: 3, activation: "softmax" }];
  await tab.set({ device: "cpu", layers, epochs: 300, "validation-split": 0, threads: 1 });
  const drawn = tab.page.evaluate(() => {
    const times = [];
    new MutationObserver(() => times.push(performance.now())).observe(document.querySelector("#history-table tbody"), { childList: true });
    return new Promise((resolve) => {
      new MutationObserver(() => document.body.dataset.state === "done" && resolve(times)).observe(document.body, { attributes: true });
    });
  });
  await tab.fit();
  const times = await drawn;
  const seconds = (times.at(-1) - times[0]) / 1000;
  t.diagnostic(`300 epochs in ${seconds.toFixed(1)} s were drawn ${times.length} times`);
  assert.ok(times.length <= 4 * seconds + 4, `${times.length} times in ${seconds} s`); // the start, the end and both roundings come on top
  assert.equal((await tab.history()).length, 300);
});

test("threads start with the first pictures for the processor, and none for a GPU", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "cost-threads" });
  const threads = () => tab.page.workers().length;
  assert.equal(threads(), 1, "only the trainer at first");
  await tab.set({ "image-size": 32, threads: 3 });
  await tab.pick(folder(t, shapes()));
  while (threads() < 3) await wait(0.05); // they start meanwhile
  await tab.set({ layers: TINY_LAYERS(3), epochs: 2 });
  await tab.fit();
  assert.equal(threads(), 3);

  const onGpu = await openPage(t, { log: "cost-threads-gpu", before: asRealGpu });
  assert.equal(await onGpu.page.inputValue("#device"), "webgpu");
  await onGpu.set({ "image-size": 32, layers: TINY_LAYERS(3) });
  await onGpu.pick(folder(t, shapes()));
  assert.equal(onGpu.page.workers().length, 1);
});
