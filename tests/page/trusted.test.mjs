/** Trusted types: one policy of the page makes the addresses of scripts, and only those of its own; the package needs none. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { launch, ROOT, watch } from "./chromium.mjs";
import { folder, shapes } from "./fixtures.mjs";
import { headersOf, serve } from "./server.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
const DIST = join(ROOT, "dist");

/** Tries what would make code of a text, in the page or in a worker. */
async function attempts() {
  const { ownWorker } = await import("/js/shared/own-worker.js");
  const all = {
    "a plain address": () => new Worker("/js/spin.js", { type: "module" }),
    "another policy": () => globalThis.trustedTypes.createPolicy("other", {}),
    "the same policy again": () => globalThis.trustedTypes.createPolicy("tabfit", {}),
    "a script that is not in the list": () => ownWorker("js/main.js", ""),
    "a text as code": () => new Function("return 1"),
    "markup": () => (globalThis.document ? (document.createElement("p").innerHTML = "<b>bold</b>") : Function("1")),
  };
  const refused = Object.entries(all).map(([name, attempt]) => {
    try {
      attempt();
      return `${name} is allowed`;
    } catch ({ name: error }) {
      return `${name}: ${error}`;
    }
  });
  ownWorker("js/spin.js", "spin").terminate();
  return refused;
}
const REFUSED = [
  "a plain address: TypeError", "another policy: TypeError", "the same policy again: TypeError",
  "a script that is not in the list: TypeError", "a text as code: EvalError", "markup: ",
];

test("the page and its trainer worker take no script, code or markup from anywhere but the page's own files", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "trusted", expected: /Trusted|Content Security Policy/ });
  for (const realm of [tab.page, tab.worker]) {
    const refused = await realm.evaluate(attempts);
    refused.forEach((line, i) => assert.ok(line.startsWith(REFUSED[i]) && !line.endsWith("allowed"), line));
  }
});

test("the page trains with threads and converts networks under trusted types, also when it is set apart from other sites", TIMEOUT, async (t) => {
  const options = [...readFileSync(join(DIST, "_headers"), "utf8").matchAll(/^# +([\w-]+): *(.*)$/gm)].map(([, name, value]) => [name, value]);
  assert.deepEqual(options.map(([name]) => name), ["Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy"]);
  const tab = await openPage(t, { log: "trusted-apart", headers: { ...headersOf(DIST), ...Object.fromEntries(options) } });
  assert.ok(await tab.page.evaluate(() => crossOriginIsolated));
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 1, threads: 2 });
  await tab.fit();
  assert.ok(await tab.page.isHidden("#trouble"), "the helper started");
  assert.ok((await tab.download("[data-export=tflite]")).length > 1000, "the converter started");
});

test("the file of headers says what a page cannot say of itself", () => {
  const headers = Object.fromEntries(Object.entries(headersOf(DIST)).map(([name, value]) => [name.toLowerCase(), value]));
  assert.match(headers["content-security-policy"], /frame-ancestors 'none'/);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["referrer-policy"], "no-referrer");
  for (const feature of ["microphone", "geolocation", "display-capture", "usb", "payment"]) assert.ok(headers["permissions-policy"].includes(`${feature}=()`), feature);
  assert.ok(headers["permissions-policy"].includes("camera=(self)"));
});

test("no other site can show the page in a frame", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "trusted-framed", expected: /frame-ancestors|Failed to load/ });
  const host = await serve({ "/": folder(t, { "index.html": `<iframe src="${tab.server.url}"></iframe>` }) });
  t.after(host.close);
  const before = tab.server.requests.length;
  const browser = await launch();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const problems = watch(page, "trusted-framing");
  await page.goto(host.url);
  await page.waitForFunction(() => document.querySelector("iframe").contentDocument === null); // it holds an error of the browser, which no page may read
  assert.deepEqual(tab.server.requests.slice(before), ["/"], "nothing of the page was loaded but its first file, which the browser refused");
  assert.match(problems.join(), /frame-ancestors/);
});

/** A page of a developer, which has the package. @param {string} policy */
const guest = (policy) => `<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><link rel="icon" href="/favicon.svg"><title>guest</title>`;

test("the package converts networks on a page with trusted types of its own, and on one without", TIMEOUT, async (t) => {
  const root = folder(t, { "with/index.html": guest("require-trusted-types-for 'script'; trusted-types theirs"), "without/index.html": guest("img-src 'self'") });
  const server = await serve({ "/": DIST, "/guest/": root });
  t.after(server.close);
  const browser = await launch();
  t.after(() => browser.close());
  for (const name of ["without", "with"]) {
    const page = await browser.newPage();
    const problems = watch(page, `guest-${name}`);
    await page.goto(`${server.url}guest/${name}/index.html`);
    const size = await page.evaluate(async ({ layers, trusted }) => {
      const { default: init } = await import("/tabfit.js");
      const rule = { createScriptURL: (url) => url };
      const policy = trusted ? globalThis.trustedTypes.createPolicy("theirs", rule) : rule;
      const converter = () => new Worker(policy.createScriptURL("/convert.js"), { type: "module" });
      await init({ device: "cpu", ...(trusted && { converter }) });
      const { Dataset, Sequential } = await import("/tabfit.js");
      const dataset = Dataset.fromArrays({ images: new Uint8Array(2 * 32 * 32 * 3), labels: [0, 1], classNames: ["a", "b"], imageSize: 32 });
      const network = await Sequential.create(layers, dataset);
      const files = await network.export("tflite");
      return files.reduce((sum, { bytes }) => sum + bytes.length, 0);
    }, { layers: TINY_LAYERS(2), trusted: name === "with" });
    assert.ok(size > 1000);
    assert.deepEqual(problems, [], name);
  }
});
