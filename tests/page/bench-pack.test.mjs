/** The folder of --pack: whatever its scripts import lies in it, and its `run` needs no other program. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, test } from "node:test";
import { pack } from "../../bench/pack.mjs";
import { ROOT } from "./chromium.mjs";

const MINUTES = 60_000;
const MOST = 60e6;
const MISSING = !existsSync(join(ROOT, "bench/node_modules/webgpu")) && "the bench's libraries are not installed; ./bench/run does that";
/** What the scripts start with, in Node and in the processes of the contenders. */
const ENTRIES = ["bench/packed.mjs", "bench/run.mjs", "bench/kernels.mjs", "bench/node-realm.mjs", "bench/node-modules.mjs", "bench/tabfit.js", "bench/tfjs.js", "bench/jax.js", "bench/peak.js", "bench/cpu-peak.js"];
/** Loaded only for a browser, by hosts.mjs. */
const FOR_A_BROWSER = "bench/browser.mjs";
/** Parts of the page's program that a training does not load. */
const WITHOUT = /^dist\/pretrained\//;

test("a packed folder is whole, small, and runs where nothing else is", { skip: MISSING, timeout: 5 * MINUTES }, () => {
  const place = mkdtempSync(join(tmpdir(), "tabfit-pack-test-"));
  after(() => rmSync(place, { recursive: true }));
  const folder = join(place, "packed");
  const file = pack(folder);
  assert.ok(statSync(file).size < MOST, `${statSync(file).size} bytes`);
  assert.throws(() => pack(folder), /is not empty/);

  const seen = new Set();
  for (const entry of ENTRIES) follow(folder, entry, seen);
  assert.ok(seen.has("dist/cpu/tabfit.js") && seen.has("dist/webgpu/tabfit.js"), "the programs themselves");
  for (const part of ["cpu", "webgpu"]) assert.ok(existsSync(join(folder, `dist/${part}/tabfit_bg.wasm`)));
  assert.deepEqual(readdirSync(folder, { recursive: true }).filter((name) => /\.br$|playwright/.test(String(name))), []);

  // The shell finds no program but those of the folder.
  const nothing = join(place, "nothing");
  const { status, stderr } = spawnSync("/bin/sh", [join(folder, "run"), "--help"], { env: { PATH: nothing }, encoding: "utf8" });
  assert.match(stderr, /Unknown option '--help'/, "the packed Node has started the packed script");
  assert.equal(status, 1);
});

/** Looks for what a script imports, and for what that imports. */
function follow(folder, path, seen) {
  if (seen.has(path) || path === FOR_A_BROWSER || WITHOUT.test(path)) return;
  seen.add(path);
  assert.ok(existsSync(join(folder, path)), `${path} is not packed`);
  const code = readFileSync(join(folder, path), "utf8").replace(/\/\*[^]*?\*\//g, "");
  for (const [, what] of code.matchAll(/(?:^|[\s;])(?:import\s*|(?:import|export)\b[^;'"()=]*?from\s*)["']([^"'\n]+)["']/g)) next(folder, path, what, seen);
  for (const [, what] of code.matchAll(/\bimport\(\s*["']([^"'\n]+)["']\s*\)/g)) next(folder, path, what, seen);
}

function next(folder, path, what, seen) {
  if (what.startsWith("node:") || builtinModules.includes(what)) return;
  if (what === "webgpu") return follow(folder, "bench/node_modules/webgpu/index.js", seen);
  // The bench's server has the page at its root.
  const mounted = what.startsWith("/node_modules/") ? `bench${what}` : `dist${what}`;
  follow(folder, what.startsWith("/") ? mounted : relative(folder, join(folder, dirname(path), what)), seen);
}
