/** A client of the W3C's WebDriver: one session with one browser, in which commands are plain requests. */

import { setTimeout as pause } from "node:timers/promises";

/** By this name the protocol calls the reference of an element. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const START_MS = 30_000;

export class WebDriver {
  /**
   * Waits until the driver listens, and lets it start its browser.
   *
   * @param {string} url of the driver
   */
  static async session(url) {
    for (const end = Date.now() + START_MS; ; await pause(50)) {
      const status = await request(`${url}/status`).catch((error) => error);
      if (status.ready) break;
      if (Date.now() > end) throw new Error(`The driver does not answer: ${status.message}`);
    }
    const { sessionId, capabilities } = await request(`${url}/session`, "POST", { capabilities: { alwaysMatch: {} } });
    return new WebDriver(`${url}/session/${sessionId}`, capabilities);
  }

  constructor(url, capabilities) {
    this.url = url;
    this.capabilities = capabilities;
  }

  goto(url) {
    return this.#post("url", { url });
  }

  /** Calls a function in the page; it may be asynchronous, and what it throws is thrown here. */
  async evaluate(run, ...values) {
    const script = `
      const values = [...arguments];
      const done = values.pop();
      (async () => (${run})(...values))().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.#post("execute/async", { script, args: values });
    if (error) throw new Error(error);
    return value;
  }

  async setFiles(selector, paths) {
    const { [ELEMENT]: input } = await this.#post("element", { using: "css selector", value: selector });
    await this.#post(`element/${input}/value`, { text: paths.join("\n") });
  }

  close() {
    return request(this.url, "DELETE");
  }

  #post(command, body) {
    return request(`${this.url}/${command}`, "POST", body);
  }
}

/** @returns {Promise<any>} the value of the answer */
async function request(url, method = "GET", body = undefined) {
  const answer = await fetch(url, { method, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`WebDriver: ${value.error}: ${value.message}`);
  return value;
}
