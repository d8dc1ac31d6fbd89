/** What the folder of --pack measures on the machine that it was brought to: first the kernels, then the contenders, in eight minutes. */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const MINUTE = 60_000;
const end = Date.now() + 7.8 * MINUTE;
const KERNELS_MS = 2.8 * MINUTE;

parseArgs(); // it has no options
await print("kernels.mjs", ["--node"], KERNELS_MS);
const left = end - Date.now();
await print("run.mjs", ["--quick", "--node", "--minutes", String(left / MINUTE)], left);

/** A script is given up after its time, so that the next one still has its own. */
async function print(script, options, ms) {
  console.error(`${script} ${options.join(" ")}`);
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...options], { stdio: "inherit", timeout: ms, killSignal: "SIGTERM" });
  const [code, signal] = await new Promise((resolve) => child.on("exit", (...how) => resolve(how)));
  if (signal) console.error(`${script} was given up after ${(ms / MINUTE).toFixed(1)} minutes`);
  if (code !== 0) process.exitCode = 1;
}
