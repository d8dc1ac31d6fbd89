/** What is given out and is no crate of Cargo.lock: data, the standard library of Rust, and what esbuild writes of its own. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { read, told } from "./root.mjs";

/**
 * @typedef {object} Other
 * @property {string} type of CycloneDX
 * @property {string} name
 * @property {string} version
 * @property {string} license an expression of SPDX
 * @property {string} description
 * @property {string} source where it comes from
 * @property {string} [file] of the page, that it is
 * @property {string} text whose it is and what its licence says, as HTML
 */

/** @returns {Other[]} */
export function others() {
  const rust = /^release: (.+)$/m.exec(told("rustc", ["-vV"]))?.[1] ?? "";
  const esbuild = JSON.parse(read("scripts/one-file/node_modules/esbuild/package.json").toString());
  return [
    {
      type: "machine-learning-model",
      name: "EfficientNet-Lite0",
      version: "1",
      license: "Apache-2.0",
      description: "What the network has learnt of ImageNet, without its last layer",
      source: "https://github.com/tensorflow/tpu",
      file: "pretrained/efficientnet-lite0.safetensors",
      text: verbatim(read("pretrained/NOTICE")) + verbatim(read("pretrained/LICENSE")),
    },
    {
      type: "data",
      name: "Optical Recognition of Handwritten Digits",
      version: "1998",
      license: "CC-BY-4.0",
      description: "1,797 handwritten digits by E. Alpaydin and C. Kaynak",
      source: "https://doi.org/10.24432/C50P49",
      file: "data/digits.bin",
      text: verbatim(read("www/data/NOTICE")),
    },
    {
      type: "library",
      name: "The Rust Standard Library",
      version: rust,
      license: "MIT OR Apache-2.0",
      description: "Compiled into every part, with the crates that its own notices list",
      source: "https://github.com/rust-lang/rust",
      text: ofRust(),
    },
    {
      type: "application",
      name: "esbuild",
      version: esbuild.version,
      license: esbuild.license,
      description: "Some lines that it writes into the scripts of tabfit.html and tabfit-pretrained.html",
      source: "https://github.com/evanw/esbuild",
      text: verbatim(read("scripts/one-file/node_modules/esbuild/LICENSE.md")),
    },
  ];
}

/** @param {string} text */
export const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** A text as it is, in HTML. @param {Buffer | string} text */
export const verbatim = (text) => `<pre>${escaped(String(text).replaceAll("\r\n", "\n").trim())}</pre>\n`;

/** The notices that come with the compiler: of the standard library's own files, and of the crates in it. */
function ofRust() {
  const file = join(told("rustc", ["--print", "sysroot"]).trim(), "share/doc/rust/COPYRIGHT-library.html");
  if (!existsSync(file)) throw new Error(`${file} is missing, which has the licences of Rust's standard library; install Rust by rustup.`);
  const [, body] = /<body>([^]*)<\/body>/.exec(readFileSync(file, "utf8")) ?? [];
  if (!body) throw new Error(`${file} has no body any more; change scripts/release/others.mjs as it was changed.`);
  return body
    .replaceAll(/ style="[^"]*"/g, "")
    .replaceAll(/<(\/?)h([1-4])\b/g, (_, end, level) => `<${end}h${Number(level) + 2}`)
    .replaceAll(/^\s*\n/gm, "");
}
