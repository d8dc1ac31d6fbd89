/** WebKit, as GTK's MiniBrowser shows it. It has no headless mode, so it gets a screen that nobody sees. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executable } from "../programs.mjs";
import { WebDriver } from "./webdriver.mjs";

/** @implements {import("./trainer.mjs").Engine} */
export class WebKit {
  static async start() {
    const home = mkdtempSync(join(tmpdir(), "tabfit-webkit-"));
    const downloads = join(home, "downloads");
    mkdirSync(downloads);
    writeFileSync(join(home, "user-dirs.dirs"), `XDG_DOWNLOAD_DIR="${downloads}"\n`);
    const screen = spawn(executable("XVFB", ["Xvfb"]), ["-displayfd", "1", "-nolisten", "tcp"], { stdio: ["ignore", "pipe", "ignore"] });
    const display = String((await once(screen.stdout, "data"))[0]).trim();
    const port = await freePort();
    const driver = spawn(executable("WEBKIT_DRIVER", ["WebKitWebDriver"]), [`--port=${port}`], {
      env: {
        ...process.env,
        DISPLAY: `:${display}`,
        HOME: home,
        XDG_CONFIG_HOME: home,
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", // containers and CI run as root
      },
      stdio: "ignore",
    });
    const session = await WebDriver.session(`http://127.0.0.1:${port}`);
    return new WebKit({ session, programs: [driver, screen], home, downloads });
  }

  constructor({ session, programs, home, downloads }) {
    this.session = session;
    this.programs = programs;
    this.home = home;
    this.downloads = downloads;
  }

  version() {
    const { browserName, browserVersion } = this.session.capabilities;
    return `${browserName}/${browserVersion}`;
  }

  /** The session has one tab, so every test gets the same. */
  async open() {
    return new WebKitTab(this.session);
  }

  async close() {
    await this.session.close();
    for (const program of this.programs) {
      const ended = once(program, "exit");
      program.kill();
      await ended;
    }
    rmSync(this.home, { recursive: true });
  }
}

/** @implements {import("./trainer.mjs").Tab} */
class WebKitTab {
  constructor(session) {
    this.session = session;
    /** What the page reported before it was left. @type {string[]} */
    this.problems = [];
  }

  async goto(url) {
    await this.#collect();
    await this.session.goto(url);
    // WebDriver does not tell what the console says, so the page keeps it. What it said while it loaded is lost.
    await this.session.evaluate(() => {
      const problems = (globalThis.problemsForTest = []);
      const { error } = console;
      console.error = (...words) => {
        problems.push(words.map(String).join(" "));
        error.apply(console, words);
      };
      addEventListener("error", ({ message }) => problems.push(`uncaught: ${message}`));
      addEventListener("unhandledrejection", ({ reason }) => problems.push(`uncaught: ${reason}`));
    });
  }

  evaluate(run, ...values) {
    return this.session.evaluate(run, ...values);
  }

  setFiles(selector, paths) {
    return this.session.setFiles(selector, paths);
  }

  /** Leaves the page, so that what it still does disturbs no later test. */
  async close() {
    await this.#collect();
    await this.session.goto("about:blank");
  }

  async #collect() {
    this.problems.push(...(await this.session.evaluate(() => globalThis.problemsForTest ?? [])));
  }
}

/** WebKit's driver wants to be told a port. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
