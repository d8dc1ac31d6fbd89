/** The page for tests of the camera, in a Chromium that has a camera for tests. */

import assert from "node:assert/strict";
import { SOFTWARE_GPU } from "./chromium.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

export const TIMEOUT = { timeout: 4 * 60_000 };
/** Whoever asks for the camera gets it. */
export const NO_QUESTION = "--use-fake-ui-for-media-stream";
export const TEST_CAMERA = "--use-fake-device-for-media-stream";
export const SETTINGS = { device: "cpu", threads: 1, epochs: 1, "batch-size": 8, "validation-split": 0.25, layers: TINY_LAYERS(2) };

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

export const open = (t, log, more = {}) => openPage(t, { log: `camera ${log}`, gpuFlags: [...SOFTWARE_GPU, NO_QUESTION, TEST_CAMERA], before: watchCamera, ...more });
export const row = (tab, at) => tab.page.locator(".camera-class").nth(at);
export const recordButton = (tab, at) => row(tab, at).locator("[data-do=record]");
export const name = (tab, at, text) => row(tab, at).locator("input").fill(text);
export const states = (tab) => tab.page.evaluate(() => globalThis.tracks.map(({ readyState }) => readyState));

export async function pictures(tab, at) {
  return Number.parseInt(await row(tab, at).locator(".camera-count").innerText()) || 0;
}

export async function reachPictures(tab, at, least) {
  for (let waited = 0; (await pictures(tab, at)) < least; waited += 50) {
    assert.ok(waited < 30_000, `class ${at} has ${await pictures(tab, at)} pictures`);
    await tab.page.waitForTimeout(50);
  }
}

export async function openRecorder(tab) {
  await tab.page.click("#camera > summary");
  await tab.page.locator("#camera-start").waitFor();
}

export async function startCamera(tab) {
  await tab.page.click("#camera-start");
  await tab.page.locator("#camera-stop").waitFor();
}

export async function hold(tab, at, least) {
  await recordButton(tab, at).hover();
  await tab.page.mouse.down();
  await reachPictures(tab, at, least);
  await tab.page.mouse.up();
}

export async function holdKey(tab, at, key, least) {
  await recordButton(tab, at).focus();
  await tab.page.keyboard.down(key);
  await reachPictures(tab, at, least);
  await tab.page.keyboard.up(key);
}
