/** The memory of the processes of browsers that this program has started, from Linux's `/proc`. */

import { readdirSync, readFileSync } from "node:fs";

/**
 * The processes of one kind that belong to this program's browsers. A renderer also runs the workers of its tab.
 *
 * @param {"renderer" | "gpu-process"} [type]
 * @returns {string[]} their ids
 */
export function processesOf(type = "renderer") {
  const running = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return running.filter((pid) => text(pid, "cmdline").includes(`--type=${type}`) && isOurs(pid));
}

function isOurs(pid) {
  const parent = text(pid, "status").match(/^PPid:\s+(\d+)/m)?.[1];
  return parent === String(process.pid) || (parent !== undefined && parent !== "0" && isOurs(parent));
}

/**
 * The memory of the largest of some processes, with the program of the browser itself.
 *
 * @param {string[]} pids
 * @param {"VmRSS" | "VmHWM"} kind now, or at most
 * @returns {number} megabytes
 */
export function largest(pids, kind = "VmRSS") {
  const megabytes = (pid) => (Number(text(pid, "status").match(new RegExp(`^${kind}:\\s+(\\d+)`, "m"))?.[1] ?? 0) * 1024) / 1e6;
  return Math.round(Math.max(0, ...pids.map(megabytes)));
}

function text(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // the process has ended
  }
}
