/** The camera: classes are recorded and trained, live answers, and what happens without a camera. Chromium's own test camera is used. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { SOFTWARE_GPU } from "./chromium.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };
const NO_QUESTION = "--use-fake-ui-for-media-stream";
const TEST_CAMERA = "--use-fake-device-for-media-stream";
const CAMERA = [...SOFTWARE_GPU, NO_QUESTION, TEST_CAMERA];
const MARKUP = "<img src=x onerror=alert(1)>";
const SETTINGS = { device: "cpu", threads: 1, epochs: 1, "batch-size": 8, "validation-split": 0.25, layers: TINY_LAYERS(2) };

/** Given as `before`: remembers what the page was given of the camera. */
function watchCamera() {
  if (!globalThis.navigator?.mediaDevices) return; // the worker
  const media = navigator.mediaDevices;
  const real = media.getUserMedia.bind(media);
  globalThis.tracks = [];
  media.getUserMedia = async (wishes) => {
    const stream = await real(wishes);
    globalThis.tracks.push(...stream.getTracks());
    return stream;
  };
}

/** Given as `before`: the camera sees green with a square in its middle, red on the left and blue on the right. */
function twoColours() {
  if (!globalThis.navigator?.mediaDevices) return;
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const context = canvas.getContext("2d");
    const draw = () => {
      for (const [colour, left, width] of [["lime", 0, 640], ["red", 80, 240], ["blue", 320, 240]]) {
        context.fillStyle = colour;
        context.fillRect(left, 0, width, 480);
      }
    };
    draw();
    setInterval(draw, 50);
    return canvas.captureStream(20);
  };
}

/** Given as `before`: the camera is refused for this reason. */
const refusing = (name) => new Function(`if (globalThis.navigator?.mediaDevices) navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("why", "${name}"); };`);

const open = (t, log, more = {}) => openPage(t, { log: `camera ${log}`, gpuFlags: CAMERA, before: watchCamera, ...more });
const row = (tab, at) => tab.page.locator(".camera-class").nth(at);
const recordButton = (tab, at) => row(tab, at).locator("[data-do=record]");
const name = (tab, at, text) => row(tab, at).locator("input").fill(text);
const states = (tab) => tab.page.evaluate(() => globalThis.tracks.map(({ readyState }) => readyState));

async function pictures(tab, at) {
  return Number.parseInt(await row(tab, at).locator(".camera-count").innerText()) || 0;
}

async function reachPictures(tab, at, least) {
  for (let waited = 0; (await pictures(tab, at)) < least; waited += 50) {
    assert.ok(waited < 30_000, `class ${at} has ${await pictures(tab, at)} pictures`);
    await tab.page.waitForTimeout(50);
  }
}

async function openRecorder(tab) {
  await tab.page.click("#camera > summary");
  await tab.page.locator("#camera-start").waitFor();
}

async function startCamera(tab) {
  await tab.page.click("#camera-start");
  await tab.page.locator("#camera-stop").waitFor();
}

async function hold(tab, at, least) {
  await recordButton(tab, at).hover();
  await tab.page.mouse.down();
  await reachPictures(tab, at, least);
  await tab.page.mouse.up();
}

async function holdKey(tab, at, key, least) {
  await recordButton(tab, at).focus();
  await tab.page.keyboard.down(key);
  await reachPictures(tab, at, least);
  await tab.page.keyboard.up(key);
}

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
  assert.equal(await row(tab, 1).locator(".camera-count").innerText(), "No pictures yet");
  await row(tab, 1).locator("[data-do=remove]").click();
  assert.match(await use(), /at least two/);
  assert.equal(await tab.page.locator(".camera-class").count(), 1);
  await tab.page.setViewportSize({ width: 320, height: 700 });
  assert.ok(await tab.page.evaluate(() => document.documentElement.scrollWidth) <= 320, "nothing is wider than a small phone");
  await tab.screenshot("camera-narrow");
});

test("a picture is the square in the middle, and is not mirrored as the view is", TIMEOUT, async (t) => {
  const tab = await open(t, "square", { before: twoColours });
  await openRecorder(tab);
  await startCamera(tab);
  await hold(tab, 0, 1);
  await hold(tab, 1, 1);
  await tab.page.click("#camera-use");
  await tab.reach(["ready", "idle"]);
  const seen = await tab.page.evaluate(async () => {
    const { page } = await import("/js/page/state/state.js");
    const { path, file } = page.entries[0];
    const bitmap = await createImageBitmap(file);
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const at = (x) => [...context.getImageData(x, 112, 1, 1).data.slice(0, 3)].map((value) => Math.round(value / 255));
    return { path, type: file.type, size: [bitmap.width, bitmap.height], left: at(4), right: at(219) };
  });
  assert.deepEqual(seen, { path: "Class 1/0001.jpg", type: "image/jpeg", size: [224, 224], left: [1, 0, 0], right: [0, 0, 1] });
  assert.equal(await tab.page.locator("#camera-video").evaluate((video) => getComputedStyle(video).scale), "-1 1");
});

