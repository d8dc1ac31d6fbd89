/** Chromium with a WebGPU adapter, and a tab that fails its test when the console shows a problem. */

import { accessSync, appendFileSync, constants, mkdirSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const ARTIFACTS = join(ROOT, "artifacts");

const NAMES = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome"];
const QUIET = [
  "--headless=new",
  "--no-sandbox", // containers and CI run as root
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
/** Headless Chromium hands out no adapter without the first flag; the second is a GPU in software. */
export const SOFTWARE_GPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

function executable() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [process.env.CHROMIUM ?? "", ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))];
  const found = candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return path !== "";
    } catch {
      return false;
    }
  });
  if (!found) throw new Error("No Chromium or Chrome on the PATH; ./scripts/test.sh installs one.");
  return found;
}

/** @param {string[]} [gpuFlags] */
export function launch(gpuFlags = SOFTWARE_GPU) {
  return chromium.launch({ executablePath: executable(), args: [...QUIET, ...gpuFlags] });
}

/**
 * Writes what the tab's console says, its worker's included, to `artifacts/` and collects what must not be there.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} name of the log file
 * @param {RegExp} [expected] problems that this test provokes
 * @returns {string[]} problems so far; grows
 */
export function watch(page, name, expected) {
  mkdirSync(ARTIFACTS, { recursive: true });
  const log = join(ARTIFACTS, `page-${name}.log`);
  rmSync(log, { force: true });
  /** @type {string[]} */
  const problems = [];
  const note = (line, problem) => {
    appendFileSync(log, `${new Date().toISOString()} ${line}\n`);
    if (problem && !expected?.test(line)) problems.push(line);
  };
  page.on("console", (message) => {
    const text = message.text();
    const kernelFault = text.includes("[cubecl") && message.type() !== "log";
    note(`${message.type()}: ${text}`, message.type() === "error" || kernelFault);
  });
  page.on("pageerror", (error) => note(`uncaught: ${error.message}`, true));
  page.on("crash", () => note("the tab crashed", true));
  return problems;
}
