/**
 * What training from a pretrained network reaches, beside Keras: ./bench/run --reach [--only ROW]... [--again] [--pictures DIR].
 * A call that was stopped goes on where it was.
 */

import { existsSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ROOT } from "../tests/page/chromium.mjs";
import { MRI } from "../tests/page/fixtures.mjs";
import { Both } from "./reach/both.mjs";
import { buildOf, Results } from "./reach/results.mjs";
import { ROWS } from "./reach/rows.mjs";
import { table } from "./reach/table.mjs";

const RESULTS = fileURLToPath(new URL("results/", import.meta.url));

const { only, again, pictures } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: ROWS.map(({ name }) => name) },
    again: { type: "boolean", default: false },
    pictures: { type: "string", default: MRI },
  },
}).values;
const unknown = only.filter((name) => !ROWS.some((row) => row.name === name));
if (unknown.length > 0) throw new Error(`There is no row ${unknown.join(", ")}; there are ${ROWS.map(({ name }) => name).join(", ")}.`);
if (!existsSync(join(pictures, "Training"))) throw new Error(`There are no pictures in ${join(pictures, "Training")}; name their folder with --pictures.`);

const build = buildOf(join(ROOT, "dist"));
const results = new Results(join(RESULTS, "reach.jsonl"), build, { again, rows: only });
const both = await Both.open(resolve(pictures));
const failed = [];
let about;
try {
  about = await results.once("versions", "", async () => ({ browser: both.browser.name, ...(await both.python("versions")) }));
  for (const row of ROWS.filter(({ name }) => only.includes(name))) {
    try {
      await row.measure(both, results);
    } catch (error) {
      console.error(`${row.name} failed: ${error.stack}`);
      failed.push(row.name);
      await both.restart();
    }
  }
} finally {
  await both.close();
}
const markdown = table(results, [
  `tabfit (build ${build}) in ${about.browser}, beside Keras ${about.keras} with TensorFlow ${about.tensorflow}`,
  `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} cores, all of them for both; ${new Date().toISOString().slice(0, 10)}`,
]);
writeFileSync(join(RESULTS, "reach.md"), `${markdown}\n`);
console.log(markdown);
process.exitCode = failed.length > 0 ? 1 : 0;
