/** The page as a workbench: what is in view without scrolling, on a projector, a phone and at twice the size, and what axe says of every state. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./chromium.mjs";
import { folder, shapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };
const PROJECTOR = { width: 1280, height: 720 };
const PHONE = { width: 320, height: 640 };
const LOOKS = [
  { look: "light", size: PROJECTOR, media: { colorScheme: "light" } },
  { look: "dark", size: PROJECTOR, media: { colorScheme: "dark" } },
  { look: "forced colours", size: PROJECTOR, media: { colorScheme: "light", forcedColors: "active" } },
  { look: "phone", size: PHONE, media: { colorScheme: "dark" } },
];
const AXE = readFileSync(join(ROOT, "tests/page/node_modules/axe-core/axe.min.js"), "utf8");
const RUN = ["#fit", "#pause", "#resume", "#stop", "#epoch-text", "#epoch-progress"];
const NUMBERS = ["#tile-accuracy", "#tile-val-accuracy", "#tile-loss", "#tile-val-loss"];
const CURVES = ["#accuracy-chart", "#loss-chart", "#reading"];

/** Those of the shown elements that are not wholly in view. */
const outOfView = ({ page }, selectors) => page.evaluate((selectors) => selectors.filter((selector) => {
  const element = document.querySelector(selector);
  const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
  if (width === 0 || height === 0) return !element.hidden && element.textContent !== "" && !element.closest("[hidden]");
  const inside = left >= 0 && top >= 0 && right <= innerWidth + 0.5 && bottom <= innerHeight + 0.5;
  return !inside || !element.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
}), selectors);

/** How far the window, and the parts of the page that scroll by themselves, have been scrolled. */
const scrolled = ({ page }) => page.evaluate(() => [document.scrollingElement, ...document.querySelectorAll(".stage")].map(({ scrollTop }) => scrollTop));

/** What makes the window scroll sideways. */
const tooWide = (page) => page.evaluate(() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > innerWidth);
  return wide.map(({ tagName, id, className, textContent }) => `${tagName} ${id} ${className} ${textContent.slice(0, 40)}`);
});

async function axe({ page }, state) {
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(AXE);
  for (const { look, size, media } of LOOKS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ forcedColors: "none", ...media });
    const violations = await page.evaluate(async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} (${failureSummary.replaceAll("\n", " ")})`).join("; ")}`));
    assert.deepEqual(violations, [], `${state}, ${look}`);
    assert.deepEqual(await tooWide(page), [], `${state}, ${look}`);
  }
  await page.screenshot({ path: join(ROOT, `artifacts/page-workbench-${state.replaceAll(" ", "-")}-phone.png`), fullPage: true });
  await page.setViewportSize(PROJECTOR);
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none" });
  await page.screenshot({ path: join(ROOT, `artifacts/page-workbench-${state.replaceAll(" ", "-")}.png`) });
}

test("on a projector what is set and what happens are in view together, and a run scrolls nothing", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "workbench", context: { viewport: PROJECTOR } });
  assert.deepEqual(await outOfView(tab, ["#folder-input + *, #sample-button", "#preset", "#device", "#epochs", "#fit"]), [], "at rest");
  assert.equal(await tab.page.locator("details[open]:not(#samples)").count(), 0, "all that is folded is closed at first");

  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, Object.fromEntries(Object.entries(shapes()).map(([path, content]) => [`Training/meningioma_${path}`, content]))));
  assert.deepEqual(await outOfView(tab, ["#thumbnails canvas", "#fit", "#class-table thead th:last-child"]), [], "the pictures, and all columns of their table");
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 400, "learning-rate": 0.0001 });
  await tab.page.evaluate(() => document.querySelector("#kept").scrollIntoView({ behavior: "instant" }));
  await tab.start(3);
  await tab.page.locator("#reading:not(:empty)").waitFor();
  assert.deepEqual(await outOfView(tab, [...RUN, ...NUMBERS, ...CURVES]), [], "while it trains");
  assert.deepEqual(await scrolled(tab), [0, 0]);
  const sizes = await tab.page.evaluate((tiles) => tiles.map((tile) => parseFloat(getComputedStyle(document.querySelector(tile)).fontSize)), NUMBERS);
  assert.ok(sizes.every((size) => size >= 24), `${sizes}`);
  const chart = await tab.page.locator("#loss-chart").boundingBox();
  assert.ok(chart.width >= 380 && chart.height >= 250, `a chart of ${chart.width} by ${chart.height}`);

  await tab.page.click("#stop");
  await tab.reach(["done"]);
  assert.deepEqual(await outOfView(tab, ["#test-accuracy", "#score-certainty", ...NUMBERS, ...CURVES]), [], "the score is where the run was");
});

