/**
 * What cargo's tools know of the crates that are given out. They look at a crate that depends on every part and is never compiled, so
 * that they see what the parts are made of, and none of the tools and tests of this workspace.
 */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { read, ROOT, told } from "./root.mjs";

/** In the checkout, so that cargo is the one of rust-toolchain.toml. */
const FOLDER = join(ROOT, "target/given-out");
const TARGET = "wasm32-unknown-unknown";

/**
 * @typedef {object} Licensed a text, and the crates that it is of
 * @property {string} id of SPDX
 * @property {string} name
 * @property {string} text
 * @property {{ crate: { name: string, version: string, authors: string[], repository: string | null, manifest_path: string } }[]} used_by
 */

/** A file with words of a crate's holders, where it has some hundred letters: a shorter one is a path that was a link. */
const NOTICE = /^notice/i;
const LICENSE = /^(licen[cs]e|copying)/i;
const FEWEST = 100;

/** @returns {{ licenses: Licensed[], bom: any }} the licences by cargo-about, and the list by cargo-cyclonedx */
export function crates() {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "Cargo.toml"), manifest());
  writeFileSync(join(FOLDER, "lib.rs"), "");
  writeFileSync(join(FOLDER, "Cargo.lock"), read("Cargo.lock"));
  const cargo = (/** @type {string[]} */ ...args) => told("cargo", args, FOLDER);
  // Takes the crates out of Cargo.lock that no part has; the others keep their versions.
  cargo("metadata", "--offline", "--format-version", "1", "--filter-platform", TARGET);
  cargo("fetch", "--quiet", "--locked"); // also of other platforms: cargo-about looks at them before it leaves them out
  const about = cargo("about", "generate", "--fail", "--frozen", "--format", "json", "--config", join(ROOT, "scripts/release/about.toml"));
  const tree = cargo("tree", "--locked", "--offline", "--target", TARGET, "--edges", "normal", "--prefix", "none", "--format", "{p}");
  cargo("cyclonedx", "--quiet", "--format", "json", "--target", TARGET, "--no-build-deps", "--spec-version", "1.5", "--override-filename", "bom");
  return { licenses: JSON.parse(about).licenses.flatMap(withOwnWords), bom: pruned(JSON.parse(readFileSync(join(FOLDER, "bom.json"), "utf8")), tree) };
}

/**
 * cargo-about passes on no notice, as Apache-2.0 asks for, and of a file with several licences nothing: a crate with such words of its
 * own gets an entry of its own.
 *
 * @param {Licensed & { source_path: string | null }} licensed
 * @returns {Licensed[]}
 */
function withOwnWords({ id, name, text, source_path, used_by }) {
  const words = used_by.map(({ crate }) => ownWords(crate.manifest_path, source_path ? [NOTICE] : [NOTICE, LICENSE]));
  const plain = used_by.filter((_, i) => !words[i]);
  const own = used_by.flatMap((user, i) => (words[i] ? { id, name, text: `${text}\n\n${words[i]}`, used_by: [user] } : []));
  return plain.length ? [{ id, name, text, used_by: plain }, ...own] : own;
}

/** @param {string} manifest a crate's Cargo.toml @param {RegExp[]} names of files beside it */
function ownWords(manifest, names) {
  const files = readdirSync(dirname(manifest)).sort().filter((file) => names.some((name) => name.test(file)));
  return files.map((file) => readFileSync(join(dirname(manifest), file), "utf8").trim()).filter((text) => text.length > FEWEST).join("\n\n");
}

/** cargo-cyclonedx also lists optional crates that nobody asks for; cargo knows better. @param {any} bom @param {string} tree */
function pruned(bom, tree) {
  const asked = new Set(tree.split("\n").map((line) => line.replace(/^(\S+) v(\S+).*$/, "$1 $2")));
  const components = bom.components.filter((/** @type {any} */ { name, version }) => asked.has(`${name} ${version}`));
  const refs = new Set([bom.metadata.component, ...components].map((component) => component["bom-ref"]));
  const dependencies = bom.dependencies
    .filter((/** @type {any} */ { ref }) => refs.has(ref))
    .map((/** @type {any} */ { ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((/** @type {string} */ other) => refs.has(other)) }));
  return { ...bom, components, dependencies };
}

function manifest() {
  const parts = readdirSync(join(ROOT, "parts"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const dependencies = parts.map(({ name }) => {
    const [, crate] = /^name = "(.+)"$/m.exec(read(`parts/${name}/Cargo.toml`).toString()) ?? [];
    return `${crate} = { path = "../../parts/${name}" }`;
  });
  return `[workspace]

[package]
name = "given-out"
version = "0.0.0"
edition = "2024"
publish = false

[lib]
path = "lib.rs"

[dependencies]
${dependencies.join("\n")}
`;
}
