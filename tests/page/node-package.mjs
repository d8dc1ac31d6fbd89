/** The package in a process of Node, as somebody has it who installed it. */

import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./chromium.mjs";
import { folder } from "./fixtures.mjs";

/** Node 20 has relaxed SIMD, as browsers have it, behind a flag. */
export const AS_A_BROWSER = Number(process.versions.node.split(".")[0]) < 22 ? ["--experimental-wasm-relaxed-simd"] : [];

/** What a process writes that is started with these arguments in a folder that has the package. It has to end by itself. */
export function ranInNode(t, args, files = {}) {
  const cwd = folder(t, files);
  mkdirSync(join(cwd, "node_modules"));
  symlinkSync(join(ROOT, "pkg"), join(cwd, "node_modules/tabfit"));
  return execFileSync(process.execPath, args, { cwd, encoding: "utf8", timeout: 60_000 });
}

/** The JSON that a module writes. */
export const inNode = (t, code, files = {}, flags = []) => JSON.parse(ranInNode(t, [...flags, "--input-type=module", "-e", code], files));
