/** Everything that is given out, made twice by scripts/release.sh of the page and the package that are built. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { unzipSync } from "fflate";
import { allowedLicenses, cratesByCargo, cratesOf, missing, ROOT, sections, unlicensed } from "./parsed.mjs";

const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), "tabfit-release-")));
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
const [release, again] = folders;
for (const folder of folders) execFileSync(join(ROOT, "scripts/release.sh"), [folder], { stdio: ["ignore", "ignore", "inherit"] });

const [, version] = /^version = "(.+)"$/m.exec(readFileSync(join(ROOT, "Cargo.toml"), "utf8"));
const site = `tabfit-${version}-site.zip`;
const tarball = `tabfit-${version}.tgz`;
const list = `tabfit-${version}.cdx.json`;
const bytes = (file) => readFileSync(join(release, file));
const bom = JSON.parse(bytes(list));
const licenses = sections(bytes("LICENSES.html").toString());
const crates = cratesByCargo();

/** The bytes of each file below a folder, by its path. */
const tree = (folder) => new Map(readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .map((path) => [relative(folder, path), readFileSync(path)]));

test("all files are there, and their checksums are right", () => {
  const sums = bytes("SHA256SUMS").toString().trim().split("\n").map((line) => line.split("  "));
  const names = sums.map(([, name]) => name);
  assert.deepEqual([...names].sort(), ["LICENSES.html", list, site, tarball, "tabfit-pretrained.html", "tabfit.html"].sort());
  assert.deepEqual(readdirSync(release).sort(), [...names, "SHA256SUMS"].sort());
  for (const [sum, name] of sums) assert.equal(createHash("sha256").update(bytes(name)).digest("hex"), sum, name);
});

test("the same page and package give the same bytes", () => {
  for (const [file, content] of tree(release)) assert.ok(content.equals(readFileSync(join(again, file))), file);
});

test("the site is the page with its headers and its compressed files, and the licences", () => {
  const unpacked = new Map(Object.entries(unzipSync(bytes(site))));
  const dist = tree(join(ROOT, "dist"));
  for (const page of ["tabfit.html", "tabfit-pretrained.html"]) dist.delete(page);
  assert.ok(dist.has("_headers") && dist.has("cpu/tabfit_bg.wasm.br"));
  assert.deepEqual([...unpacked.keys()].sort(), [...dist.keys(), "LICENSES.html"].sort());
  for (const [path, content] of dist) assert.ok(content.equals(unpacked.get(path)), path);
  assert.ok(bytes("LICENSES.html").equals(unpacked.get("LICENSES.html")));
});

test("the package installs, imports, and has the licences", (t) => {
  const project = mkdtempSync(join(tmpdir(), "tabfit-release-project-"));
  t.after(() => rmSync(project, { recursive: true }));
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  execFileSync("npm", ["install", "--offline", "--silent", join(release, tarball)], { cwd: project, stdio: "inherit" });
  const code = 'import init, { preset } from "tabfit"; await init(); console.log(preset("small", 32, 3).layers.length > 3)';
  assert.equal(execFileSync(process.execPath, ["--input-type=module", "-e", code], { cwd: project, encoding: "utf8", timeout: 60_000 }), "true\n");
  const installed = tree(join(project, "node_modules/tabfit"));
  const licensed = ["LICENSES.html", "LICENSE-MIT", "LICENSE-APACHE"];
  assert.deepEqual(missing([...tree(join(ROOT, "pkg")).keys(), ...licensed], [...installed.keys()]), []);
  assert.ok(bytes("LICENSES.html").equals(installed.get("LICENSES.html")));
});

test("both pages in one file have the licences inside, and are as small as they are promised", () => {
  for (const [file, most] of [["tabfit.html", 6e6], ["tabfit-pretrained.html", 16e6]]) {
    assert.ok(bytes(file).length < most, `${file} has ${bytes(file).length} bytes`);
    const [, block] = /data-path="LICENSES\.html"[^>]*>([^<]*)</.exec(bytes(file).toString());
    assert.ok(bytes("LICENSES.html").equals(gunzipSync(Buffer.from(block, "base64"))), file);
  }
});

test("the list holds to CycloneDX, and names no folder of this computer", async () => {
  assert.equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot5).validate(bytes(list).toString()), null);
  assert.ok(!bytes(list).includes(ROOT) && !bytes(list).includes("file://") && !bytes("LICENSES.html").includes(ROOT));
  const refs = [bom.metadata.component, ...bom.components].map((component) => component["bom-ref"]);
  assert.equal(new Set(refs).size, refs.length);
  assert.deepEqual(missing(bom.dependencies.flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn]), refs), []);
});

test("every crate of every part is in the list, and nothing else but what is given out beside them", () => {
  assert.ok(crates.length > 150, `${crates.length}`);
  assert.deepEqual(missing(crates, cratesOf(bom)), []);
  const others = missing(cratesOf(bom), crates).map((one) => one.replace(/ \S+$/, ""));
  assert.deepEqual(others, ["EfficientNet-Lite0", "Optical Recognition of Handwritten Digits", "The Rust Standard Library", "esbuild"]);
  const [weights] = bom.components.filter(({ name }) => name === others[0]);
  assert.equal(weights.hashes[0].content, createHash("sha256").update(readFileSync(join(ROOT, "pretrained/efficientnet-lite0.safetensors"))).digest("hex"));
});

test("a crate that the list does not have is missed", () => {
  const components = bom.components.filter(({ name }) => name !== "serde");
  assert.match(`${missing(crates, cratesOf({ components }))}`, /^serde 1\.[\d.]+$/);
});

test("every one of them has the text of each licence that it is under, and each is one that is allowed", () => {
  const texts = licenses.filter(({ text }) => text.length > 300);
  assert.deepEqual(unlicensed(bom, texts), []);
  const used = new Set(licenses.flatMap(({ license }) => license.split(" OR ")));
  assert.deepEqual(missing([...used], [...allowedLicenses(), "CC-BY-4.0"]), [], "CC BY is the licence of the digits");
});

test("a text that is not there is missed", () => {
  const texts = licenses.filter(({ license }) => license !== "Unicode-3.0");
  assert.match(`${unlicensed(bom, texts)}`, /^unicode-ident [\d.]+: Unicode-3\.0$/);
});
