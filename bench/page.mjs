/**
 * What the page costs: a real epoch in the page beside the same epoch without it, in turns, and the shares of a core that the
 * page takes meanwhile: ./bench/run --page [--rounds N] [--seconds N]. The shares need Linux.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ROOT } from "../tests/page/chromium.mjs";
import { inPercent, sharesOfCore } from "../tests/page/processor-time.mjs";
import { serve } from "../tests/page/server.mjs";
import { Browser } from "./browser.mjs";
import { BATCHES, CASES } from "./contenders.mjs";
import { median, spread } from "./statistics.mjs";
import { writeInputs } from "./write-inputs.mjs";

const MINUTES = 60_000;
/** The page may take so much more time than the engine alone, and so much of one core. */
const MOST_SLOWER = 0.05;
const MOST_SHARE = 0.05;

const { rounds, seconds } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, seconds: { type: "string", default: "20" } },
}).values;
const size = CASES.find(({ name }) => name === "64x32");
const inputs = mkdtempSync(join(tmpdir(), "tabfit-bench-"));
const server = await serve({ "/": join(ROOT, "dist"), "/bench/": fileURLToPath(new URL(".", import.meta.url)), "/inputs/": inputs });
const browser = await Browser.open(server.url);
try {
  await writeInputs(inputs, browser, [size]);
  const [page, engine] = [await browser.open("page"), await browser.open("tabfit.js")];
  for (const realm of [page, engine]) await realm.ask("open", { ...size, inputs, device: "cpu", allThreads: true }, MINUTES);
  const times = { page: [], engine: [] };
  for (let round = 0; round < Number(rounds); round++) {
    const epoch = (await page.fit({ epochs: 1, "steps-per-epoch": BATCHES })).find(({ type }) => type === "epoch");
    times.page.push((1000 * epoch.seconds) / BATCHES);
    times.engine.push((await engine.ask("round", { steps: BATCHES }, MINUTES)).ms / BATCHES);
  }
  const line = (list) => `${median(list).toFixed(1)} ms per step (spread ${Math.round(100 * spread(list))} %)`;
  const slower = median(times.page) / median(times.engine) - 1;
  console.log(`an epoch in the page: ${line(times.page)}; without it: ${line(times.engine)}; the page takes ${Math.abs(100 * slower).toFixed(1)} % ${slower < 0 ? "less" : "longer"}`);
  await engine.close();
  let most = 0;
  for (const colorScheme of ["light", "dark"]) {
    await page.page.emulateMedia({ colorScheme });
    await page.fill({ epochs: 1000, "steps-per-epoch": BATCHES });
    await page.page.click("#fit");
    await page.page.locator("#history-table tbody tr").first().waitFor({ state: "attached", timeout: 10 * MINUTES });
    await page.page.evaluate(() => document.querySelector(".charts").scrollIntoView({ block: "center", behavior: "instant" }));
    const shares = await sharesOfCore(browser.chromium, () => new Promise((resolve) => setTimeout(resolve, 1000 * Number(seconds))));
    console.log(`shares of a core in ${seconds} s of training, ${colorScheme} theme: ${inPercent(shares)}`);
    most = Math.max(most, shares.all);
    await page.reached("done", () => page.page.click("#stop"));
  }
  process.exitCode = slower <= MOST_SLOWER && most <= MOST_SHARE ? 0 : 1;
} finally {
  await browser.close();
  await server.close();
  rmSync(inputs, { recursive: true });
}
