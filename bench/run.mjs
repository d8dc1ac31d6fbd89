/** Measures every contender on every case, prints a table, and writes results/latest.json, or node.json for Node. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { serve } from "../tests/page/server.mjs";
import { CASES, CONTENDERS } from "./contenders.mjs";
import { effort } from "./effort.mjs";
import { cpuPeakOf, peakOf } from "./host.mjs";
import { openHost, ROOT } from "./hosts.mjs";
import { findKeras } from "./keras-realm.mjs";
import { markdown } from "./markdown.mjs";
import { measureCase } from "./measure.mjs";
import { rounded } from "./statistics.mjs";
import { versions } from "./versions.mjs";
import { writeInputs } from "./write-inputs.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const DIST = join(ROOT, "dist");
const MODULES = join(HERE, "node_modules");

const MINUTE = 60_000;
/** When so much of --minutes is over, no further contender is opened: each that is open still has a round. */
const OPENING = 0.6;

const { quick, node, minutes } = parseArgs({
  options: { quick: { type: "boolean", default: false }, node: { type: "boolean", default: false }, minutes: { type: "string", default: "Infinity" } },
}).values;
if (!(Number(minutes) > 0)) throw new Error(`--minutes takes a number, not ${minutes}.`);
const began = Date.now();
const lastOpening = began + OPENING * Number(minutes) * MINUTE;
const deadline = Math.min(began + effort(quick).totalMs, lastOpening);
const inputs = mkdtempSync(join(tmpdir(), "tabfit-bench-"));
const server = await serve({ "/": DIST, "/bench/": HERE, "/node_modules/": MODULES, "/inputs/": inputs });
const host = await openHost(node, server.url);
const { adapter } = host;
const keras = findKeras();
const cases = CASES.filter(({ onlyGpu }) => !onlyGpu || (adapter && !adapter.fallback));
try {
  const written = await writeInputs(inputs, host, cases);
  const peaks = { gpu: await peakOf(host), thread: await cpuPeakOf(host) };
  const rows = [];
  for (const size of written) {
    const contenders = CONTENDERS.filter(({ only = size.name }) => only === size.name).map((line) => ({ line, skip: reasonToSkip(line, size) }));
    rows.push(...(await measureCase({ host, inputs, peaks, effort: effort(quick), deadline, lastOpening }, contenders, size)));
  }
  const report = {
    date: new Date().toISOString(),
    machine: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: availableParallelism(),
    browser: host.name,
    adapter,
    peak_gflops: peaks.gpu === null ? null : rounded(peaks.gpu / 1e9),
    thread_peak_gflops: rounded(peaks.thread / 1e9),
    versions: { ...versions(CONTENDERS), ...keras.versions },
    quick,
    wasm: wasmSizes(),
    rows,
  };
  mkdirSync(join(HERE, "results"), { recursive: true });
  writeFileSync(join(HERE, `results/${node ? "node" : "latest"}.json`), `${JSON.stringify(report, null, 2)}\n`);
  console.log(markdown(report));
  process.exitCode = rows.some(({ error, skipped }) => error && !skipped) ? 1 : 0;
} finally {
  await host.close();
  await server.close();
  rmSync(inputs, { recursive: true });
}

function reasonToSkip({ script, device, slow }, { imageSize, onlyGpu }) {
  if (script === "keras" && keras.missing) return `skipped: ${keras.missing}`;
  if (script === "page" && node) return "skipped: Node shows no page";
  if (device === "webgpu" && !adapter) return "skipped: no WebGPU adapter";
  if (device === "webgl" && node) return "skipped: Node has no WebGL";
  if (onlyGpu && slow) return "skipped: a step takes minutes";
  const inSoftware = device.startsWith("webg") && (!adapter || adapter.fallback);
  if (quick && imageSize > 32 && (slow || inSoftware)) return "skipped by --quick: a step takes 15 seconds to minutes";
  return null;
}

function wasmSizes() {
  return ["cpu", "webgpu"].map((part) => {
    const file = `${part}/tabfit_bg.wasm`;
    const wasm = readFileSync(join(DIST, file));
    return { file, bytes: wasm.length, gzipped: gzipSync(wasm, { level: 9 }).length };
  });
}
