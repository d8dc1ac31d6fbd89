/** What ./bench/run --cpu prints, as Markdown. */

import { leftOut, table, threeDigits } from "./markdown.mjs";
import { ratio } from "./ratio.mjs";

const COLUMNS = ["contender", "case", "trained on", "ms per step", "spread", "images/s", "GFLOP/s", "of peak", "losses agree"];
const [THREADS, ONE] = ["tabfit-cpu, all threads", "tabfit-cpu"];
/** The contender that is tabfit in browsers without relaxed SIMD. */
export const PLAIN = "tabfit-cpu, plain SIMD";

export function cpuReport({ date, machine, cores, host, network = "bench", thread_peak_gflops: peak, cores_of_others: others, versions, rows }) {
  const of = (name) => rows.find(({ contender }) => contender === name);
  const parts = rows.find(({ contender }) => contender.endsWith("independent parts"));
  const rounds = Math.min(...rows.flatMap((row) => row.rounds ?? []));
  const lines = [
    `${host} on ${machine}, ${cores} cores, ${date.slice(0, 10)}; ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")}`,
    `One thread of the processor: ${threeDigits(peak)} GFLOP/s at most, by a browser's vectors of 128 bits; operations are counted as those of direct convolutions`,
    `The network is the preset ${network}, without dropout; ${rounds} rounds by turns; other programs used ${others.map((number) => number.toFixed(1)).join(" cores before and ")} cores after them`,
  ];
  return [
    ...lines.map((line) => `${line}  `), "", ...table(rows, COLUMNS), "",
    beside("all threads, tabfit / Keras", ratio(of(THREADS), of("keras-native"))),
    beside("one thread, tabfit / Keras", ratio(of(ONE), of("keras-native, one thread"))),
    beside("one thread, relaxed / plain SIMD", ratio(of(ONE), of(PLAIN))),
    threads(of(THREADS), parts),
    ...rows.filter(({ ways }) => ways).map(tried),
    ...leftOut(rows),
  ].join("\n");
}

function beside(what, compared) {
  if (!compared) return `${what}: not measured  `;
  return `${what}: ${compared.ratio.toFixed(2)} times the time of a step (${inRounds(compared)})  `;
}

/** The share of the best possible speed that threads reach, which join their gradients after each step. */
function threads(all, parts) {
  const reached = parts && ratio(parts, all);
  if (!reached) return "threads beside independent parts of a batch: not measured  ";
  const [together, apart] = [all, parts].map((row) => threeDigits(row.images_per_second));
  return `threads: ${together} images/s; ${parts.threads} trainers side by side, each with its part of a batch: ${apart}; `
    + `threads reach ${reached.ratio.toFixed(2)} of them (${inRounds(reached)})  `;
}

function inRounds({ fastest, least, most }) {
  return `in the fastest rounds ${fastest.toFixed(2)}, in single rounds ${least.toFixed(2)} to ${most.toFixed(2)}`;
}

function tried({ contender, ways }) {
  const each = Object.entries(ways).map(([way, ms]) => `${way} ${threeDigits(ms)} ms`);
  return `${contender} tried, with the fastest of a few steps: ${each.join("; ")}  `;
}
