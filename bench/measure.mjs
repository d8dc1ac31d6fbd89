/** Measures one case: opens every contender, checks its losses, and times all of them in turn. */

import { BATCHES } from "./contenders.mjs";
import { flopsOf } from "./products.mjs";
import { realmOf } from "./realms.mjs";
import { median, rounded, spread } from "./statistics.mjs";

/** Losses of the same step may differ by this share, because float32 sums depend on their order. */
const TOLERANCE = 1e-3;
/** A row without results; `result` fills them in. */
const NOTHING = {
  ms_per_step: null, spread: null, images_per_second: null, threads: null, gflops: null, of_peak: null, first_step_ms: null,
  checked: null, deviation: null, rounds: null, steps: null,
  dispatches: null, submits: null, bind_groups: null, bytes: null, reads: null, calls: null,
  device: null, ways: null, times: null, error: null,
};

/**
 * A contender during a case.
 *
 * @typedef {object} Entry
 * @property {import("./contenders.mjs").ContenderLine} line
 * @property {string | null} skip the reason for not measuring it
 * @property {string | null} error the reason why it failed
 * @property {import("./host.mjs").Realm | null} [realm]
 * @property {{ name: string, fallback: boolean }} [device]
 * @property {number} [threads] of the processor; null for a GPU
 * @property {Record<string, number> | null} [ways] that it tried before it chose the fastest, with the milliseconds of a step
 * @property {{ losses: number[], expected?: number[], firstStepMs: number | null, lastStepMs: number }} [check] `expected`
 *   where its batches are not the reference's
 * @property {number} [checked] steps whose losses were compared
 * @property {number} [deviation] of those losses
 * @property {Round | null} [single] one step; null where a step is slow
 * @property {Round} [last]
 * @property {number} [steps] that are asked for at once: a round, or a part of it
 * @property {number[]} times milliseconds per step, of each round
 * @property {number} spent in milliseconds
 *
 * @typedef {{ ms: number, counts: Record<string, number> }} Round
 */

/**
 * FLOP/s at most, of the GPU, and of one thread of the processor.
 *
 * @typedef {{ gpu: number | null, thread: number }} Peaks
 *
 * @param {{ host: import("./host.mjs").Host, inputs: string, peaks: Peaks, effort: import("./effort.mjs").Effort, deadline: number, lastOpening?: number }} run
 * @param {{ line: import("./contenders.mjs").ContenderLine, skip: string | null }[]} contenders the reference first
 * @param {import("./contenders.mjs").Case} size
 */
export async function measureCase(run, contenders, size) {
  /** @type {Entry[]} */
  const entries = contenders.map(({ line, skip }) => ({ line, skip, error: null, times: [], spent: 0 }));
  try {
    const [reference] = entries;
    for (const entry of entries) {
      if (Date.now() > (run.lastOpening ?? Infinity)) entry.skip ??= "skipped: no time was left";
      await attempt(entry, async () => {
        if (reference.error) throw new Error(`no losses to compare with: ${reference.line.name} failed`);
        await openAndCheck(run, entry, size);
        // On a slow machine the reference may have checked fewer steps than planned.
        const { losses, expected = reference.check.losses } = entry.check;
        entry.checked = Math.min(losses.length, expected.length);
        entry.deviation = deviation(losses.slice(0, entry.checked), expected);
      });
    }
    await timeByTurns(run, entries);
  } finally {
    await Promise.all(entries.map(({ realm }) => realm?.close()));
  }
  return entries.map((entry) => ({ contender: entry.line.name, case: size.name, ...NOTHING, ...result(entry, size, run.peaks) }));
}

/** A contender that fails is reported with the reason and without a time: failed is not slow. */
async function attempt(entry, work) {
  if (entry.skip || entry.error) return;
  try {
    await work();
  } catch (error) {
    entry.error = error.message.split("\n")[0].replace(/^page\.evaluate: (Error: )?/, "");
    await entry.realm?.close();
    entry.realm = null;
  }
}

