/**
 * The service worker: has the browser keep the page's files, each by its hash, so that the page opens without a network.
 *
 * A version of the page is a list of its files, files.json, in which each has its hash. A tab that opens the page gets this service
 * worker's version, and is noted with it. Whatever the tab and its workers ask for later is of that version, also when a newer
 * service worker has come: it is kept here, or fetched and held to its hash; what has another hash is an error, and is not kept. So
 * no tab mixes two versions, whatever the server has by then. A tab that got the page from the server itself is not noted, and gets
 * everything from there.
 */

/** The hash of this version's list, which the page's tool writes here. */
const VERSION = "the SHA-256 of files.json";
const LIST = "files.json";
/** What is kept before a version is used, with the part of the program that every visit with pictures takes. Other files are large, and
 * are kept once a tab has asked for them. */
const NEEDED = /\.(css|html|js|json|svg)$|^study\//;
/** How many files are fetched at once, beside what the page itself does. */
const AT_ONCE = 4;
/** Tabs that are gone are noted until there are so many: a browser can bring one back. */
const MOST_NOTED = 500;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const SCOPE = worker.registration.scope;

/** @typedef {Map<string, string>} List the hash of each file by its path */

// Caches are shared by all pages of a server, so that the names have the folder of this one.
const openFiles = () => caches.open(`tabfit files ${SCOPE}`);
const openTabs = () => caches.open(`tabfit tabs ${SCOPE}`);

/** Under which address a file is kept. @param {string} path @param {string | undefined} hash */
const key = (path, hash) => new URL(`${path}?sha256=${hash}`, SCOPE).href;
/** @param {string} tab */
const tabKey = (tab) => new URL(`?tab=${tab}`, SCOPE).href;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim())); // to hear of the late files of a first visit
worker.addEventListener("message", (event) => event.waitUntil(settle(event.data.loaded)));
worker.addEventListener("fetch", (event) => {
  const path = pathOf(event.request);
  if (path === null) return;
  if (event.request.mode !== "navigate") event.respondWith(answer(event, path));
  else if (path === "index.html") event.respondWith(opened(event, path));
});

/** Fails, so that the browser forgets this version until it next looks for one, unless all that is needed is there and right. */
async function install() {
  const cache = await openFiles();
  const before = new Set((await cache.keys()).map(({ url }) => pathOf({ url, method: "GET" })));
  await cache.put(key(LIST, VERSION), await checked(await load(LIST, "no-store"), VERSION));
  const files = [...(await listOf(VERSION) ?? [])].filter(([path]) => path !== LIST);
  await inTurn(files.filter(([path]) => NEEDED.test(path)), ([path, hash]) => keep(path, hash));
  // What was kept of an earlier version is wanted offline too; but without it the page works.
  await inTurn(files.filter(([path]) => !NEEDED.test(path) && before.has(path)), ([path, hash]) => keep(path, hash).catch(() => {}));
  await worker.skipWaiting(); // no tab is disturbed: each goes on with its own version
}

/** @template T @param {T[]} items @param {(item: T) => Promise<void>} work */
async function inTurn(items, work) {
  const next = items.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const item of next) await work(item);
  }));
}

/** The page is opened: with this version, or by the server where it is not kept, or where the tab cannot be noted. @param {FetchEvent} event @param {string} path */
async function opened(event, path) {
  try {
    const kept = await (await openFiles()).match(key(path, (await known(VERSION)).get(path)));
    if (!kept) return await fetch(event.request);
    await note(event.resultingClientId, VERSION);
    return kept;
  } catch {
    noted.delete(event.resultingClientId);
    return fetch(event.request);
  }
}

/** A file for a tab or one of its workers. @param {FetchEvent} event @param {string} path */
async function answer(event, path) {
  const [, named, rest] = /^version\/(\w+)\/(.+)$/.exec(path) ?? [];
  const [version, file] = named ? [named, rest ?? ""] : [await versionOf(event.clientId), path];
  const hash = version && (await known(version)).get(file);
  if (!hash) return passed(event, file);
  // A worker gets an address with its version, so that all that it imports and fetches has it too: not every browser says which
  // worker asks for a file.
  if (!named && event.request.destination === "worker") return Response.redirect(new URL(`version/${version}/${file}`, SCOPE));
  return (await (await openFiles()).match(key(file, hash))) ?? fetched(event, file, hash);
}

/** What the server has, for a tab that got the page from there. @param {FetchEvent} event @param {string} path */
async function passed(event, path) {
  const response = await fetch(event.request);
  const hash = (await listOf(VERSION).catch(() => null))?.get(path);
  if (hash && response.status === 200) keepLater(event, path, hash, response.clone());
  return response;
}

/** @param {FetchEvent} event @param {string} path @param {string} hash */
async function fetched(event, path, hash) {
  const response = await load(path, "no-cache");
  keepLater(event, path, hash, response.clone());
  return held(response, hash);
}

/** Keeps a file that is on its way to a tab, if it is right and there is room for it. @param {ExtendableEvent} event @param {string} path @param {string} hash @param {Response} response */
function keepLater(event, path, hash, response) {
  const keeping = async () => (await openFiles()).put(key(path, hash), await checked(response, hash));
  event.waitUntil(keeping().catch(() => {}));
}

