/** Packs the page and the package, and writes the checksums of everything: node pack.mjs FOLDER */

import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { ROOT, told, version } from "./root.mjs";

const LICENSES = "LICENSES.html";
/** The same on every computer: an archive keeps the hands of the clock, and no zone. */
const TIME = new Date(1980, 0, 1);

const folder = process.argv[2];
const current = version();
const packed = [`tabfit-${current}-site.zip`, `tabfit-${current}.tgz`];
writeFileSync(join(folder, packed[0]), site());
npmPackage();
checksums([LICENSES, `tabfit-${current}.cdx.json`, "tabfit.html", "tabfit-pretrained.html", ...packed]);

/** The page as it is in dist/, and the licences beside it. */
function site() {
  const paths = readdirSync(join(ROOT, "dist"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(join(ROOT, "dist").length + 1).replaceAll("\\", "/"))
    .filter((path) => !/^tabfit(-pretrained)?\.html$/.test(path)); // scripts/one-file.sh writes them there
  const files = [...paths.sort().map((path) => [path, join(ROOT, "dist", path)]), [LICENSES, join(folder, LICENSES)]];
  const options = (/** @type {string} */ path) => ({ level: /\.br$/.test(path) ? 0 : 9, mtime: TIME });
  return zipSync(Object.fromEntries(files.map(([path, file]) => [path, [readFileSync(file), options(path)]])));
}

/** The package as npm packs it, and the licences in it. */
function npmPackage() {
  const copy = mkdtempSync(join(tmpdir(), "tabfit-package-"));
  try {
    cpSync(join(ROOT, "pkg"), copy, { recursive: true });
    cpSync(join(folder, LICENSES), join(copy, LICENSES));
    told("npm", ["pkg", "set", `files[]=${LICENSES}`], copy);
    told("npm", ["pack", "--silent"], copy);
    cpSync(join(copy, packed[1]), join(folder, packed[1]));
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** @param {string[]} names */
function checksums(names) {
  const lines = names.sort().map((name) => {
    console.log(`${join(folder, name)}: ${(statSync(join(folder, name)).size / 1e6).toFixed(2)} MB`);
    return `${createHash("sha256").update(readFileSync(join(folder, name))).digest("hex")}  ${name}\n`;
  });
  writeFileSync(join(folder, "SHA256SUMS"), lines.join(""));
}
