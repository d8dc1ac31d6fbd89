/** The page without its server, and the change from one version of it to the next. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./chromium.mjs";
import { Host, isKept, keptFiles, started, until } from "./offline-host.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };
/** A browser says in the console what it could not load. */
const NOT_LOADED = /Failed to load resource|FetchEvent|Failed to fetch|ERR_FAILED|is of another version/;
/** Then the run cannot be kept either, which the page says. */
const NO_ROOM = /there is no space left|storage quota/;

/** Trains a small network on two threads to its end. `trouble` is what the page says meanwhile. */
async function trained(tab, trouble = /^$/) {
  await tab.set({ "image-size": 32 });
  await tab.page.click("#sample-button");
  await tab.reach(["ready"]);
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 2, threads: 2 });
  await tab.fit();
  assert.equal((await tab.history()).length, 2);
  assert.match(await tab.page.textContent("#trouble"), trouble);
}

test("the second visit takes no byte of the page from the network", TIMEOUT, async (t) => {
  const host = await Host.open(t, { log: "offline-second" });
  const tab = await host.tab();
  await isKept(tab, "cpu/tabfit_bg.wasm");
  host.server.requests.length = 0;
  await tab.reload();
  await trained(tab);
  // The browser itself asks whether there is a new service worker.
  assert.deepEqual(host.server.requests.filter((path) => path !== "/sw.js"), []);
  const sizes = await tab.page.evaluate(() => performance.getEntries().map(({ transferSize }) => transferSize ?? 0));
  assert.ok(sizes.length > 20 && sizes.every((size) => size === 0), `${sizes}`);
  assert.ok(!(await keptFiles(tab)).some((url) => /webgpu\/\w+\.wasm|safetensors/.test(url)), "what is large and was not asked for is not kept");
});

test("without its server the page opens and trains, and says what it cannot load", TIMEOUT, async (t) => {
  const host = await Host.open(t, { log: "offline-stopped", expected: NOT_LOADED });
  const tab = await host.secondVisit();
  await host.server.close();
  await tab.reload();
  await trained(tab);
  await tab.page.click("#take-lesson"); // a part that is small, and that nobody had asked for
  await tab.page.locator("#lesson h3, #lesson h2").first().waitFor();
  await tab.page.click("[data-export=keras-file]");
  assert.match(await tab.error(), /could not be loaded/);
  assert.ok((await tab.download("#save-model")).length > 1000, "nothing is lost by it");
});

test("a large part is kept once it was asked for, also by a first visit", TIMEOUT, async (t) => {
  const host = await Host.open(t, { log: "offline-late" });
  const tab = await host.tab();
  await until(tab, () => navigator.serviceWorker.controller !== null);
  await trained(tab);
  await tab.download("[data-export=keras-file]");
  await isKept(tab, "formats/tabfit_bg.wasm");
  await isKept(tab, "cpu/tabfit_bg.wasm");
  await host.server.close();
  await tab.reload();
  await trained(tab);
  assert.ok((await tab.download("[data-export=keras-file]")).length > 1000);
});

/** Files of a version that can be told from those of another: the page, a late part of it, the trainer worker and a thread's modules. */
function marked(host, version) {
  const text = (path) => String(host.read(path));
  return {
    "index.html": text("index.html").replace(/ data-version="\d"|(?=>\s*<a class="skip")/, ` data-version="${version}"`),
    "js/page/link/write.js": `document.body.dataset.late = "${version}";\n${text("js/page/link/write.js").replace(/^document.body.*\n/, "")}`,
    "js/worker.js": `globalThis.versionForTest = "${version}";\n${text("js/worker.js").replace(/^globalThis.*\n/, "")}`,
    "parts.js": `// ${version}\n${text("parts.js").replace(/^\/\/ \d\n/, "")}`,
    // A custom section more is still a valid program.
    "formats/tabfit_bg.wasm": Buffer.concat([host.read("formats/tabfit_bg.wasm"), Buffer.from([0, 2, 1, 0x30 + version])]),
  };
}

/** What is loaded already, and what is loaded now. */
async function versions(tab) {
  await tab.page.evaluate(() => (document.querySelector("#link").open = true));
  await tab.page.waitForFunction(() => document.body.dataset.late);
  const { version, late } = await tab.page.evaluate(() => ({ ...document.body.dataset }));
  return [version, late, await tab.worker.evaluate(() => globalThis.versionForTest)];
}

