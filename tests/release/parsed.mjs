/** What is written in a release, and what should be. */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const text = (path) => readFileSync(join(ROOT, path), "utf8");

/** Every crate of every part, as cargo itself lists it, with those that write code of others: `NAME VERSION`. */
export function cratesByCargo() {
  const parts = readdirSync(join(ROOT, "parts"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = parts.map(({ name }) => /^name = "(.+)"$/m.exec(text(`parts/${name}/Cargo.toml`))[1]);
  const listed = names.flatMap((name) => {
    const args = ["tree", "--locked", "--package", name, "--target", "wasm32-unknown-unknown", "--edges", "normal", "--prefix", "none", "--format", "{p}"];
    const tree = execFileSync("cargo", args, { cwd: ROOT, encoding: "utf8" });
    return tree.split("\n").filter(Boolean).map((line) => line.replace(/^(\S+) v(\S+).*$/, "$1 $2"));
  });
  return [...new Set(listed)].sort();
}

/** What may be part of the program, by the rules of the house. */
export function allowedLicenses() {
  const [, list] = /const ALLOWED: &\[&str\] = &\[([^]*?)\];/.exec(text("tests/house/tests/suite/dependencies.rs"));
  return [...list.matchAll(/"([^"]+)"/g)].map(([, license]) => license);
}

/** The crates of a list of CycloneDX, as cargo names them. */
export const cratesOf = (bom) => bom.components.map(({ name, version }) => `${name} ${version}`).sort();

/** Those of `expected` that `actual` does not have. */
export const missing = (expected, actual) => expected.filter((one) => !actual.includes(one));

/** The sections of LICENSES.html: a licence, what is under it, and how long the texts are. */
export function sections(html) {
  return html.split("<h2 ").slice(1).map((section) => {
    const [, license] = /^data-license="([^"]+)"/.exec(section);
    const [, list] = /<ul>([^]*?)<\/ul>/.exec(section);
    const items = [...list.matchAll(/<li>(?:<a [^>]*>)?([^<,:]+)/g)].map(([, item]) => item);
    return { license, items, text: section.slice(section.indexOf("</ul>") + "</ul>".length).trim() };
  });
}

/**
 * What lacks the text of a licence that its expression asks for. Here an expression is `(A OR B) AND C`: of each part in AND, one.
 *
 * @param {{ license: string, items: string[] }[]} texts
 */
export function unlicensed(bom, texts) {
  return bom.components.flatMap(({ name, version, licenses: [{ expression }] }) => {
    const title = `${name} ${version}`;
    const given = new Set(texts.filter(({ items }) => items.includes(title)).flatMap(({ license }) => license.split(" OR ")));
    const lacking = expression.split(" AND ").filter((part) => !part.match(/[\w.-]+/g).some((license) => given.has(license)));
    return lacking.map((part) => `${title}: ${part}`);
  });
}
