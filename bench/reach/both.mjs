/** tabfit in a browser and Keras beside it, on the same pixels and the same weights. */

import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "../../tests/page/chromium.mjs";
import { serve } from "../../tests/page/server.mjs";
import { Browser } from "../browser.mjs";
import { largestDifference } from "./difference.mjs";
import { Keras } from "./keras.mjs";

const MINUTES = 60_000;
const PATIENCE = 20 * MINUTES;
const BENCH = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "dist");
const AT_ONCE = 25;
/** So many pictures are compared, and so far may the probabilities of tabfit and Keras be from each other. */
const COMPARED = 16;
const TOLERANCE = 1e-4;

export class Both {
  /** @param {string} folder of the pictures, with `Training/` and `Testing/` */
  static async open(folder) {
    const inputs = mkdtempSync(join(tmpdir(), "tabfit-reach-"));
    process.once("exit", () => rmSync(inputs, { recursive: true })); // also after an interrupt
    const mounts = { "/": DIST, "/www/": join(ROOT, "www"), "/bench/": BENCH, "/inputs/": inputs, "/pictures/": folder };
    const server = await serve(mounts, { cached: true });
    return new Both(folder, inputs, server, await Browser.open(server.url));
  }

  constructor(folder, inputs, server, browser) {
    Object.assign(this, { folder, inputs, server, browser });
    this.written = null;
    this.sizes = new Set();
    /** @type {Map<string, import("../host.mjs").Realm>} by the part of the program that they have */
    this.realms = new Map();
    this.keras = null;
  }

  /** tabfit's half. @param {string} command */
  async tabfit(command, settings = {}, part = "cpu") {
    if (!this.realms.has(part)) {
      const realm = await this.browser.open("reach/tabfit.js");
      this.realms.set(part, realm);
      await realm.ask("open", { part }, PATIENCE);
    }
    return this.realms.get(part).ask(command, settings, PATIENCE);
  }

  /** Keras's half. @param {string} command */
  python(command, settings = {}) {
    this.keras ??= new Keras(this.inputs);
    return this.keras.ask(command, settings, PATIENCE);
  }

  /** Has the pictures of a size decoded by tabfit and written for both, once. */
  async pictures(size) {
    if (!this.sizes.has(size)) {
      const files = readdirSync(this.folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(jpe?g|png)$/i.test(entry.name))
        .map((entry) => relative(this.folder, join(entry.parentPath, entry.name)));
      const { classNames, pictures } = await this.tabfit("decode", { size, files });
      const file = openSync(join(this.inputs, `pictures-${size}.rgb`), "w");
      for (let from = 0; from < pictures.length; from += AT_ONCE) {
        const lines = (await this.tabfit("bytes", { from, to: from + AT_ONCE })).split("\n");
        for (const line of lines) writeSync(file, Buffer.from(line, "base64"));
      }
      closeSync(file);
      const labels = pictures.map(({ label }) => label);
      const of = (wanted) => pictures.flatMap(({ part }, number) => (part === wanted ? [number] : []));
      this.written = { classNames, labels, training: of("training"), test: of("test") };
      writeFileSync(join(this.inputs, "pictures.json"), JSON.stringify(this.written));
      this.sizes.add(size);
    }
    return this.written;
  }

  /** A network of tabfit's that Keras has too. @param {object} how as `create` takes it */
  async network(how) {
    const { classNames } = await this.pictures(how.size);
    await this.tabfit("create", { classNames, ...how });
    return this.handOver(how.size);
  }

  /**
   * Keras gets the network that tabfit has now.
   *
   * @param {number} size
   * @returns how far the probabilities of some pictures are from each other; too far is an error
   */
  async handOver(size) {
    const file = `network-${size}.keras`;
    writeFileSync(join(this.inputs, file), Buffer.from(await this.tabfit("exported"), "base64"));
    await this.python("load", { file, size });
    const { test } = await this.pictures(size);
    const numbers = test.filter((_, at) => at % Math.ceil(test.length / COMPARED) === 0);
    const difference = largestDifference(await this.tabfit("predict", { size, numbers }), await this.python("predict", { numbers }));
    if (!(difference <= TOLERANCE)) throw new Error(`the same network at ${size}: probabilities differ by ${difference}`);
    return difference;
  }

  /** Both sides begin anew, after one of them has failed. */
  async restart() {
    for (const realm of this.realms.values()) await realm.close();
    await this.keras?.close();
    this.realms.clear();
    this.keras = null;
  }

  async close() {
    await this.restart();
    await this.browser.close();
    await this.server.close();
  }
}