test("a new version is said and used whole after a reload, and a tab with the old one is not disturbed", TIMEOUT, async (t) => {
  const host = await Host.open(t, { log: "offline-new", expected: NOT_LOADED });
  host.publish(marked(host, 1));
  const [old, other] = [await host.secondVisit(), await host.tab()];
  assert.ok(await old.page.isHidden("#new-version"));

  host.publish(marked(host, 2));
  await host.look(other);
  for (const tab of [old, other]) await tab.page.locator("#new-version").waitFor();
  assert.match(await old.text("#new-version p"), /^A new version of this page is there\./);
  await old.screenshot("new-version");
  await Promise.all([other.page.waitForEvent("load"), other.page.click("#load-new-version")]);
  await other.ready();
  assert.ok(await other.page.isHidden("#new-version"));

  // A browser ends a service worker that has nothing to do; the next one must know both tabs again.
  const session = await host.context.newCDPSession(other.page);
  await session.send("ServiceWorker.enable");
  await session.send("ServiceWorker.stopAllWorkers");
  assert.deepEqual(await versions(old), ["1", "1", "1"]);
  assert.deepEqual(await versions(other), ["2", "2", "2"]);
  for (const tab of [old, other]) await trained(tab);

  // The server has this part of the new version only, so that the old tab gets none.
  await old.page.click("[data-export=keras-file]");
  assert.match(await old.error(), /could not be loaded/);
  assert.ok((await other.download("[data-export=keras-file]")).length > 1000);
  assert.ok((await old.download("#save-model")).length > 1000);

  await old.reload();
  assert.deepEqual(await versions(old), ["2", "2", "2"]);
  await until(old, async () => {
    const files = (await caches.keys()).find((name) => name.startsWith("tabfit files"));
    return (await (await caches.open(files)).keys()).filter(({ url }) => url.includes("/files.json?")).length === 1;
  });
});

test("of a host that has only a part of a new version nothing is used", TIMEOUT, async (t) => {
  const host = await Host.open(t, { log: "offline-half" });
  host.publish(marked(host, 1));
  const tab = await host.secondVisit();
  const files = marked(host, 2);
  const late = host.read("parts.js");
  host.publish(files);
  host.put("parts.js", late);
  host.server.requests.length = 0;
  await host.look(tab);
  assert.ok(host.server.requests.includes("/parts.js"), "the browser has tried the new version");
  await tab.reload();
  assert.ok(await tab.page.isHidden("#new-version"));
  assert.deepEqual(await versions(tab), ["1", "1", "1"]);
  await trained(tab);

  host.put("parts.js", files["parts.js"]);
  await host.look(tab);
  await tab.page.locator("#new-version").waitFor();
  await tab.reload();
  assert.deepEqual(await versions(tab), ["2", "2", "2"]);
});

test("in a folder of a server it keeps that folder and nothing else", TIMEOUT, async (t) => {
  const host = await Host.open(t, { log: "offline-folder", at: "/pages/tabfit/" });
  const tab = await host.tab();
  await tab.page.evaluate(() => caches.open("tabfit files of another page"));
  await isKept(tab, "cpu/tabfit_bg.wasm");
  assert.equal(await tab.page.evaluate(() => navigator.serviceWorker.ready.then(({ scope }) => scope)), host.url);
  await host.server.close();
  await tab.page.reload();
  await started(tab);
  await trained(tab);
  assert.ok(await tab.page.evaluate(() => caches.has("tabfit files of another page")));
});

test("where there is no room the page works as without", TIMEOUT, async (t) => {
  const host = await Host.open(t, { log: "offline-full", expected: NOT_LOADED });
  const page = await host.context.newPage();
  const session = await host.context.newCDPSession(page);
  const room = (bytes) => session.send("Storage.overrideQuotaForOrigin", { origin: new URL(host.url).origin, quotaSize: bytes });
  await room(100_000);
  const tab = await host.tab();
  await until(tab, async () => !(await navigator.serviceWorker.getRegistration()));
  await trained(tab, NO_ROOM);

  await room();
  await tab.reload();
  await isKept(tab, "cpu/tabfit_bg.wasm");
  await room(1);
  host.server.requests.length = 0;
  await tab.reload();
  assert.ok(host.server.requests.includes("/"), "a tab that cannot be noted gets the page from the server");
  await trained(tab, NO_ROOM);
});

test("the development server wants no service worker, and takes away one that was left at its address", TIMEOUT, async (t) => {
  const there = () => navigator.serviceWorker.getRegistrations().then(({ length }) => length);
  const served = await openPage(t, { log: "offline-development" });
  await trained(served);
  assert.equal(await served.page.evaluate(there), 0);
  assert.ok(!served.server.requests.includes("/sw.js"));

  const host = await Host.open(t, { log: "offline-left" });
  const tab = await host.secondVisit();
  host.server.offline = false;
  host.put("sw.js", readFileSync(join(ROOT, "scripts/page/served/sw.js")));
  await host.look(tab);
  await until(tab, async () => (await caches.keys()).length === 0);
  await trained(tab); // its worker is still at an address that only a service worker knows
  host.server.requests.length = 0;
  await tab.page.reload();
  assert.ok(host.server.requests.includes("/"), "the page comes from the server again");
  assert.equal(await tab.page.evaluate(there), 0);
});
