/** What was measured, a line of JSON for each: a call that was stopped goes on where it was. */

import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { coresInUse } from "./cores.mjs";

/**
 * @typedef {object} Result
 * @property {string} build the checksum of the page that was measured
 * @property {string} row
 * @property {string} part of the row: a size, a seed
 * @property {string} date
 * @property {number} others how many cores other programs used before or after it, whichever is more
 * @property {number} seconds that it took
 * @property {any} values
 */

export class Results {
  /**
   * @param {string} file
   * @param {string} build
   * @param {{ again: boolean, rows: string[] }} options results of these rows are measured again
   */
  constructor(file, build, { again, rows }) {
    mkdirSync(dirname(file), { recursive: true });
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
    /** @type {Result[]} of every build */
    this.all = lines.map((line) => JSON.parse(line));
    this.file = file;
    this.build = build;
    if (again) {
      this.all = this.all.filter((result) => result.build !== build || !rows.includes(result.row));
      writeFileSync(file, this.all.map((result) => `${JSON.stringify(result)}\n`).join(""));
    }
  }

  /** The results of a row for this build, by part. @param {string} row @returns {Map<string, Result>} */
  of(row) {
    return new Map(this.all.filter((result) => result.build === this.build && result.row === row).map((result) => [result.part, result]));
  }

  /**
   * Measures a part of a row, unless it is there.
   *
   * @param {string} row
   * @param {string | number} part
   * @param {() => Promise<any>} measure
   */
  async once(row, part, measure) {
    const found = this.of(row).get(String(part));
    if (found) return found.values;
    const before = await coresInUse();
    const began = Date.now();
    const values = await measure();
    const seconds = (Date.now() - began) / 1000;
    const others = Math.max(before, await coresInUse());
    const result = { build: this.build, row, part: String(part), date: new Date().toISOString(), others, seconds, values };
    this.all.push(result);
    appendFileSync(this.file, `${JSON.stringify(result)}\n`);
    console.error(`${row} ${part}, ${seconds.toFixed(0)} s, others used ${others.toFixed(1)} cores: ${JSON.stringify(values)}`);
    return values;
  }
}

/** A checksum of the page's programs and scripts. @param {string} dist */
export function buildOf(dist) {
  const hash = createHash("sha256");
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) => /\.(wasm|js|safetensors)$/.test(name));
  for (const name of files.sort()) hash.update(name).update(readFileSync(join(dist, name)));
  return hash.digest("hex").slice(0, 12);
}
