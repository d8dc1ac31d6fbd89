/** Starts Chromium with a WebGPU adapter, and watches the console of a tab for problems. */

import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { executable } from "./programs.mjs";

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
/** Without the first flag headless Chromium offers no adapter; the second chooses a GPU in software. */
export const SOFTWARE_GPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** @param {string[]} [gpuFlags] */
export function launch(gpuFlags = SOFTWARE_GPU) {
  return chromium.launch({ executablePath: executable("CHROMIUM", NAMES), args: [...QUIET, ...gpuFlags] });
}

/**
 * Starts Chromium with a profile on the disk, as a person has it: without one, a file of several megabytes is not cached.
 *
 * @param {string} profile an empty folder
 */
export function launchWithProfile(profile, gpuFlags = SOFTWARE_GPU) {
  const options = { executablePath: executable("CHROMIUM", NAMES), args: [...QUIET, ...gpuFlags], viewport: { width: 1280, height: 720 } };
  return chromium.launchPersistentContext(profile, options);
}

/**
 * Writes the console of a tab and of its workers to a log in `artifacts/`, and collects errors.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} name of the log file
 * @param {RegExp} [expected] problems that the test provokes on purpose
 * @param {boolean} [warnings] whether a warning is a problem, too
 * @returns {string[]} the problems so far; the list grows
 */
export function watch(page, name, expected, warnings = false) {
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
    const where = text.startsWith("Failed to load") ? ` ${message.location().url}` : "";
    note(`${message.type()}: ${text}${where}`, message.type() === "error" || (warnings && message.type() === "warning") || kernelFault);
  });
  page.on("pageerror", (error) => note(`uncaught: ${error.message}`, true));
  page.on("crash", () => note("the tab crashed", true));
  return problems;
}
