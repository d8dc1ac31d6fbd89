/**
 * Step 2: a preset or the person's own layers, and the table that describes them.
 */

import { byId } from "./dom.js";
import { TrainerError } from "./trainer-client.js";

/**
 * @import { Preset } from "../tabfit.js"
 * @import { ModelChoice } from "./protocol.js"
 * @import { TrainerClient } from "./trainer-client.js"
 */

/** Shown before there are pictures, so that a network can be looked at first. */
const EXAMPLE_CLASSES = 2;
const TYPING_MS = 400;
const CUSTOM = "custom";

const select = byId("preset", HTMLSelectElement);
const custom = select.options[0];
const description = byId("preset-description", HTMLElement);
const layers = byId("layers", HTMLTextAreaElement);
const summary = byId("summary", HTMLElement);
const note = byId("summary-note", HTMLElement);
const problem = byId("model-error", HTMLElement);

export class NetworkPanel {
  #client;
  /** @type {readonly Preset[]} */
  #presets = [];
  #imageSize = 64;
  #classes = 0;
  #asked = 0;
  /** Weights of the network that was described last. */
  parameters = 0;

  /** @param {TrainerClient} client */
  constructor(client) {
    this.#client = client;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let typing;
    select.addEventListener("change", () => this.#describe());
    layers.addEventListener("input", () => {
      this.#choose(CUSTOM);
      this.#asked += 1; // an answer still on its way must not overwrite what is being typed
      clearTimeout(typing);
      typing = setTimeout(() => this.#describe(), TYPING_MS);
    });
  }

  /** @param {readonly Preset[]} presets the first one is the default */
  offer(presets) {
    if (this.#presets.length > 0) return; // a restarted worker offers the same ones
    this.#presets = presets;
    for (const { name, label } of presets) select.add(new Option(label, name));
    this.#choose(presets[0]?.name ?? CUSTOM);
    return this.#describe();
  }

  /**
   * @param {number} imageSize
   * @param {number} classes 0 while there are no pictures
   */
  suit(imageSize, classes) {
    this.#imageSize = imageSize;
    this.#classes = classes;
    return this.#describe();
  }

  /**
   * What the run should train.
   *
   * @returns {ModelChoice}
   */
  choice() {
    if (select.value !== CUSTOM) return { preset: select.value };
    /** @type {unknown} */
    let parsed;
    try {
      parsed = JSON.parse(layers.value);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new TrainerError("ConfigError", `The layers are not valid JSON: ${why}`);
    }
    if (!Array.isArray(parsed)) throw new TrainerError("ConfigError", "The layers must be a JSON list: [ … ].");
    return { layers: parsed };
  }

  /** @param {string} name */
  #choose(name) {
    if (custom) custom.hidden = custom.disabled = name !== CUSTOM;
    select.value = name;
  }

  async #describe() {
    if (this.#presets.length === 0) return;
    const asked = ++this.#asked; // an answer that comes after a newer question is dropped
    const classes = this.#classes || EXAMPLE_CLASSES;
    this.#choose(select.value);
    description.textContent =
      this.#presets.find(({ name }) => name === select.value)?.description ?? "The layers below, as you wrote them.";
    try {
      const model = this.choice();
      const answer = await this.#client.send({ type: "summary", model, imageSize: this.#imageSize, classes });
      if (asked !== this.#asked) return;
      summary.textContent = answer.summary.text;
      this.parameters = answer.summary.parameters;
      if ("preset" in model) layers.value = written(answer.layers);
      note.textContent = this.#classes ? "" : `Drawn for ${classes} classes until there are pictures.`;
      this.#report("");
    } catch (error) {
      if (asked !== this.#asked || (error instanceof Error && error.name === "FatalError")) return;
      this.#report(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {string} message */
  #report(message) {
    problem.textContent = message;
    problem.hidden = message === "";
    layers.setAttribute("aria-invalid", String(message !== ""));
    summary.classList.toggle("stale", message !== "");
  }
}

/**
 * One layer per line: a list of twelve layers should be twelve lines.
 *
 * @param {readonly object[]} list
 */
function written(list) {
  return `[\n${list.map((layer) => `  ${JSON.stringify(layer, stated).replaceAll(",\"", ", \"")}`).join(",\n")}\n]`;
}

/**
 * Leaves out what is not set; absent and null mean the same to the trainer.
 *
 * @param {string} _key
 * @param {unknown} value
 */
function stated(_key, value) {
  return value === null ? undefined : value;
}
