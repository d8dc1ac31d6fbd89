/** The packed package in what developers use: Vite, webpack, plain modules, a server that renders, and Node with a GPU. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { build, createServer } from "vite";
import webpack from "webpack";
import { softwareGpu } from "../../bench/node.mjs";
import { launch, ROOT, watch } from "../page/chromium.mjs";
import { serve } from "../page/server.mjs";

const TIMEOUT = { timeout: 180_000 };

/** A developer's project, in which the packed package is installed as from npm. */
const project = mkdtempSync(join(tmpdir(), "tabfit-bundlers-"));
cpSync(join(ROOT, "tests/bundlers/fixture"), project, { recursive: true });
const npm = (...args) => execFileSync("npm", args, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const [{ filename }] = JSON.parse(npm("pack", join(ROOT, "pkg"), "--json"));
npm("install", "--offline", "--silent", "--no-save", `./${filename}`);

const browser = await launch();
after(async () => {
  await browser.close();
  rmSync(project, { recursive: true });
});

/** @type {unknown} what the first page has told; all must tell the same */
let first;

/** Opens a page of the project, and checks what it tells when it has trained. */
async function trains(t, url) {
  const page = await browser.newPage();
  const problems = watch(page, `bundlers-${t.name.replaceAll(/\W+/g, "-")}`);
  t.after(() => page.close());
  await page.goto(url);
  await page.locator("body", { hasText: "}" }).waitFor({ timeout: TIMEOUT.timeout });
  const told = JSON.parse(await page.locator("body").textContent());
  assert.deepEqual({ ...told, loss: 0 }, { device: "cpu", threads: 2, loss: 0, exported: "model.tflite", fetched: true });
  assert.ok(told.loss > 0);
  assert.deepEqual(told, (first ??= told), "the same numbers, whoever bundles it");
  assert.deepEqual(problems, [], "the console shows problems");
}

/** Serves a folder of the project until the test ends. */
async function served(t, folder) {
  const server = await serve({ "/": join(project, folder) });
  t.after(() => server.close());
  return server.url;
}

/** What a module of the project exports in Node, as JSON; the process has to end by itself. */
const inNode = (code, env = {}) =>
  JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", code], { cwd: project, encoding: "utf8", timeout: 120_000, env: { ...process.env, ...env } }));

const rendered = (file) => inNode(`console.log(JSON.stringify(await import("./${file}")))`);

test("plain modules with an import map", TIMEOUT, async (t) => {
  await trains(t, `${await served(t, ".")}plain.html`);
});

const VITE = { root: project, configFile: false, logLevel: "warn" };

test("a build by Vite", TIMEOUT, async (t) => {
  await build({ ...VITE, build: { outDir: "vite" } });
  await trains(t, await served(t, "vite"));
});

test("the dev server of Vite", TIMEOUT, async (t) => {
  const server = await createServer(VITE);
  t.after(() => server.close());
  await server.listen();
  await trains(t, server.resolvedUrls.local[0]);
});

test("a build by webpack", TIMEOUT, async (t) => {
  await bundled({ entry: "./main.js", output: { path: join(project, "webpack"), filename: "main.js" } });
  cpSync(join(project, "index.html"), join(project, "webpack/index.html"));
  await trains(t, await served(t, "webpack"));
});

test("rendering on a server, as it is and bundled by Vite and webpack", TIMEOUT, async () => {
  const expected = { rendered: "<body>function</body>" };
  assert.deepEqual(rendered("server.js"), expected);
  await build({ ...VITE, build: { ssr: "server.js", outDir: "vite-server" }, ssr: { noExternal: ["tabfit"] } });
  assert.deepEqual(rendered("vite-server/server.js"), expected);
  const output = { path: join(project, "webpack-server"), filename: "server.mjs", module: true, library: { type: "module" } };
  await bundled({ entry: "./server.js", target: "node", output, experiments: { outputModule: true } });
  assert.deepEqual(rendered("webpack-server/server.mjs"), expected);
});

const TSC = join(ROOT, "tests/page/node_modules/.bin/tsc");
const STRICT = "--noEmit --strict --noUncheckedSideEffectImports --target es2024 --lib ES2024,DOM,DOM.Iterable,ESNext.Disposable".split(" ");

for (const [module, resolution] of [["esnext", "bundler"], ["nodenext", "nodenext"]]) {
  test(`types, found as by ${resolution}`, TIMEOUT, () => {
    const { status, stdout } = spawnSync(TSC, [...STRICT, "--module", module, "--moduleResolution", resolution, "types.ts"], { cwd: project, encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });
}

test("a GPU in Node, by the npm package webgpu, which trains as the processor does", TIMEOUT, () => {
  symlinkSync(join(ROOT, "bench/node_modules/webgpu"), join(project, "node_modules/webgpu"));
  const { loaded, device, gpu, cpu, left } = inNode(`
    import init, * as tabfit from "tabfit";
    const { adapter, device: loaded } = await init({ device: "webgpu" });
    const images = new Uint8Array(8 * 192).map((_, i) => (Math.floor(i / 192) % 2 ? 240 : 10));
    const dataset = tabfit.Dataset.fromArrays({ images, labels: [0, 1, 0, 1, 0, 1, 0, 1], classNames: ["dark", "light"], imageSize: 8 });
    const layers = tabfit.preset("small", 8, 2).layers.filter(({ type }) => type !== "Dropout"); // each device draws its own
    const losses = async (device) => {
      const network = await tabfit.Sequential.create(layers, dataset, device, 1);
      const { epochs } = await network.fit(dataset, { epochs: 2, seed: 1 });
      return { device: network.info.device, losses: epochs.map(({ loss }) => loss) };
    };
    const { device, losses: gpu } = await losses("webgpu");
    const { losses: cpu } = await losses("cpu");
    const left = ["WorkerGlobalScope", "window", "self"].filter((name) => name in globalThis);
    console.log(JSON.stringify({ loaded, device, gpu, cpu, left }));
  `, softwareGpu());
  assert.deepEqual([loaded, device.kind], ["webgpu", "webgpu"]);
  gpu.forEach((loss, epoch) => assert.ok(Math.abs(loss - cpu[epoch]) < 1e-3, `epoch ${epoch}: ${loss} on the GPU, ${cpu[epoch]} on the processor`));
  assert.ok(gpu[1] < gpu[0]);
  assert.deepEqual(left, [], "Node still looks like Node");
});

/** What webpack makes. Rejects with its errors and warnings, if it has any. */
function bundled(config) {
  return new Promise((resolve, reject) => {
    webpack({ context: project, mode: "production", performance: false, ...config }, (error, stats) => {
      if (error) reject(error);
      else if (stats.hasErrors() || stats.hasWarnings()) reject(new Error(stats.toString({ preset: "errors-warnings" })));
      else resolve(stats);
    });
  });
}