/** Loads the library and trains the first steps. */
async function openAndCheck({ host, inputs, effort }, entry, { imageSize, batchSize, network, rate, name }) {
  const { line } = entry;
  console.error(`${line.name} ${name} …`);
  entry.realm = await realmOf(host, line);
  const settings = { device: line.device, naive: line.naive, allThreads: line.allThreads, plain: line.plain, imageSize, batchSize, network, rate, inputs };
  const { threads = 1, ways = null, ...device } = (await entry.realm.ask("open", settings, effort.patienceMs)).device;
  entry.device = device;
  entry.ways = ways;
  entry.threads = line.device.startsWith("webg") ? null : threads;
  const asked = { most: effort.checkSteps, fewest: effort.fewest, limitMs: effort.checkMs };
  entry.check = await entry.realm.ask("check", asked, effort.patienceMs);
}

/** The largest relative difference of the losses from the reference's. Throws if it is too large. */
function deviation(losses, expected) {
  return losses.reduce((most, loss, i) => {
    if (!(loss > 0)) throw new Error(`step ${i + 1} had a loss of ${loss}`);
    const off = Math.abs(loss - expected[i]) / expected[i];
    if (off > TOLERANCE) {
      throw new Error(`the losses disagree: ${loss.toFixed(5)} in step ${i + 1}, not ${expected[i].toFixed(5)}`);
    }
    return Math.max(most, off);
  }, 0);
}

/** In the order A B C, A B C, so that other work of the machine slows down every contender alike. */
async function timeByTurns({ effort, deadline }, entries) {
  for (const entry of entries) {
    await attempt(entry, async () => {
      const slow = entry.check.lastStepMs > effort.slowMs;
      entry.single = slow ? null : await entry.realm.ask("round", { steps: 1 }, effort.patienceMs);
      const stepMs = slow ? entry.check.lastStepMs : entry.single.ms;
      const roundMs = entry.line.allThreads ? effort.threadsRoundMs : effort.roundMs;
      entry.steps = Math.min(Math.max(Math.round(roundMs / stepMs), slow ? 1 : 2), BATCHES);
    });
  }
  for (let round = 0; round < effort.rounds; round++) {
    for (const entry of entries) {
      const enough = round >= 2 && entry.spent > effort.timedMs;
      if (enough || (round >= 1 && Date.now() > deadline)) continue;
      await attempt(entry, async () => {
        let [ms, steps] = [0, 0];
        do {
          entry.last = await entry.realm.ask("round", { steps: entry.steps }, effort.patienceMs);
          ms += entry.last.ms;
          steps += entry.steps;
        } while (ms < effort.leastMs);
        entry.spent += ms;
        entry.times.push(ms / steps);
      });
    }
  }
}

function result(entry, size, peaks) {
  const { line, skip, device, threads, check, checked, deviation, times, steps } = entry;
  if (skip) return { error: skip, skipped: true };
  const counts = entry.error ? null : perStep(entry);
  const error = entry.error ?? suspicion(line, counts);
  if (error) return { error, device: device ?? null };
  const speed = (1000 * flopsOf(size)) / median(times);
  const peak = line.device === "webgpu" ? peaks.gpu : threads && threads * peaks.thread;
  return {
    ms_per_step: rounded(median(times)),
    spread: rounded(spread(times)),
    images_per_second: rounded((1000 * size.batchSize) / median(times)),
    threads,
    gflops: rounded(speed / 1e9),
    of_peak: peak === null ? null : rounded(speed / peak),
    first_step_ms: rounded(check.firstStepMs),
    checked,
    deviation: rounded(deviation),
    rounds: times.length,
    steps,
    ...(line.device === "webgpu" ? counts : {}),
    device,
    ways: entry.ways,
    times: times.map(rounded),
  };
}

/** The counts of one step: the difference between a longer round and a round of one step, divided by the steps. */
function perStep({ single, last, steps }) {
  const of = (key) => {
    const all = last.counts[key];
    return rounded(single ? (all - single.counts[key]) / (steps - 1) : all / steps);
  };
  const [dispatches, submits, bind_groups] = [of("dispatches"), of("submits"), of("bindGroups")];
  return { dispatches, submits, bind_groups, bytes: of("bytes"), reads: of("reads"), calls: of("calls") };
}

function suspicion({ device }, { dispatches }) {
  if (device === "webgpu" && !(dispatches > 0)) return "it gave the GPU nothing to do";
  if (device !== "webgpu" && dispatches > 0) return `it used WebGPU, although it was to run on ${device}`;
  return null;
}
