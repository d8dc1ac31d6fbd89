/** Makes one script of a script of the page and all that it imports, also what it imports late. */

import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ONE_FILE = fileURLToPath(new URL("../../www/one-file", import.meta.url));

/**
 * @param {string} dist the folder of the page
 * @param {string} script its path in it
 * @returns {Promise<string>}
 */
export async function bundle(dist, script) {
  const contents = `
    import { receive } from "${ONE_FILE}/files.js";
    import { inside } from "${ONE_FILE}/inside.js";
    void inside().then(receive).then(() => import("./${script}"));`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: dist },
    inject: [`${ONE_FILE}/files.js`],
    plugins: [ownFiles(dist)],
    bundle: true,
    format: "iife",
    target: "es2024",
    charset: "utf8",
    legalComments: "none",
    minify: true,
    write: false,
    logLevel: "warning",
    logOverride: { "duplicate-object-key": "silent" }, // wasm-bindgen names a file twice that the program imports twice
  });
  return outputFiles[0].text;
}

/** Has every script ask for the page's files where they are inside. @param {string} dist */
const ownFiles = (dist) => ({
  name: "own files",
  setup: ({ onLoad }) => onLoad({ filter: /\.js$/ }, async ({ path }) => {
    const script = relative(dist, path).replaceAll("\\", "/");
    if (script.startsWith("..")) return undefined;
    const contents = (await readFile(path, "utf8"))
      .replaceAll("./cpu/tabfit", "./webgpu/tabfit") // that part trains on both, so that one is enough
      .replace(/new URL\((.+?), import\.meta\.url\)/g, (_, file) => `fileAt(${file}, "${script}")`);
    if (contents.includes("import.meta")) throw new Error(`${script} uses import.meta otherwise than in new URL(…, import.meta.url); write it like that.`);
    return { contents, loader: "js" };
  }),
});