test("where there are two cameras, a button goes from one to the other", TIMEOUT, async (t) => {
  const tab = await open(t, "two", { gpuFlags: [...SOFTWARE_GPU, NO_QUESTION, `${TEST_CAMERA}=device-count=2`] });
  await openRecorder(tab);
  await startCamera(tab);
  const seen = () => tab.page.evaluate(() => globalThis.tracks.at(-1).getSettings().deviceId);
  const first = await seen();
  await tab.page.click("#camera-change");
  await tab.page.waitForFunction(() => globalThis.tracks.length === 2 && document.querySelector("#camera-video").readyState === 4);
  assert.notEqual(await seen(), first);
  assert.deepEqual(await states(tab), ["ended", "live"]);
  await hold(tab, 0, 2);
  await tab.page.click("#camera-stop");
  assert.deepEqual(await states(tab), ["ended", "ended"]);
  assert.ok(await tab.page.isHidden("#camera-change"));
});

test("a finger that holds the button records", TIMEOUT, async (t) => {
  const tab = await open(t, "touch", { context: { hasTouch: true, viewport: { width: 390, height: 844 } } });
  await openRecorder(tab);
  await startCamera(tab);
  await recordButton(tab, 1).scrollIntoViewIfNeeded();
  const box = await recordButton(tab, 1).boundingBox();
  const session = await tab.page.context().newCDPSession(tab.page);
  const touch = (type, touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", [{ x: box.x + 30, y: box.y + 10 }]);
  await reachPictures(tab, 1, 8);
  await touch("touchEnd", []);
  await tab.page.waitForTimeout(300);
  const held = await pictures(tab, 1);
  await tab.page.waitForTimeout(400);
  assert.equal(await pictures(tab, 1), held);
  assert.equal(await pictures(tab, 0), 0);
});

test("where the server cannot be reached when the camera is first wanted, a sentence says so", TIMEOUT, async (t) => {
  const tab = await open(t, "late", { expected: /Failed to load resource/ });
  tab.server.missing = /camera\/recorder/;
  await tab.page.click("#camera > summary");
  assert.match(await tab.error(), /^The part of the page for the camera could not be loaded \(.*recorder\.js.*\); try again when the page's server can be reached\.$/);
  tab.server.missing = null;
  await tab.page.click("#camera > summary");
  await openRecorder(tab);
});

const REFUSALS = [
  ["not allowed", /^The camera was not allowed; allow it for this page .*, and start it again\.$/, { gpuFlags: [...SOFTWARE_GPU, TEST_CAMERA], context: { permissions: [] } }],
  ["not there", /^No camera was found; connect one and start it again\.$/, { gpuFlags: [...SOFTWARE_GPU, NO_QUESTION] }],
  ["used by another program", /^The camera gives no picture, .*; close that program and start the camera again\.$/, { before: refusing("NotReadableError") }],
  ["broken otherwise", /^The camera could not be started \(why\); start it again, or use pictures from a folder\.$/, { before: refusing("TypeError") }],
  ["of a page from an insecure place", /^Browsers give the camera only to pages that come by https or from this computer itself; .*\.$/, { before: () => {
    if (!globalThis.document) return;
    Object.defineProperty(navigator, "mediaDevices", { value: undefined });
    Object.defineProperty(globalThis, "isSecureContext", { value: false });
  } }],
];

test("a camera that cannot be used is one sentence, and the rest of the page works", TIMEOUT, async (t) => {
  for (const [why, sentence, more] of REFUSALS) {
    await t.test(why, async (t) => {
      const tab = await open(t, why, { before: () => {}, ...more });
      await openRecorder(tab);
      await tab.page.click("#camera-start");
      await tab.page.waitForFunction(() => !document.querySelector("#camera-start").disabled);
      assert.match(await tab.text("#camera-note"), sentence);
      assert.ok(await tab.page.isHidden("#camera-video"));
      await tab.set({ "image-size": 32 });
      await tab.page.click("#sample-button");
      await tab.reach(["ready"]);
      if (why !== "not allowed") return;
      await tab.set({ ...SETTINGS, layers: TINY_LAYERS(3) });
      await tab.fit();
      await tab.page.click("#live-start");
      await tab.page.locator("#live-note", { hasText: "not allowed" }).waitFor();
      assert.ok(await tab.page.isHidden("#live-view"));
    });
  }
});
