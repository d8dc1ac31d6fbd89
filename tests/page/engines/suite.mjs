/**
 * Runs tests of the wasm suite in Firefox, whose shader compiler and driver are others than Chromium's. wasm-pack drives
 * Firefox only by a program that Debian lacks; here its test runner serves the suite as a page, and Firefox opens that.
 *
 * node tests/page/engines/suite.mjs [--include-ignored] [--plain] PART... runs the tests whose names contain PART, part by part;
 * with --plain they are in plain SIMD, which the page's tool makes of them: scripts/page.sh compiles it
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ROOT } from "../chromium.mjs";
import { Firefox } from "./firefox.mjs";

const options = /** @type {const} */ ({ "include-ignored": { type: "boolean" }, plain: { type: "boolean" } });
const { values, positionals: parts } = parseArgs({ allowPositionals: true, options });
const flags = values["include-ignored"] ? ["--include-ignored"] : [];
const runner = values.plain ? { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: join(ROOT, "tests/page/engines/plain-suite.sh") } : {};

const firefox = await Firefox.start();
console.log(await firefox.version());
try {
  for (const part of parts) {
    const server = await serveSuite([part, ...flags]);
    try {
      if (!(await passes(server.url))) process.exitCode = 1;
    } finally {
      await server.close();
    }
  }
} finally {
  await firefox.close();
}

/** Builds the suite if it is not built, and serves a page that runs these tests as soon as it is open. */
async function serveSuite(words) {
  const features = ["--no-default-features", "--features", "decoders,exchange,formats,web,webgpu"]; // as scripts/test.sh, so that nothing is compiled again
  const cargo = ["test", "--release", "--target", "wasm32-unknown-unknown", "--test", "suite", ...features, "--", ...words];
  const suite = spawn("cargo", cargo, {
    cwd: ROOT,
    env: { ...process.env, ...runner, NO_HEADLESS: "1", WASM_BINDGEN_TEST_ADDRESS: "127.0.0.1:0" },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true, // a group of its own, because cargo would end without ending the server
  });
  const ended = once(suite, "exit");
  const url = await new Promise((resolve, reject) => {
    let said = "";
    suite.stdout.on("data", (chunk) => {
      said += chunk;
      const [address] = /http:\S+/.exec(said) ?? [];
      if (address) resolve(address);
    });
    ended.then(() => reject(new Error(`The suite is not served. ${said}`)));
  });
  const close = () => {
    process.kill(-suite.pid);
    return ended;
  };
  return { url, close };
}

/** Prints what the page says line by line, until it says how the tests ended. */
async function passes(url) {
  const tab = await firefox.open();
  await tab.goto(url);
  for (let printed = 0; ; await pause(200)) {
    const text = await tab.evaluate(() => document.querySelector("#output").textContent);
    const whole = text.slice(printed, text.lastIndexOf("\n") + 1);
    process.stdout.write(whole.replace(/^\s*\n/gm, ""));
    printed += whole.length;
    const result = /^test result: (\S+) (\d+) passed/m.exec(text);
    const broken = tab.problems.find((problem) => /Worker error|uncaught/.test(problem));
    if (broken) console.log(broken);
    if (!result && !broken) continue;
    await tab.close();
    return result?.[1] === "ok." && Number(result[2]) > 0; // a name without a test would prove nothing
  }
}
