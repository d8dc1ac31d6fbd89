/**
 * Puts what a machine with a GPU and nothing else needs into one folder, and that into one file: ./bench/run --pack DIR. There
 * `DIR/run` prints what --kernels --node and --quick --node print; it asks for no network, no browser and no program but itself.
 */

import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CONTENDERS } from "./contenders.mjs";
import { ROOT } from "./hosts.mjs";

const MEGABYTE = 1e6;
const MOST = 60 * MEGABYTE;
const MODULES = "bench/node_modules";
/** What the contenders do not load. */
const LEFT_OUT = /\.br$|^dist\/((pretrained|data|css)(\/|$)|tabfit.*\.html$)|^bench\/(node_modules|results)(\/|$)|\/__pycache__$/;
/** The loader of Vulkan's drivers, and what Node itself needs beside the C library, for machines that lack them. */
const LIBRARIES = ["libvulkan.so.1", "libstdc++.so.6", "libgcc_s.so.1"];
const LIBRARY_FOLDERS = ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];

/** Only what the shell itself can do, because there may be no other program. */
const RUN = `#!/bin/sh
# Prints what ./bench/run --kernels --node and --quick --node print, in at most eight minutes. VK_ICD_FILENAMES can name the GPU's driver.
cd "\${0%/*}" || exit 1
here=$PWD
export XDG_RUNTIME_DIR="\${XDG_RUNTIME_DIR:-/tmp}" # or Vulkan's loader complains of every adapter that shows no windows
with_own() { export LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib"; }
found=
for file in ${LIBRARY_FOLDERS.map((folder) => `${folder}/libvulkan.so.1`).join(" ")}; do
  [ -e "$file" ] && found=$file
done
if [ -z "$found" ] || ! ./node --version >/dev/null 2>&1; then with_own; fi
exec ./node bench/packed.mjs "$@"
`;

/**
 * @param {string} folder that is new or empty
 * @returns {string} the packed file beside it
 */
export function pack(folder) {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(`${folder} is not empty.`);
  const copy = (path, to = path) => cpSync(join(ROOT, path), join(folder, to), { recursive: true, filter: (from) => !LEFT_OUT.test(from.slice(ROOT.length)) });
  for (const path of ["dist", "bench", "Cargo.toml", "tests/page/server.mjs", "tests/page/png.mjs"]) copy(path);
  for (const path of loaded()) cpSync(join(ROOT, MODULES, path), join(folder, MODULES, path), { recursive: true });
  const node = join(folder, "node");
  copyFile(process.execPath, node);
  spawnSync("strip", [node]); // without the names for a debugger, where there is such a program
  if (spawnSync(node, ["--version"]).status !== 0) copyFile(process.execPath, node);
  for (const name of LIBRARIES) {
    const from = LIBRARY_FOLDERS.map((place) => join(place, name)).find((file) => existsSync(file));
    if (from) copyFile(realpathSync(from), join(folder, "lib", name));
  }
  writeFileSync(join(folder, "run"), RUN);
  chmodSync(join(folder, "run"), 0o755);
  const file = `${folder}.tar.gz`;
  const { status, error, stderr } = spawnSync("tar", ["-C", dirname(folder), "-czf", file, basename(folder)], { encoding: "utf8" });
  if (status !== 0) throw new Error(`tar failed: ${error?.message ?? stderr}`);
  return file;
}

/** Of each library what its contender imports, what says its version, and its licence; of Dawn the build for this machine. */
function loaded() {
  const scripts = [...new Set(CONTENDERS.filter((line) => line.package).map(({ script }) => script))];
  const imported = scripts.flatMap((script) => [...readFileSync(join(ROOT, "bench", script), "utf8").matchAll(/"\/node_modules\/(.+?)"/g)].map(([, path]) => path));
  // A file of one library loads others beside it, unless it is a bundle.
  const files = imported.flatMap((path) => (/\.min\.js$/.test(path) ? [path] : besides(path)));
  const platform = `webgpu/dist/${process.platform}-${process.platform === "darwin" ? "universal" : process.arch}`;
  const packages = [...new Set(imported.map((path) => path.match(/^(@[^/]+\/)?[^/]+/)[0])), "webgpu"];
  const about = packages.flatMap((name) => readdirSync(join(ROOT, MODULES, name)).filter((file) => /^(package\.json|licen[cs]e.*)$/i.test(file)).map((file) => `${name}/${file}`));
  return [...files, ...about, "webgpu/index.js", platform];
}

function besides(path) {
  const folder = dirname(path);
  return readdirSync(join(ROOT, MODULES, folder)).filter((name) => name.endsWith(".js")).map((name) => `${folder}/${name}`);
}

function copyFile(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [given] = process.argv.slice(2);
  if (!given) throw new Error("Name a folder: ./bench/run --pack DIR");
  const file = pack(resolve(given));
  const { size } = statSync(file);
  console.log(`${file}: ${(size / MEGABYTE).toFixed(1)} MB. Unpack it on the machine with the GPU, and start ${basename(given)}/run.`);
  if (size > MOST) throw new Error(`It was to be smaller than ${MOST / MEGABYTE} MB.`);
}
