/** Times each kernel of a training step of tabfit: ./bench/run --kernels [--node] [--case 64x32]. Writes results/kernels.json. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "../tests/page/server.mjs";
import { CASES } from "./contenders.mjs";
import { peakOf } from "./host.mjs";
import { openHost, ROOT } from "./hosts.mjs";
import { inWords } from "./markdown.mjs";
import { KERNELS, products } from "./products.mjs";
import { rounded } from "./statistics.mjs";
import { writeInputs } from "./write-inputs.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const MINUTES = 60_000;
const STEPS = 3;

const { node, case: asked } = parseArgs({
  options: { node: { type: "boolean", default: false }, case: { type: "string" } },
}).values;
const inputs = mkdtempSync(join(tmpdir(), "tabfit-bench-"));
const server = await serve({ "/": join(ROOT, "dist"), "/bench/": HERE, "/inputs/": inputs });
const host = await openHost(node, server.url);
try {
  const { adapter } = host;
  if (!adapter) throw new Error("There is no WebGPU adapter here.");
  const name = asked ?? (adapter.fallback ? "32x8" : "64x32");
  const size = CASES.find((one) => one.name === name);
  if (!size) throw new Error(`There is no case ${name}; choose one of ${CASES.map((one) => one.name).join(", ")}.`);
  const [written] = await writeInputs(inputs, host, [size]);
  const peak = await peakOf(host);
  const rows = summed(named(step(await timedKernels(written)), written));
  const machine = `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} cores`;
  const report = { date: new Date().toISOString(), machine, host: host.name, adapter, case: name, peak_gflops: rounded(peak / 1e9), rows };
  mkdirSync(join(HERE, "results"), { recursive: true });
  writeFileSync(join(HERE, "results/kernels.json"), `${JSON.stringify(report, null, 2)}\n`);
  console.log(table(report));
} finally {
  await host.close();
  await server.close();
  rmSync(inputs, { recursive: true });
}

async function timedKernels({ imageSize, batchSize }) {
  const realm = await host.open("tabfit.js");
  try {
    await realm.ask("open", { device: "webgpu", imageSize, batchSize, replayed: true }, MINUTES);
    await realm.ask("round", { steps: 1 }, 5 * MINUTES); // compiles everything
    return await realm.ask("kernels", { steps: STEPS }, 10 * MINUTES);
  } finally {
    await realm.close();
  }
}

/** The kernels of a step in the middle, because the first and the last step also have kernels of the epoch. */
function step(kernels) {
  const begins = kernels.flatMap(({ name }, i) => (base(name) === KERNELS.first ? [i] : []));
  if (begins.length !== STEPS) throw new Error(`${STEPS} steps began with ${begins.length} kernels called ${KERNELS.first}`);
  return kernels.slice(begins[0], begins[1]);
}

/** Names the products, which come in the order of the layers. */
function named(kernels, size) {
  const { forward, inputGradients, weightGradients } = products(size);
  const convolutions = [
    ...forward.map((product) => ({ ...product, what: "forward" })),
    ...inputGradients.map((product) => ({ ...product, what: "gradient of input" })),
  ];
  const lists = { convolutions, weightGradients: weightGradients.map((product) => ({ ...product, what: "gradient of weights" })) };
  const all = kernels.map(({ name, ms }) => {
    const done = (KERNELS.products[base(name)] ?? []).flatMap((list) => lists[list].shift() ?? []);
    if (done.length === 0) return { kernel: base(name), ms, flops: 0 };
    const kernel = `${done[0].layer}, ${done.map(({ what }) => what).join(" and ")}`;
    return { kernel, ms, flops: done.reduce((sum, { flops }) => sum + flops, 0) };
  });
  const missing = Object.values(lists).flat();
  if (missing.length > 0) throw new Error(`the step had no kernel for ${missing.map(({ layer, what }) => `${layer}, ${what}`)}`);
  return all;
}

/** A row for each product, and one for all kernels of another name. */
function summed(kernels) {
  const rows = new Map();
  for (const { kernel, ms, flops } of kernels) {
    const row = rows.get(kernel) ?? { kernel, dispatches: 0, ms: 0, flops: 0 };
    rows.set(kernel, { kernel, dispatches: row.dispatches + 1, ms: row.ms + ms, flops: row.flops + flops });
  }
  return [...rows.values()];
}

/** The name in the source, without the types and the hash that CubeCL appends. */
function base(name) {
  return name.replace(/(_[a-z]_[a-z]?\d+)*_[0-9a-f]{8}$/, "");
}

function table({ host: where, machine, adapter, case: name, peak_gflops: peak, rows }) {
  const total = rows.reduce((sum, { ms }) => sum + ms, 0);
  const line = ({ kernel, dispatches, ms, flops }) => {
    const speed = flops / ms / 1e6;
    const share = `${((100 * ms) / total).toFixed(1)} %`;
    return [kernel, dispatches, Number(ms.toPrecision(3)), share, ...(flops ? [speed.toFixed(1), `${((100 * speed) / peak).toFixed(0)} %`] : ["–", "–"])];
  };
  const all = rows.reduce((sum, { dispatches, ms, flops }) => ({
    kernel: sum.kernel, dispatches: sum.dispatches + dispatches, ms: sum.ms + ms, flops: sum.flops + flops,
  }), { kernel: "**all**", dispatches: 0, ms: 0, flops: 0 });
  return [
    `A step of tabfit, ${name}: ${where} on ${machine}  `,
    `WebGPU adapter: ${inWords(adapter)}; ${peak} GFLOP/s at most`,
    "",
    "| kernel | dispatches | ms | of all | GFLOP/s | of peak |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...[...rows, all].map((row) => `| ${line(row).join(" | ")} |`),
  ].join("\n");
}
