/**
 * Code that a stranger has planted in the page and that wants to tell another computer something: what hears it, and what holds it.
 * Chromium obeys all of `_headers`. What index.html says alone does not reach workers, nor navigation, nor WebRTC.
 */

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { openPage } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
/** Nobody has this name, so that it reaches the proxy alone. */
const OTHER = "http://elsewhere.test/";

/** Requests for a part of a page, and the directive that holds each. @type {Record<string, [directive: string, plant: (url: string) => unknown]>} */
const PLANTS = {
  image: ["img-src", (url) => void (new Image().src = url)],
  fetch: ["connect-src", (url) => void fetch(url, { mode: "no-cors" }).catch(() => {})],
  "kept-alive": ["connect-src", (url) => void fetch(url, { mode: "no-cors", method: "POST", keepalive: true }).catch(() => {})],
  request: ["connect-src", (url) => { const request = new XMLHttpRequest(); request.open("GET", url); request.send(); }],
  socket: ["connect-src", (url) => void new WebSocket(url.replace("http:", "ws:"))],
  events: ["connect-src", (url) => void new EventSource(url)],
  beacon: ["connect-src", (url) => void navigator.sendBeacon(url, "secret")],
  style: ["img-src", (url) => void (document.body.style.backgroundImage = `url(${url})`)],
  sheet: ["style-src-elem", (url) => document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: url }))],
  font: ["font-src", (url) => void new FontFace("planted", `url(${url})`).load().catch(() => {})],
  video: ["media-src", (url) => document.body.append(Object.assign(document.createElement("video"), { src: url }))],
  frame: ["frame-src", (url) => document.body.append(Object.assign(document.createElement("iframe"), { src: url }))],
  module: ["script-src-elem", (url) => void import(url).catch(() => {})],
  script: ["require-trusted-types-for", (url) => {
    try {
      document.head.append(Object.assign(document.createElement("script"), { src: url }));
    } catch {} // refused by trusted types before a request is made
  }],
  ping: ["connect-src", (url) => Object.assign(document.createElement("a"), { href: "#here", ping: url }).click()],
};

/** What a page can say without a request for a part of it, by the trainer worker or by leaving the page. */
const fromWorker = (tab) => tab.worker.evaluate((url) => fetch(url, { mode: "no-cors" }).then(() => "reached", () => "held"), `${OTHER}worker`);
const byWindow = (tab) => tab.page.evaluate((url) => void open(url), `${OTHER}window`);

/** How many packets a peer connection sends to a computer that it takes for a STUN server, until one comes or it has tried. */
async function packets(t, tab) {
  const stun = createSocket("udp4");
  t.after(() => stun.close());
  let count = 0;
  const first = once(stun.on("message", () => count++), "message");
  stun.bind(0, "127.0.0.1");
  await once(stun, "listening");
  const tried = tab.page.evaluate(async (port) => {
    const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${port}` }] });
    const done = new Promise((resolve) => peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && resolve(undefined)));
    peer.createDataChannel("planted");
    await peer.setLocalDescription(await peer.createOffer());
    await done;
  }, stun.address().port);
  await Promise.race([first, tried]);
  return count;
}

/** Waits until the others have heard of this path. */
async function heard(tab, path) {
  while (!tab.others.heard.some((line) => line.includes(path))) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** What a test leaves for its end, so that this file can see it fail. */
function held() {
  const hooks = [];
  const end = async () => {
    const ended = [];
    for (const hook of hooks) ended.push(await (async () => hook())().then(() => null, (error) => error)); // each closes something
    const [failed] = ended.filter((error) => error !== null);
    if (failed) throw failed;
  };
  return { t: { after: (hook) => hooks.push(hook) }, end };
}

const without = { headers: {}, context: { bypassCSP: true }, expected: /./ };

test("where nothing holds it, every planted request is heard, and fails the test of the page", TIMEOUT, async () => {
  const { t, end } = held();
  const tab = await openPage(t, { log: "planted", ...without });
  for (const [name, [, plant]] of Object.entries(PLANTS)) {
    await tab.page.evaluate(plant, OTHER + name);
    await heard(tab, name === "socket" ? "elsewhere.test:80" : `/${name}`);
  }
  assert.equal(await fromWorker(tab), "reached");
  await byWindow(tab);
  await heard(tab, "/window");
  await assert.rejects(end, ({ name, message }) => name === "AssertionError" && message.startsWith("the page spoke to another computer"));
});

test("a single planted image fails the test of the page", TIMEOUT, async () => {
  const { t, end } = held();
  const tab = await openPage(t, { log: "planted-image", ...without });
  await tab.page.evaluate(PLANTS.image[1], `${OTHER}image`);
  await heard(tab, "/image");
  await assert.rejects(end, ({ actual }) => actual.join() === `GET ${OTHER}image`);
});

/** Plants every request for a part of the page, and waits until the browser has refused it. */
async function refusedByPolicy(tab) {
  for (const [name, [directive, plant]] of Object.entries(PLANTS)) {
    await tab.page.evaluate(() => {
      globalThis.refusal = new Promise((resolve) => addEventListener("securitypolicyviolation", resolve, { once: true }));
    });
    await tab.page.evaluate(plant, OTHER + name);
    assert.equal(await tab.page.evaluate(async () => (await globalThis.refusal).effectiveDirective), directive, name);
  }
}

test("under the page's headers nothing planted is heard: parts of the page, workers, other windows, WebRTC", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "planted-headers", expected: /./ });
  await refusedByPolicy(tab);
  assert.equal(await fromWorker(tab), "held");
  assert.equal(await packets(t, tab), 0);
  const opened = tab.page.context().waitForEvent("page");
  await byWindow(tab);
  await (await opened).waitForURL(/^chrome-error:/);
  await tab.page.evaluate((url) => void (location.href = url), `${OTHER}left`).catch(() => {}); // the page may be gone before it answers
  await tab.page.waitForURL(/^chrome-error:/);
  assert.deepEqual(tab.others.heard, []);
});

test("without the headers the page's own policy holds its parts, and neither workers nor windows nor WebRTC", TIMEOUT, async () => {
  const { t, end } = held();
  const tab = await openPage(t, { log: "planted-alone", headers: {}, expected: /./ });
  await refusedByPolicy(tab);
  assert.deepEqual(tab.others.heard, []);
  assert.equal(await fromWorker(tab), "reached");
  assert.ok((await packets(t, tab)) > 0);
  await byWindow(tab);
  await heard(tab, "/window");
  await assert.rejects(end, /the page spoke to another computer/);
});
