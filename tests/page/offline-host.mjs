/** A host of the page that a test changes as it likes: new versions, files that lag behind, the end of the server. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { launch, ROOT, watch } from "./chromium.mjs";
import { folder } from "./fixtures.mjs";
import { serve } from "./server.mjs";
import { TrainerPage } from "./trainer-page.mjs";

const SECONDS = 1000;
const sha256 = (/** @type {Buffer} */ bytes) => createHash("sha256").update(bytes).digest("hex");

/** @type {Promise<import("playwright-core").Browser> | undefined} */
let browser;
after(async () => (await browser)?.close());

export class Host {
  /**
   * @param {import("node:test").TestContext} t after it, any error in the console fails it
   * @param {object} options
   * @param {string} options.log name of the console logs in `artifacts/`
   * @param {RegExp} [options.expected] console errors that the test provokes on purpose
   * @param {string} [options.at] the path of the page on its server
   */
  static async open(t, { log, expected, at = "/" }) {
    /** @type {Host | undefined} */
    let host;
    t.after(() => host?.close()); // before its files are deleted, which a page may be loading
    const root = join(dirname(folder(t, {})), "host");
    execFileSync("cp", ["-rs", join(ROOT, "dist"), root]); // links: a test changes few of the files
    const server = await serve({ [at]: root });
    server.offline = true;
    browser ??= launch();
    const context = await (await browser).newContext({ viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(120 * SECONDS);
    host = new Host(root, server, context, `${server.url.slice(0, -1)}${at}`, (page) => watch(page, log, expected));
    return host;
  }

  constructor(root, server, context, url, watched) {
    Object.assign(this, { root, server, context, url, watched });
    /** @type {string[][]} */
    this.problems = [];
  }

  async close() {
    await this.context.close();
    await this.server.close();
    assert.deepEqual(this.problems.flat(), [], "the console of the page shows problems");
  }

  /** The page in a new tab, which may already have been opened by this browser. */
  async tab() {
    const page = await this.context.newPage();
    this.problems.push(this.watched(page));
    await page.goto(this.url);
    const tab = new TrainerPage(page, this.server, await browser);
    await started(tab);
    return tab;
  }

  /** The page in a tab that has opened it before, so that it comes from what the browser keeps. */
  async secondVisit() {
    const tab = await this.tab();
    await isKept(tab, "cpu/tabfit_bg.wasm");
    await tab.reload();
    return tab;
  }

  read(path) {
    return readFileSync(join(this.root, path));
  }

  /** Puts another file in the place of one. */
  put(path, content) {
    rmSync(join(this.root, path));
    writeFileSync(join(this.root, path), content);
  }

  /** Makes a whole version of the page that has these files, as the page's tool would: with their hashes in the list. */
  publish(changes) {
    const list = JSON.parse(String(this.read("files.json")));
    for (const [path, content] of Object.entries(changes)) {
      this.put(path, content);
      const entry = list.find((file) => file.path === path);
      Object.assign(entry, { bytes: Buffer.byteLength(content), sha256: sha256(Buffer.from(content)) });
    }
    const before = sha256(this.read("files.json"));
    this.put("files.json", JSON.stringify(list));
    this.put("sw.js", String(this.read("sw.js")).replace(before, sha256(this.read("files.json"))));
  }

  /** Looks for a new version, and waits until it is used or given up. */
  async look(tab) {
    await tab.page.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => registration.update()));
    await until(tab, async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      return !registration?.installing && !registration?.waiting && registration?.active?.state !== "activating";
    });
  }
}

/** Waits until the trainer worker has answered, wherever the page lies on its server. */
export const started = (tab) => tab.page.locator("#preset option[value=bench]").waitFor({ state: "attached" });

/** What the browser keeps of the page. @returns {Promise<string[]>} */
export const keptFiles = (tab) => tab.page.evaluate(async () => {
  const kept = [];
  for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) kept.push(url);
  return kept;
});

/** Waits until the browser keeps a file of the page. */
export const isKept = (tab, path) => until(tab, async (path) => {
  for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) if (url.includes(`/${path}?`)) return true;
  return false;
}, path);

/** Waits in the page for an answer that is true; Playwright's own way does not wait for promises. */
export async function until(tab, check, value) {
  while (!(await tab.page.evaluate(check, value))) await pause(100);
}