test("a phone and a window at twice the size show all of it in one column", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "workbench-narrow", context: { viewport: PHONE } });
  const columns = () => tab.page.evaluate(() => document.querySelector(".stage").getBoundingClientRect().left - document.querySelector(".setup").getBoundingClientRect().left);
  for (const size of [PHONE, { width: 640, height: 360 }]) { // a window of 1280 by 720 at 200 %
    await tab.page.setViewportSize(size);
    assert.equal(await columns(), 0);
    for (const id of ["preset", "device", "epochs", "fit", "accuracy-chart", "open-model"]) {
      const { x, width } = await tab.page.locator(`#${id}`).evaluate((element) => (element.closest("label") ?? element).getBoundingClientRect().toJSON());
      assert.ok(x >= 0 && x + width <= size.width, `#${id} from ${x} to ${x + width} of ${size.width}`);
    }
  }
});

test("axe finds nothing in any state of the page, in four looks", TIMEOUT, async (t) => {
  // Pictures are decoded only once the test says so, so that the page can be looked at while it reads.
  const tab = await openPage(t, {
    log: "workbench-axe",
    before: () => {
      const decode = self.createImageBitmap;
      self.createImageBitmap = async (...all) => {
        while (self.heldBack) await new Promise((resolve) => setTimeout(resolve, 20));
        return decode(...all);
      };
    },
  });
  await axe(tab, "rest");

  await tab.worker.evaluate(() => (self.heldBack = true));
  await tab.set({ "image-size": 32 });
  await tab.page.setInputFiles("#folder-input", folder(t, { ...shapes(), "stripes/notes.txt": Buffer.from("no picture") }));
  await tab.reach(["loading"]);
  await axe(tab, "loading");
  await tab.worker.evaluate(() => (self.heldBack = false));
  await tab.reach(["ready"]);
  await axe(tab, "loaded");

  await tab.page.evaluate(() => {
    for (const box of document.querySelectorAll("#settings input[type=checkbox]")) if (!box.checked) box.click();
    for (const group of document.querySelectorAll("details")) group.open = true;
  });
  await axe(tab, "all open");
  await tab.page.evaluate(() => {
    document.querySelector("#run-form").reset();
    for (const group of document.querySelectorAll("details")) group.open = false;
  });

  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 100_000, "learning-rate": 0.0001 });
  await tab.start(2);
  await axe(tab, "training");
  await tab.page.click("#pause");
  await tab.reach(["paused"]);
  await axe(tab, "paused");
  await tab.page.click("#one-step");
  await tab.page.locator("#step-look-layers tbody tr").first().waitFor();
  await tab.page.evaluate(() => document.querySelectorAll("#steer, #inside, #runs-details, #camera, #link").forEach((part) => (part.open = true)));
  for (const late of ["#inside-layers li", "#runs-table tbody tr", "#camera button", "#link-lock"]) await tab.page.locator(late).first().waitFor();
  await axe(tab, "paused and looked into");
  await tab.page.evaluate(() => document.querySelectorAll("#steer, #inside, #runs-details, #camera, #link").forEach((part) => (part.open = false)));
  await tab.page.click("#stop");
  await tab.reach(["done"]);
  await tab.page.setInputFiles("#predict-input", [{ name: "square.png", mimeType: "image/png", buffer: Object.values(shapes())[0] }]);
  await tab.page.locator("#predictions > li").waitFor();
  await axe(tab, "done");
  await tab.page.click("#take-lesson");
  await tab.page.locator("#lesson-title:not(:empty)").waitFor();
  await axe(tab, "lesson");
  await tab.page.click("#lesson-end");

  await tab.set({ epochs: -1 });
  await tab.page.click("#fit");
  await tab.error();
  await axe(tab, "error");
});
