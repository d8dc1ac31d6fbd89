/**
 * Makes tabfit.html and tabfit-pretrained.html of the page in `dist/`: node make.mjs [FOLDER to write them to [FILE...]]
 * Each FILE lies in both as it is. The page does not ask for it, and whoever takes the page apart finds it.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SCRIPTS } from "../../www/js/shared/own-worker.js";
import { bundle } from "./bundle.mjs";
import { block, oneFile } from "./html.mjs";

const DIST = join(dirname(fileURLToPath(import.meta.url)), "../../dist");
const LIST = "files.json";
const PAGE = "js/main.js";
/** A browser starts none from a disk, and there it has nothing to do. */
const SERVICE_WORKER = "sw.js";
/** What scripts of the page fetch, and the words of those who made it. */
const FETCHED = /\.(wasm|bin|json|safetensors)$|\/(report\.css|LICENSE|NOTICE)$/;
/** The style sheet that comes after those that are loaded late. */
const LAST = "css/responsive.css";

const [folder = DIST, ...further] = process.argv.slice(2);
const read = (/** @type {string} */ path) => readFileSync(join(DIST, path));
/** @type {{ path: string }[]} */
const list = JSON.parse(read(LIST).toString());
const html = read("index.html").toString();
const style = styles();
const icon = read("favicon.svg").toString();
const script = await bundle(DIST, PAGE);
const workers = SCRIPTS.filter((path) => path !== SERVICE_WORKER).map(async (path) => block(path, await bundle(DIST, path)));
const workerBlocks = await Promise.all(workers);

// One part of the program trains on both devices: the one with WebGPU. There is no second one for browsers without relaxed SIMD.
const both = list.filter(({ path }) => !path.startsWith("cpu/") && !path.endsWith("_plain_bg.wasm"));
const small = both.filter(({ path }) => !path.startsWith("pretrained/"));
const furtherBlocks = further.map((file) => block(basename(file), readFileSync(file)));
const blocks = new Map(both.filter(({ path }) => FETCHED.test(path)).map(({ path }) => [path, block(path, read(path))]));
write("tabfit.html", small);
write("tabfit-pretrained.html", both);

/** @param {string} name @param {{ path: string }[]} inside the files that it has */
function write(name, inside) {
  const fetched = inside.flatMap(({ path }) => blocks.get(path) ?? []);
  const text = oneFile(html, { script, style, icon, blocks: [...workerBlocks, ...fetched, block(LIST, JSON.stringify(inside)), ...furtherBlocks] });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  console.log(`${join(folder, name)}: ${(Buffer.byteLength(text) / 1e6).toFixed(2)} MB`);
}

/** All style sheets, in the order in which the page would have them. */
function styles() {
  const first = [...html.matchAll(/<link rel="stylesheet" href="([^"]*)"/g)].map(([, path]) => path);
  const late = readdirSync(join(DIST, "css")).filter((file) => file.endsWith(".css")).map((file) => `css/${file}`).filter((path) => !first.includes(path));
  first.splice(first.indexOf(LAST), 0, ...late);
  return first.map((path) => read(path)).join("\n");
}
