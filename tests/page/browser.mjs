// What page.test.mjs needs, on top of chromium.mjs and server.mjs.
import assert from "node:assert/strict";
import { join } from "node:path";
import { ARTIFACTS, launch, ROOT, watch } from "./chromium.mjs";
import { serve } from "./server.mjs";

export const artifacts = `${ARTIFACTS}/`;

/** A page with its worker ready; `close` fails when the console showed a problem. */
export async function openPage(name, { webgpu = true } = {}) {
  const site = await serve({ "/": join(ROOT, "dist") });
  const browser = await launch(webgpu ? undefined : []);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const problems = watch(page, name);
  await page.goto(site.url);
  await page.locator("#preset option[value=bench]").waitFor({ state: "attached", timeout: 60_000 });
  const close = async () => {
    await browser.close();
    await site.close();
    assert.deepEqual(problems, []);
  };
  return { page, context, site, close };
}

export async function fill(page, values) {
  for (const [id, value] of Object.entries(values)) await page.fill(`#${id}`, String(value));
}

export function reached(page, states) {
  return page.waitForFunction((wanted) => wanted.includes(document.body.dataset.state), states, { timeout: 500_000 });
}

export function table(page) {
  return page.$$eval("#history-table tbody tr", (rows) => rows.map((row) => [...row.cells].map((cell) => Number(cell.textContent))));
}

export function predictions(page) {
  return page.$$eval("#predictions [data-name]", (items) =>
    items.map((item) => Object.fromEntries([...item.querySelectorAll("[data-class]")].map((bar) => [bar.dataset.class, Number(bar.dataset.probability)]))));
}
