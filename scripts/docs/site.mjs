/** Makes the documentation site of the package: `node scripts/docs/site.mjs FOLDER`. Its pages are made of the types in pkg/. */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Application } from "typedoc";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const EXAMPLES = join(ROOT, "examples/package");
/** Pages that are made of the examples, until the site has them. */
const MADE = join(ROOT, "target/docs");

/** What wasm-bindgen exports beside the package's own functions; `init` calls it. */
const INSIDE = ["InitInput", "InitOutput", "SyncInitInput", "initSync", "start"];

const out = resolve(process.argv[2] ?? join(ROOT, "site"));

/** Makes a page of an example: its first comment as text, and its code. Returns the page's path. */
function examplePage(/** @type {string} */ file) {
  const code = readFileSync(join(EXAMPLES, file), "utf8");
  const [, sentence] = /^\/\*\* (.*?) \*\/\n/.exec(code) ?? [];
  if (!sentence) throw new Error(`examples/package/${file} has to begin with a comment that says what it shows.`);
  const words = basename(file, ".js").replaceAll("-", " ").replace("keras", "Keras");
  const title = `${words[0]?.toUpperCase()}${words.slice(1)}`;
  const page = join(MADE, `${basename(file, ".js")}.md`);
  const text = `---\ntitle: ${title}\ngroup: Examples\n---\n\n# ${title}\n\n${sentence}\n\n\`\`\`js\n${code.slice(code.indexOf("\n") + 1).trim()}\n\`\`\`\n`;
  writeFileSync(page, text);
  return page;
}

rmSync(MADE, { recursive: true, force: true });
mkdirSync(MADE, { recursive: true });
const keras = join(MADE, "keras.md");
writeFileSync(keras, `---\ntitle: Keras and tabfit\ngroup: Guides\n---\n\n${readFileSync(join(ROOT, "docs/keras.md"), "utf8").replace(/^# .*\n/, "")}`);

const application = await Application.bootstrap({
  name: "tabfit",
  entryPoints: [join(ROOT, "pkg/tabfit.d.ts"), join(ROOT, "pkg/wasm.d.ts")],
  tsconfig: join(ROOT, "scripts/docs/tsconfig.json"),
  readme: join(ROOT, "package/README.md"),
  projectDocuments: [keras, ...readdirSync(EXAMPLES).sort().map(examplePage)],
  out,
  cleanOutputDir: true,
  disableSources: true,
  excludePrivate: true,
  excludeExternals: false,
  hideGenerator: true,
  includeVersion: true,
  treatWarningsAsErrors: true,
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  highlightLanguages: ["js", "ts", "python", "bash"],
});
const project = await application.convert();
if (!project || application.logger.hasErrors()) process.exit(1);
for (const module of project.children ?? []) {
  for (const child of [...(module.children ?? [])]) if (INSIDE.includes(child.name)) project.removeReflection(child);
}
application.validate(project);
await application.generateOutputs(project);
if (application.logger.hasErrors() || application.logger.hasWarnings()) process.exit(1);
console.log(`The documentation lies in ${out}: open index.html.`);
