/** The first fifty pictures of each class in the page itself: from Fit to the score, beside a network that begins with nothing. */

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchWithProfile } from "../../tests/page/chromium.mjs";
import { PageRealm } from "../page-realm.mjs";
import { mean, median } from "../statistics.mjs";
import { notMeasured } from "./row.mjs";
import { inWords, measured, seeds } from "./seeds.mjs";

const ROW = "first50";
const EACH = 50;
const SEEDS = seeds(5);
const MOST_SECONDS = 20;
const POINTS = 0.05;
const BODY = "/pretrained/efficientnet-lite0.safetensors";
const WAYS = {
  pretrained: { preset: "efficientnet-lite0", "image-size": 160, epochs: 30 },
  nothing: { preset: "bench", "image-size": 64, epochs: 20 },
};

/** @type {import("./row.mjs").Row} */
export const first50 = {
  name: ROW,
  async measure(both, results) {
    const place = mkdtempSync(join(tmpdir(), "tabfit-reach-"));
    const folder = join(place, "pictures");
    const context = await launchWithProfile(join(place, "profile"));
    const page = new PageRealm(both.browser, context, await context.newPage());
    try {
      copyFirst(both.folder, folder);
      for (const [way, fields] of Object.entries(WAYS)) {
        for (const seed of SEEDS) await results.once(ROW, `${way} ${seed}`, () => fitted(both, page, folder, { ...fields, seed }));
      }
    } finally {
      await page.close();
      rmSync(place, { recursive: true });
    }
  },
  lines(parts) {
    const [knowing, nothing] = Object.keys(WAYS).map((way) => measured(new Map(SEEDS.map((seed) => [String(seed), parts.get(`${way} ${seed}`)])), SEEDS));
    const time = { what: `the first ${EACH} pictures of each class by name, 160x160, 30 epochs, from Fit to the score, the body in the cache`, goal: `under ${MOST_SECONDS} s` };
    const points = { what: `their accuracy on \`Testing/\` beside the preset \`bench\` from nothing (the same 200 pictures, 64x64, 20 epochs), seeds 1 to ${SEEDS.length}`, goal: "the mean at least 5 points higher" };
    if (knowing.length < SEEDS.length) return [time, points].map(notMeasured);
    const seconds = knowing.map((run) => run.seconds);
    const spent = { number: `${median(seconds).toFixed(1)} s, median of ${seconds.length} (${Math.min(...seconds).toFixed(1)} to ${Math.max(...seconds).toFixed(1)})`, reached: median(seconds) < MOST_SECONDS };
    if (nothing.length < SEEDS.length) return [{ ...time, ...spent }, notMeasured(points)];
    const [ours, theirs] = [knowing, nothing].map((runs) => runs.map((run) => run.accuracy));
    const gained = mean(ours) - mean(theirs);
    const number = `${inWords(ours)}, from nothing ${inWords(theirs)}: ${(100 * gained).toFixed(1)} points`;
    return [{ ...time, ...spent }, { ...points, number, reached: gained >= POINTS }];
  },
};

/** The first pictures of each class, and all test pictures. */
function copyFirst(from, to) {
  for (const { part, most } of [{ part: "Training", most: EACH }, { part: "Testing", most: Infinity }]) {
    for (const name of readdirSync(join(from, part))) {
      mkdirSync(join(to, part, name), { recursive: true });
      const pictures = readdirSync(join(from, part, name)).sort().slice(0, most);
      for (const picture of pictures) cpSync(join(from, part, name, picture), join(to, part, name, picture));
    }
  }
}

/** A new visit to the page: nothing is known of the pictures, and the weights of the body are in the browser's cache. */
async function fitted(both, realm, folder, fields) {
  const { page } = realm;
  await page.goto(both.browser.url);
  await page.locator("#preset option[value=bench]").waitFor({ state: "attached" });
  await realm.fill({ "image-size": fields["image-size"], device: "cpu" });
  await realm.reached("ready", () => page.setInputFiles("#folder-input", folder));
  await realm.fill({ ...fields, "batch-size": 32, "validation-split": 0.1 });
  await page.evaluate((url) => fetch(url).then((response) => response.arrayBuffer()), BODY);
  const asked = () => both.server.requests.filter((path) => path === BODY).length;
  const before = asked();
  const began = performance.now();
  await realm.reached("done", () => page.click("#fit"));
  const seconds = (performance.now() - began) / 1000;
  const error = await page.textContent("#error");
  if (error) throw new Error(error);
  if (asked() !== before) throw new Error("the body was not in the cache");
  const rows = await page.locator("#confusion tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].slice(1).map((cell) => Number(cell.textContent))));
  const total = rows.flat().reduce((sum, count) => sum + count, 0);
  const epochs = await page.locator("#history-table tbody tr").count();
  if (epochs !== fields.epochs) throw new Error(`${epochs} epochs in place of ${fields.epochs}`);
  return { seconds, accuracy: rows.reduce((sum, row, at) => sum + row[at], 0) / total, scored: total };
}
