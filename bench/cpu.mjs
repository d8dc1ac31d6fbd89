/**
 * The processor alone, in seven rounds by turns: tabfit beside native Keras, and its threads beside trainers that share nothing:
 * ./bench/run --cpu [--node] [--case 64x32] [--network resnet]. Writes results/cpu.json.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "../tests/page/server.mjs";
import { CASES, CONTENDERS, RATES } from "./contenders.mjs";
import { cpuReport, PLAIN } from "./cpu-report.mjs";
import { COMPARED } from "./effort.mjs";
import { cpuPeakOf } from "./host.mjs";
import { openHost, ROOT } from "./hosts.mjs";
import { findKeras } from "./keras-realm.mjs";
import { measureCase } from "./measure.mjs";
import { coresInUse } from "./reach/cores.mjs";
import { rounded } from "./statistics.mjs";
import { versions } from "./versions.mjs";
import { writeInputs } from "./write-inputs.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const NAMES = ["tabfit-cpu", "tabfit-cpu, all threads", "keras-native", "keras-native, one thread"];

const { node, case: name, network } = parseArgs({
  options: { node: { type: "boolean", default: false }, case: { type: "string", default: "64x32" }, network: { type: "string" } },
}).values;
const found = CASES.find((one) => one.name === name);
if (!found) throw new Error(`There is no case ${name}; choose one of ${CASES.map((one) => one.name).join(", ")}.`);
const keras = findKeras();
const cores = availableParallelism();
const inputs = mkdtempSync(join(tmpdir(), "tabfit-bench-"));
const server = await serve({ "/": join(ROOT, "dist"), "/bench/": HERE, "/node_modules/": join(HERE, "node_modules"), "/inputs/": inputs });
const host = await openHost(node, server.url);
try {
  const [size] = await writeInputs(inputs, host, [{ ...found, network, rate: RATES[network] }]);
  const peaks = { gpu: null, thread: await cpuPeakOf(host) };
  const others = [await coresInUse()];
  const run = { host, inputs, peaks, effort: COMPARED, deadline: Infinity };
  const rows = await measureCase(run, contenders(size), size);
  others.push(await coresInUse());
  const report = {
    date: new Date().toISOString(),
    machine: cpus()[0]?.model.trim() ?? "unknown processor",
    cores,
    host: host.name,
    case: name,
    network: network ?? "bench",
    thread_peak_gflops: rounded(peaks.thread / 1e9),
    cores_of_others: others.map(rounded),
    versions: { ...versions([]), ...keras.versions },
    rows,
  };
  mkdirSync(join(HERE, "results"), { recursive: true });
  writeFileSync(join(HERE, "results/cpu.json"), `${JSON.stringify(report, null, 2)}\n`);
  console.log(cpuReport(report));
  process.exitCode = rows.some(({ error, skipped }) => error && !skipped) ? 1 : 0;
} finally {
  await host.close();
  await server.close();
  rmSync(inputs, { recursive: true });
}

/** The reference first, then what browsers without relaxed SIMD have; last the trainers that share nothing, one for each core. */
function contenders(size) {
  const lines = CONTENDERS.filter((line) => NAMES.includes(line.name)).map((line) => ({ line, skip: keras.missing && line.script === "keras" ? `skipped: ${keras.missing}` : null }));
  const divides = cores > 1 && size.batchSize % cores === 0;
  const apart = network ? "another network may need the whole batch, for batch normalization" : divides ? null : `a batch of ${size.batchSize} cannot be divided among ${cores} cores`;
  const plain = { name: PLAIN, script: "tabfit.js", device: /** @type {const} */ ("cpu"), plain: true };
  const parts = { name: `tabfit-cpu, ${cores} independent parts`, script: "tabfit.js", device: /** @type {const} */ ("cpu"), parts: cores };
  return [...lines, { line: plain, skip: null }, { line: parts, skip: apart && `skipped: ${apart}` }];
}
