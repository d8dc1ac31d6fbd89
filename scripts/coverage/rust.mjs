/**
 * How many lines of the parsers and of the resume in Rust the tests run, with the files that Keras and others make in the round
 * trips: `node scripts/coverage/rust.mjs`, or `scripts/test.sh --long rust-coverage`. A line counts if any of it is run; the tests
 * themselves are left out. It ends with 1 where too few lines count.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { reached } from "./reached.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** The files of a folder, without those that are all tests. */
const under = (path) => readdirSync(join(root, path)).flatMap((name) => {
  if (statSync(join(root, path, name)).isDirectory()) return under(`${path}/${name}`);
  return name.endsWith("_tests.rs") ? [] : [`${path}/${name}`];
});
const FILES = {
  "networks of others": [
    ...["keras_config", "keras_file", "onnx", "safetensors", "shared", "tabfit", "tfjs"].flatMap((name) => under(`src/formats/${name}`)),
    "src/formats/import.rs", "src/formats/model_files.rs", ...under("formats/src"),
  ],
  "pictures and folders": [
    ...["folder", "image", "inspected", "layout", "paths", "skipped", "stored_features", "zip"].map((name) => `src/data/${name}.rs`),
    ...under("clinic/src"), ...under("decoders/src"),
  ],
  resume: ["src/training/resume.rs", "src/training/plan_check.rs", ...under("src/training/state")],
};

const folder = mkdtempSync(join(tmpdir(), "tabfit-coverage-"));
try {
  const env = { ...process.env, RUSTC_WORKSPACE_WRAPPER: join(root, "scripts/coverage/counted.sh"), LLVM_PROFILE_FILE: join(folder, "%m_%p.profraw") };
  const run = (command, options) => spawnSync("bash", ["-c", `source scripts/setup.sh && ${command}`], { cwd: root, env, maxBuffer: 2 ** 28, ...options });
  const tested = ['cargo test "${native[@]}" --no-fail-fast', "tests/roundtrip/run.sh"].map((command) => run(command, { stdio: "inherit" }).status);
  const compiled = String(run('cargo test "${native[@]}" --no-run --message-format=json 2>/dev/null').stdout);
  const programs = compiled.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line).executable).filter(Boolean);
  const all = counted(programs);
  const unknown = Object.values(FILES).flat().filter((path) => !all.has(path) && / fn /.test(readFileSync(join(root, path), "utf8")));
  if (unknown.length > 0) throw new Error(`No test is compiled with ${unknown.join(", ")}.`);
  const files = (paths) => paths.filter((path) => all.has(path)).map((path) => ({ path, lines: ofTheProgram(path, all.get(path)) }));
  const enough = reached(Object.entries(FILES).map(([kind, paths]) => [kind, files(paths)]));
  process.exitCode = tested.every((status) => status === 0) && enough ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** How often each line was run, by file, as LLVM's own tools say. @param {string[]} programs @returns {Map<string, Map<number, number>>} */
function counted(programs) {
  const sysroot = execFileSync("rustc", ["--print", "sysroot"], { cwd: root, encoding: "utf8" }).trim();
  const host = /^host: (.+)$/m.exec(execFileSync("rustc", ["-vV"], { cwd: root, encoding: "utf8" }))?.[1];
  const tool = (name, ...given) => execFileSync(join(sysroot, "lib/rustlib", host, "bin", name), given, { encoding: "utf8", maxBuffer: 2 ** 30 });
  const merged = join(folder, "merged");
  tool("llvm-profdata", "merge", "--sparse", "--output", merged, ...readdirSync(folder).map((name) => join(folder, name)));
  const lines = tool("llvm-cov", "export", "--format=lcov", `--instr-profile=${merged}`, programs[0], ...programs.slice(1).flatMap((program) => ["--object", program]));
  const all = new Map();
  let counts = new Map();
  for (const line of lines.split("\n")) {
    const [, what, rest] = /^(SF|DA):(.*)$/.exec(line) ?? [];
    if (what === "SF") {
      const path = relative(root, rest);
      all.set(path, (counts = all.get(path) ?? new Map()));
    } else if (what === "DA") {
      const [number, count] = rest.split(",").map(Number);
      counts.set(number, Math.max(counts.get(number) ?? 0, count));
    }
  }
  return all;
}

/** The lines of a file, without those of the tests at its end. */
function ofTheProgram(path, counts) {
  const text = readFileSync(join(root, path), "utf8").split("\n");
  const tests = text.indexOf("#[cfg(test)]");
  const lines = [...counts].map(([number, count]) => ({ number, counts: count > 0 })).sort((a, b) => a.number - b.number);
  return tests < 0 ? lines : lines.filter(({ number }) => number <= tests);
}