/** Has a file in the cache: from the browser's other cache if it is right there. @param {string} path @param {string} hash */
async function keep(path, hash) {
  const cache = await openFiles();
  const put = async (/** @type {RequestCache} */ how) => cache.put(key(path, hash), await checked(await load(path, how), hash));
  if (!(await cache.match(key(path, hash)))) await put("default").catch(() => put("no-cache"));
}

/** @param {string} path @param {RequestCache} cache */
async function load(path, cache) {
  // Some servers send whoever asks for index.html on to the folder.
  const response = await fetch(new URL(path === "index.html" ? "." : path, SCOPE), { cache, mode: "same-origin" });
  if (response.status !== 200) throw new TypeError(`the server answered ${response.status} for ${path}`);
  return response;
}

/** @param {BufferSource} bytes @param {string} hash @param {Response} response where they are from */
async function check(bytes, hash, { url }) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== hash) throw new TypeError(`${url} is of another version`);
}

/** The headers of an answer whose bytes are no longer as they were sent. @param {Response} response */
function plainHeaders(response) {
  const headers = new Headers(response.headers);
  if (headers.has("Content-Encoding")) headers.delete("Content-Length");
  for (const name of ["Content-Encoding", "Vary"]) headers.delete(name);
  return headers;
}

/** The same answer, whole and with the right hash. @param {Response} response @param {string} hash */
async function checked(response, hash) {
  const bytes = await response.arrayBuffer();
  await check(bytes, hash, response);
  return new Response(bytes, { headers: plainHeaders(response) });
}

/** The same answer for a tab that shows how much of it has come; it breaks off at its end if it has another hash. @param {Response} response @param {string} hash */
function held(response, hash) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  const checking = new TransformStream({
    transform(part, controller) {
      parts.push(part.slice());
      controller.enqueue(part);
    },
    flush: async () => check(await new Blob(parts).arrayBuffer(), hash, response),
  });
  return new Response(response.body?.pipeThrough(checking), { headers: plainHeaders(response) });
}

/** Keeps what a first visit has loaded, and drops what no tab needs any more. @param {string[]} loaded addresses */
async function settle(loaded) {
  const list = await known(VERSION);
  await inTurn(loaded, async (url) => {
    const path = pathOf({ url, method: "GET" });
    const hash = path && list.get(path);
    if (hash) await keep(path, hash).catch(() => {}); // there is no room, or the server has another version by now
  });
  if (worker.registration.installing || worker.registration.waiting) return; // it counts on what is here
  const open = (await worker.clients.matchAll({ includeUncontrolled: true })).map(({ id }) => id);
  const versions = new Set([VERSION, ...(await Promise.all(open.map(versionOf)))]);
  const used = new Set();
  for (const version of versions) for (const [path, hash] of (version && (await listOf(version))) || []) used.add(key(path, hash));
  const cache = await openFiles();
  for (const { url } of await cache.keys()) if (!used.has(url)) await cache.delete(url);
  const tabs = await openTabs();
  const gone = (await tabs.keys()).filter(({ url }) => !open.some((tab) => tabKey(tab) === url));
  for (const { url } of gone.slice(0, -MOST_NOTED)) await tabs.delete(url);
}

/** Where a file lies in the page; null for what is not the page's. @param {{ url: string, method: string }} request */
function pathOf({ url, method }) {
  const { origin, pathname } = new URL(url);
  const place = origin + pathname;
  return method === "GET" && place.startsWith(SCOPE) ? decodeURI(place.slice(SCOPE.length)) || "index.html" : null;
}

/** The lists that were read. @type {Map<string, List>} */
const lists = new Map();

/** @param {string} version @returns {Promise<List | null>} null if it is not kept */
async function listOf(version) {
  const list = lists.get(version);
  if (list) return list;
  const kept = await (await openFiles()).match(key(LIST, version));
  if (!kept) return null;
  /** @type {{ path: string, sha256: string }[]} */
  const files = await kept.json();
  lists.set(version, new Map([[LIST, version], ...files.map(({ path, sha256 }) => /** @type {const} */ ([path, sha256]))]));
  return lists.get(version) ?? null;
}

/** @param {string} version */
async function known(version) {
  const list = await listOf(version);
  if (!list) throw new TypeError("the browser has deleted the files of this page");
  return list;
}

/** The version of each tab that was asked about; null for one that is not noted. @type {Map<string, Promise<string | null>>} */
const noted = new Map();

/** @param {string} tab */
function versionOf(tab) {
  const read = async () => (await (await openTabs()).match(tabKey(tab)))?.text() ?? null;
  const version = noted.get(tab) ?? read().catch(() => null); // without storage there is no version either
  noted.set(tab, version);
  return version;
}

/** Notes it where it outlives this service worker, which a browser ends and starts again as it likes. @param {string} tab @param {string} version */
async function note(tab, version) {
  noted.set(tab, Promise.resolve(version));
  await (await openTabs()).put(tabKey(tab), new Response(version));
}
