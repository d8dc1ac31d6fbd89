/**
 * How many lines of the page's stores, of the resume and of the parsers its tests run, by V8's own counts:
 * `node scripts/coverage/javascript.mjs`, or `scripts/test.sh --long coverage`. A line counts if none of it was left out by every test: an
 * exit that is never taken makes its line one that does not. It ends with 1 where too few lines count.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { reached } from "./reached.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Without a browser; and those in Chromium, whose pages say by themselves what they have run. */
const TESTS = ["stores", "stores-damaged", "visits", "parsers", "storage-faults", "two-tabs", "logs", "link"];

const under = (folder) => readdirSync(join(root, folder)).filter((name) => name.endsWith(".js")).map((name) => `${folder}/${name}`);
const [worker, page] = ["www/js/worker", "www/js/page"];
const MODULES = {
  "stores and resume": [...under(`${worker}/storage`), ...["kept", "kept-answers", "run-list", "survey", "decisions", "runs"].map((name) => `${worker}/${name}.js`)],
  parsers: [
    ...under(`${page}/runs/files`), `${page}/care/csv.js`, `${page}/tools/csv.js`, `${page}/link/read.js`, `${page}/link/packed.js`, `${page}/link/class-weights.js`, `${page}/link/weights-text.js`,
    `${page}/network/layers-text.js`, `${worker}/study/read-answers.js`, `${worker}/make-network.js`,
  ],
};

/** Whether something ran each character of a module, by the counts of one process: an inner range says more than an outer one. */
function ranIn(functions, length) {
  const ran = new Uint8Array(length);
  const ranges = functions.flatMap(({ ranges }) => ranges).sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return ran;
}

/** What all processes ran, by module. @param {string} folder with what they have counted */
function ranBy(folder) {
  const all = new Map(Object.values(MODULES).flat().map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return [path, { text, ran: new Uint8Array(text.length) }];
  }));
  for (const name of readdirSync(folder)) {
    for (const { url, functions } of JSON.parse(readFileSync(join(folder, name), "utf8")).result) {
      const path = decodeURIComponent(url.split("?")[0]).replace(/^file:\/\//, "").replace(root, "").replace(/^.*?(?=\bwww\/js\/)/, "");
      const known = all.get(path);
      if (known) ranIn(functions, known.text.length).forEach((ran, at) => (known.ran[at] |= ran));
    }
  }
  return all;
}

/** The lines of code, and those of them that count. */
function linesOf({ text, ran }) {
  let [at, comment] = [0, false];
  const lines = [];
  for (const [index, line] of text.split("\n").entries()) {
    const code = line.trim();
    comment ||= code.startsWith("/*");
    if (code !== "" && !comment && !code.startsWith("//")) {
      const from = at + line.indexOf(code);
      lines.push({ number: index + 1, counts: ran.subarray(from, from + code.length).every(Boolean) });
    }
    if (code.endsWith("*/")) comment = false;
    at += line.length + 1;
  }
  return lines;
}

const folder = mkdtempSync(join(tmpdir(), "tabfit-coverage-"));
try {
  const files = TESTS.map((name) => join(root, `tests/page/${name}.test.mjs`));
  const { status } = spawnSync(process.execPath, ["--test", "--test-concurrency=1", "--test-reporter=dot", ...files], { stdio: "inherit", env: { ...process.env, NODE_V8_COVERAGE: folder, TABFIT_COVERAGE: folder } });
  const all = ranBy(folder);
  const enough = reached(Object.entries(MODULES).map(([kind, paths]) => [kind, paths.map((path) => ({ path, lines: linesOf(all.get(path)) }))]));
  process.exitCode = status === 0 && enough ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
