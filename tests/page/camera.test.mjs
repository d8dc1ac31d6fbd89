/** The camera: classes are recorded and trained, and the network answers live. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  hold, holdKey, name, open, openRecorder, pictures, reachPictures, recordButton, row, SETTINGS, startCamera, states, TIMEOUT,
} from "./camera-page.mjs";
import { TINY_LAYERS } from "./trainer-page.mjs";

const MARKUP = "<img src=x onerror=alert(1)>";

test("two classes are recorded, trained and told apart live, and the camera goes out when it is not used", TIMEOUT, async (t) => {
  const tab = await open(t, "whole");
  assert.ok(!tab.server.requests.some((path) => /camera\/(recorder|live|stream)/.test(path)), "it is loaded when it is opened");
  await tab.set({ "image-size": 32 });
  await openRecorder(tab);
  assert.deepEqual(await states(tab), [], "nobody is asked before the button is pressed");
  assert.ok(await recordButton(tab, 0).isDisabled());
  await startCamera(tab);
  assert.deepEqual(await states(tab), ["live"]);

  await name(tab, 0, MARKUP);
  await name(tab, 1, "other");
  const begun = performance.now();
  await hold(tab, 0, 10);
  const most = 1 + (8 * (performance.now() - begun)) / 1000;
  await tab.page.waitForTimeout(400);
  const held = await pictures(tab, 0);
  assert.ok(held <= most + 1, `${held} pictures are no more than eight a second`);
  await tab.page.waitForTimeout(400);
  assert.equal(await pictures(tab, 0), held, "nothing is taken when the button is let go");
  await hold(tab, 1, 3);
  await holdKey(tab, 1, "Space", 6);
  await holdKey(tab, 1, "Enter", 10);
  await tab.page.waitForTimeout(400);
  assert.equal(await row(tab, 0).locator(".camera-thumbnails img").count(), 6);
  await tab.screenshot("camera-recorded");

  const counts = [await pictures(tab, 0), await pictures(tab, 1)];
  await tab.page.click("#camera-use");
  await tab.reach(["ready"]);
  assert.equal(await tab.text("#error"), "");
  const rows = (await tab.rows("#class-table")).map(([name, training]) => [name, Number(training)]);
  assert.deepEqual(rows, [[MARKUP, counts[0]], ["other", counts[1]]]);
  assert.deepEqual(await states(tab), ["live"], "more can be recorded");

  await tab.set(SETTINGS);
  await tab.fit();
  assert.deepEqual(await states(tab), ["ended"], "a run closes the camera");
  assert.equal(await tab.text("#camera-note"), "The camera is off while a network trains.");
  assert.ok(await tab.page.isHidden("#camera-video"));

  await tab.page.evaluate(async () => {
    const { client } = await import("/js/page/client/trainer-client.js");
    const send = client.send.bind(client);
    globalThis.asked = { all: 0, now: 0, most: 0 };
    client.send = async (command) => {
      if (command.type !== "answer") return send(command);
      globalThis.asked.all += 1;
      globalThis.asked.now += 1;
      globalThis.asked.most = Math.max(globalThis.asked.most, globalThis.asked.now);
      return send(command).finally(() => (globalThis.asked.now -= 1));
    };
  });
  await tab.page.click("#live-start");
  await tab.page.locator("#live-answers .bar-row").nth(1).waitFor();
  await tab.page.waitForFunction(() => globalThis.asked.all >= 5);
  assert.match(await tab.text("#live-time"), /^A prediction takes \d+(\.\d)? ms\.$/);
  const answers = await tab.page.locator("#live-answers .bar-row").evaluateAll((bars) => bars.map(({ dataset }) => dataset.class));
  assert.deepEqual(answers.sort(), [MARKUP, "other"].sort());
  assert.match(await tab.text("#live-best"), /, \d+\.\d %$/);
  assert.equal(await tab.page.locator("#live img, .camera-class legend img, #class-table img").count(), 0, "a name is never markup");
  assert.equal(await tab.page.evaluate(() => globalThis.asked.most), 1, "no question waits for another");
  await tab.screenshot("camera-live");

  await tab.page.click("#live-stop");
  assert.deepEqual(new Set(await states(tab)), new Set(["ended"]));
  assert.ok(await tab.page.isHidden("#live-view"));
  assert.equal(await tab.page.evaluate(() => document.activeElement.id), "live-start");
});

test("live answers end with a run, a lost network and a hidden tab", TIMEOUT, async (t) => {
  const tab = await open(t, "ends");
  await tab.set({ "image-size": 32 });
  await tab.page.click("#sample-button");
  await tab.reach(["ready"]);
  assert.ok(await tab.page.isDisabled("#live-start"), "there is no network yet");
  await tab.set({ ...SETTINGS, layers: TINY_LAYERS(3) });
  await tab.fit();
  const live = async () => {
    await tab.page.click("#live-start");
    await tab.page.locator("#live-answers .bar-row").first().waitFor();
    assert.equal((await states(tab)).at(-1), "live");
  };
  const ended = async (sentence) => {
    await tab.page.locator("#live-view").waitFor({ state: "hidden" });
    assert.equal((await states(tab)).at(-1), "ended");
    assert.equal(await tab.text("#live-note"), sentence);
  };

  await live();
  await tab.fit();
  await ended("The camera is off while something else is done.");

  await live();
  await tab.page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
    delete document.hidden;
  });
  await ended("The camera was switched off when the tab was hidden; start it again.");

  await live();
  await openRecorder(tab);
  await startCamera(tab);
  assert.deepEqual((await states(tab)).slice(-2), ["ended", "live"], "one camera is on at most");
  await tab.page.click("#camera > summary");
  await tab.page.waitForFunction(() => globalThis.tracks.at(-1).readyState === "ended"); // what is closed needs no camera

  await live();
  await tab.page.evaluate(async () => {
    const { client } = await import("/js/page/client/trainer-client.js");
    client.restart("lost by the test");
    client.onFatal("lost by the test", true);
  });
  await ended("The camera is off because there is no network any more.");
  await tab.reach(["ready"]);
});

test("a press begins and another ends, pictures are deleted after a question, and names that cannot be are named", TIMEOUT, async (t) => {
  const tab = await open(t, "rows");
  await openRecorder(tab);
  await startCamera(tab);
  await tab.page.check("#camera-presses");
  await recordButton(tab, 0).click();
  assert.equal(await recordButton(tab, 0).innerText(), "Stop recording");
  await reachPictures(tab, 0, 8);
  await recordButton(tab, 0).click();
  assert.equal(await recordButton(tab, 0).innerText(), "Record");
  await tab.page.waitForTimeout(300);
  const before = await pictures(tab, 0);
  await row(tab, 0).locator("[data-do=last]").click();
  assert.equal(await pictures(tab, 0), before - 1);
  assert.equal(await row(tab, 0).locator("img").count(), 6);
  await tab.page.uncheck("#camera-presses");
  await recordButton(tab, 1).evaluate((button) => button.click()); // as assistive technology does
  await reachPictures(tab, 1, 1);

  const use = async () => {
    await tab.page.click("#camera-use");
    return tab.text("#camera-problem");
  };
  await name(tab, 1, "Class 1");
  assert.equal(await use(), "Two classes are called “Class 1”; give one of them another name.");
  assert.ok(await row(tab, 1).locator("input").evaluate((input) => input === document.activeElement && input.ariaInvalid === "true"));
  await name(tab, 1, " ");
  assert.equal(await use(), "Class number 2 has no name; give it one.");
  await name(tab, 1, "a/b");
  assert.equal(await use(), "The name “a/b” has a slash in it, which a class cannot have; take it out.");
  await name(tab, 1, ".b");
  assert.match(await use(), /begins with a dot/);
  await name(tab, 1, "b");
  await tab.page.click("#camera-add");
  assert.equal(await use(), "The class “Class 3” has no pictures yet; record some, or remove the class.");
  await row(tab, 2).locator("[data-do=remove]").click();
  await row(tab, 1).locator("[data-do=clear]").click();
  assert.equal(await tab.text("#dialog-text"), "Delete all pictures of “b” (1)?");
  await tab.page.click("#dialog-yes");
  await row(tab, 1).locator(".camera-count").filter({ hasText: "No pictures yet" }).waitFor();
  await row(tab, 1).locator("[data-do=remove]").click();
  assert.match(await use(), /at least two/);
  assert.equal(await tab.page.locator(".camera-class").count(), 1);
  await tab.page.setViewportSize({ width: 320, height: 700 });
  assert.ok(await tab.page.evaluate(() => document.documentElement.scrollWidth) <= 320, "nothing is wider than a small phone");
  await tab.screenshot("camera-narrow");
});
