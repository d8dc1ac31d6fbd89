/** Makes tabfit.html and tabfit-pretrained.html of the page in `dist/`: node make.mjs [FOLDER to write them to] */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";
import { oneFile } from "./html.mjs";

const DIST = join(dirname(fileURLToPath(import.meta.url)), "../../dist");
const LIST = "files.json";
const PAGE = "js/main.js";
const WORKERS = ["convert.js", "js/helper.js", "js/spin.js", "js/worker.js"];
/** What scripts of the page fetch, and the words of those who made it. */
const FETCHED = /\.(wasm|bin|json|safetensors)$|\/(report\.css|LICENSE|NOTICE)$/;
/** The style sheet that comes after those that are loaded late. */
const LAST = "css/responsive.css";

const read = (/** @type {string} */ path) => readFileSync(join(DIST, path));
/** @type {{ path: string }[]} */
const list = JSON.parse(read(LIST).toString());
const html = read("index.html").toString();
const [script, ...workers] = await Promise.all([PAGE, ...WORKERS].map((path) => bundle(DIST, path)));

for (const pretrained of [false, true]) write(pretrained ? "tabfit-pretrained.html" : "tabfit.html", pretrained);

/** @param {string} name @param {boolean} pretrained whether what networks have learnt before is inside */
function write(name, pretrained) {
  const isInside = ({ path }) => !path.startsWith("cpu/") && (pretrained || !path.startsWith("pretrained/"));
  const inside = list.filter(isInside);
  const files = Object.fromEntries(inside.filter(({ path }) => FETCHED.test(path)).map(({ path }) => [path, read(path)]));
  files[LIST] = Buffer.from(JSON.stringify(inside));
  WORKERS.forEach((path, i) => (files[path] = Buffer.from(workers[i])));
  const folder = process.argv[2] ?? DIST;
  mkdirSync(folder, { recursive: true });
  const text = oneFile(html, { script, style: styles(), icon: read("favicon.svg").toString(), files });
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
