/**
 * What a step on WebGPU asks of the thread that calls it: tabfit and TensorFlow.js by turns, in Node with Dawn's null backend, which
 * takes every call and computes nothing: ./bench/run --caller [--case 32x8]. Linux. Writes results/caller.json.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "../tests/page/server.mjs";
import { BATCHES, CASES, CONTENDERS } from "./contenders.mjs";
import { ROOT } from "./hosts.mjs";
import { Node } from "./node.mjs";
import { coresInUse } from "./reach/cores.mjs";
import { ratio } from "./ratio.mjs";
import { median, rounded, spread } from "./statistics.mjs";
import { versions } from "./versions.mjs";
import { writeInputs } from "./write-inputs.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const MINUTE = 60_000;
const NAMES = ["tabfit-webgpu", "tfjs-webgpu"];
/** The first rounds make kernels, and Node compiles what runs often. */
const WARM = 3;
const ROUNDS = 9;
/** What a step of tabfit is to take at most, by the time of TensorFlow.js. */
const GOAL = 0.1;

const { case: name } = parseArgs({ options: { case: { type: "string", default: "32x8" } } }).values;
const size = CASES.find((one) => one.name === name);
if (!size) throw new Error(`There is no case ${name}; choose one of ${CASES.map((one) => one.name).join(", ")}.`);
const inputs = mkdtempSync(join(tmpdir(), "tabfit-bench-"));
const server = await serve({ "/": join(ROOT, "dist"), "/bench/": HERE, "/node_modules/": join(HERE, "node_modules"), "/inputs/": inputs });
const host = new Node(server.url, {}, ["backend=null"]);
const lines = CONTENDERS.filter((line) => NAMES.includes(line.name));
const realms = [];
try {
  await writeInputs(inputs, host, [size]);
  for (const { script, device, naive } of lines) {
    const realm = await host.open(script);
    realms.push(realm);
    await realm.ask("open", { device, naive, imageSize: size.imageSize, batchSize: size.batchSize }, MINUTE);
  }
  const round = (realm, steps) => realm.ask("round", { steps }, 2 * MINUTE);
  const measured = realms.map(() => ({ times: [], whole: [], counts: {} }));
  const others = [await coresInUse()];
  for (let turn = -WARM; turn < ROUNDS; turn++) {
    for (const [i, realm] of realms.entries()) {
      const [one, all] = [await round(realm, 1), await round(realm, BATCHES)];
      const perStep = (more, less) => (more - less) / (BATCHES - 1);
      const { times, whole, counts } = measured[i];
      for (const key of ["dispatches", "calls"]) counts[key] = perStep(all.counts[key], one.counts[key]);
      if (turn < 0) continue;
      times.push(perStep(all.threadMs, one.threadMs));
      whole.push(all.threadMs / BATCHES);
    }
  }
  others.push(await coresInUse());
  const rows = measured.map(({ times, whole, counts }, i) => ({
    contender: lines[i].name,
    case: name,
    ms_per_step: rounded(median(times)),
    spread: rounded(spread(times)),
    ms_with_round: rounded(median(whole)),
    dispatches: rounded(counts.dispatches),
    calls: rounded(counts.calls),
    times: times.map(rounded),
  }));
  const report = {
    date: new Date().toISOString(),
    machine: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: availableParallelism(),
    host: host.name,
    case: name,
    cores_of_others: others.map(rounded),
    versions: versions(lines),
    rows,
  };
  mkdirSync(join(HERE, "results"), { recursive: true });
  writeFileSync(join(HERE, "results/caller.json"), `${JSON.stringify(report, null, 2)}\n`);
  console.log(text(report));
} finally {
  await Promise.all(realms.map((realm) => realm.close()));
  await server.close();
  rmSync(inputs, { recursive: true });
}

function text({ date, machine, cores, host: where, cores_of_others: [before, after], versions: of, rows }) {
  const compared = ratio(rows[0], rows[1]);
  return [
    `${where} and its null backend on ${machine}, ${cores} cores, ${date.slice(0, 10)}; ${Object.entries(of).map(([library, version]) => `${library} ${version}`).join(", ")}  `,
    `${ROUNDS} rounds of ${BATCHES} steps by turns; other programs used ${before.toFixed(1)} cores before and ${after.toFixed(1)} cores after them  `,
    "Nothing is computed on that backend, so that losses cannot be compared here; ./bench/run compares them.",
    "",
    "| contender | case | ms of the thread per step | spread | with what belongs to a round | dispatches | calls |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ...rows.map((row) => `| ${[row.contender, row.case, row.ms_per_step, `${(100 * row.spread).toFixed(0)} %`, row.ms_with_round, row.dispatches, row.calls].join(" | ")} |`),
    "",
    `tabfit / TensorFlow.js: ${compared.ratio.toFixed(3)} times the thread's time of a step (in the fastest rounds ${compared.fastest.toFixed(3)}, `
      + `in single rounds ${compared.least.toFixed(3)} to ${compared.most.toFixed(3)}); at most ${GOAL} is the goal`,
  ].join("\n");
}
