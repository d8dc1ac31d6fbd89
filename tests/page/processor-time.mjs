/** The processor time that a page takes from training: its renderer's threads but the workers, and the GPU process. Linux. */

import { readdirSync, readFileSync } from "node:fs";

/** Linux cuts the names of threads off after 15 letters. */
const THREADS = { Compositor: "compositor", CompositorTileW: "raster" };

/**
 * Shares of one core that the page itself takes while `during` goes on, from 0 on.
 *
 * @param {import("playwright-core").Browser} browser whose only busy page it is
 * @param {() => Promise<unknown>} during
 * @returns {Promise<{ main: number, compositor: number, raster: number, gpu: number, all: number }>}
 */
export async function sharesOfCore(browser, during) {
  const session = await browser.newBrowserCDPSession();
  const [before, began] = [await seconds(session), performance.now()];
  await during();
  const [after, ended] = [await seconds(session), performance.now()];
  await session.detach();
  const shares = { main: 0, compositor: 0, raster: 0, gpu: 0, all: 0 };
  for (const [thread, { kind, time }] of after) {
    const share = (time - (before.get(thread)?.time ?? 0)) / ((ended - began) / 1000);
    shares[kind] += share;
    shares.all += share;
  }
  return shares;
}

/** One line for a person. */
export function inPercent(shares) {
  return Object.entries(shares).map(([name, share]) => `${name} ${(100 * share).toFixed(1)} %`).join(", ");
}

/** The seconds that each thread has run so far. */
async function seconds(session) {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const threads = new Map();
  for (const { type, id } of processInfo.filter(({ type }) => type === "renderer" || type === "GPU")) {
    for (const thread of list(`/proc/${id}/task`)) {
      const kind = type === "GPU" ? "gpu" : thread === String(id) ? "main" : THREADS[name(id, thread)];
      if (kind) threads.set(`${id}/${thread}`, { kind, time: Number(read(`/proc/${id}/task/${thread}/schedstat`).split(" ")[0]) / 1e9 });
    }
  }
  return threads;
}

/** Without the number at the end of "CompositorTileWorker1". */
const name = (id, thread) => read(`/proc/${id}/task/${thread}/comm`).trim().replace(/\d+$/, "");

/** A process or thread that has ended has no files any more. */
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "0";
  }
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
