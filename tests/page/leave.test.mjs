/** Leaving the tab asks where something would be lost, and only there. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
const SETTINGS = { device: "cpu", layers: TINY_LAYERS(3), epochs: 1, "batch-size": 8, "validation-split": 0.25 };

async function open(t, log) {
  const tab = await openPage(t, { log });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set(SETTINGS);
  return tab;
}

/** Closes the tab as a person does: true if the browser asks, and then the person stays. */
async function asks(tab) {
  const answer = new Promise((resolve) => {
    tab.page.once("dialog", async (dialog) => {
      assert.equal(dialog.type(), "beforeunload");
      await dialog.dismiss();
      resolve(true);
    });
    tab.page.once("close", () => resolve(false));
  });
  await tab.page.close({ runBeforeUnload: true });
  return answer;
}

test("during a run it asks", TIMEOUT, async (t) => {
  const tab = await open(t, "leave run");
  await tab.set({ epochs: 500 });
  await tab.start(1);
  assert.ok(await asks(tab));
  assert.equal(await tab.state(), "training", "and the run goes on");
});

test("with pictures and nothing trained it does not ask", TIMEOUT, async (t) => {
  assert.ok(!(await asks(await open(t, "leave idle"))));
});

test("with a network that is kept it does not ask", TIMEOUT, async (t) => {
  const tab = await open(t, "leave kept");
  await tab.fit();
  assert.ok(!(await asks(tab)));
});

test("with a network that is neither kept nor saved it asks, until it is saved", TIMEOUT, async (t) => {
  const tab = await open(t, "leave unkept");
  await tab.page.check("#keep-nothing");
  await tab.fit();
  assert.ok(await asks(tab));
  await tab.download("#save-model");
  assert.ok(!(await asks(tab)));
});

test("with a network that the person has deleted it does not ask", TIMEOUT, async (t) => {
  const tab = await open(t, "leave deleted");
  await tab.fit();
  await tab.page.locator("#kept-list [data-do=delete]").click();
  await tab.page.click("#dialog-yes");
  await tab.page.locator("#kept-list > li").waitFor({ state: "detached" });
  assert.ok(!(await asks(tab)));
});
