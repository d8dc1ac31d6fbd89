/** Cameras of different kinds, none, and one that is refused; fingers; and what a picture of a camera is. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  hold, NO_QUESTION, open, openRecorder, pictures, reachPictures, recordButton, SETTINGS, startCamera, states, TEST_CAMERA, TIMEOUT,
} from "./camera-page.mjs";
import { SOFTWARE_GPU } from "./chromium.mjs";
import { TINY_LAYERS } from "./trainer-page.mjs";

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
