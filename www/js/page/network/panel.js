/**
 * Step 2: the choice between a preset, the person's own layers and the network in memory, and the summary of its layers.
 */

import { client } from "../client/trainer-client.js";
import { hear, say } from "../language/say.js";
import { byId, option, setText } from "../tools/dom.js";
import { together } from "../tools/format.js";
import { hideFineTune, keptChoice, showFineTune } from "./fine-tune.js";
import { adviseSize, loadNote } from "./knowing.js";
import { showLayers } from "./layer-table.js";
import { formatLayers, parseLayers } from "./layers-text.js";

/**
 * @import { ModelInfo, Preset } from "../../../tabfit.js"
 * @import { ModelChoice, NewModel } from "../../shared/protocol.js"
 */

/** How many classes the summary assumes before there are pictures. */
const EXAMPLE_CLASSES = 2;
/** The summary is asked for when the person has not typed for this long. */
const TYPING_MS = 400;
const CUSTOM = "custom";
const KEPT = "kept";

const select = byId("preset", HTMLSelectElement);
const editor = byId("layers-editor", HTMLElement);
const description = byId("preset-description", HTMLElement);
const layers = byId("layers", HTMLTextAreaElement);
const summary = byId("summary", HTMLElement);
const blocks = byId("blocks", HTMLElement);
const note = byId("summary-note", HTMLElement);
const problem = byId("model-error", HTMLElement);

class NetworkPanel {
  /** @type {readonly Preset[]} */
  #presets = [];
  #imageSize = 64;
  /** The classes of the pictures; empty while there are none. @type {readonly string[]} */
  #classNames = [];
  /** The network in memory. @type {ModelInfo | null} */
  #kept = null;
  /** The preset whose layers the editor shows, or showed before the person changed them. */
  #origin = "";
  /** How many summaries were asked for: only the answer to the newest question is shown. */
  #asked = 0;

  constructor() {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let typing;
    select.addEventListener("change", () => this.#describe());
    layers.addEventListener("input", () => {
      this.#choose(CUSTOM);
      this.#asked += 1; // an answer that is still to come must not overwrite what is being typed
      clearTimeout(typing);
      typing = setTimeout(() => this.#describe(), TYPING_MS);
    });
  }

  /** @param {readonly Preset[]} presets the first one is the default */
  offer(presets) {
    if (this.#presets.length > 0) return; // a restarted worker offers the same ones
    this.#presets = presets;
    const first = presets.filter(({ pretrainedSize }) => pretrainedSize !== null);
    for (const { name, label } of new Set([...first, ...presets])) select.add(option(hear(label), name));
    this.#choose(presets[0]?.name ?? CUSTOM);
    return this.#describe();
  }

  /**
   * @param {number} imageSize
   * @param {readonly string[]} classNames empty while there are no pictures
   */
  suit(imageSize, classNames) {
    this.#imageSize = imageSize;
    this.#classNames = classNames;
    return this.#describe();
  }

  /**
   * Offers the network in memory as a choice; with null there is none.
   *
   * @param {ModelInfo | null} info
   */
  keep(info) {
    this.#kept = info;
    if (!info && select.value === KEPT) this.#choose(this.#presets[0]?.name ?? CUSTOM);
    return this.#describe();
  }

  chooseKept() {
    this.#choose(KEPT);
    void this.#describe();
    select.focus();
  }

  /**
   * Takes layers as if the person had written them.
   *
   * @param {string} text
   * @param {string} origin the preset that they were made of; empty if of none
   */
  takeLayers(text, origin) {
    this.#origin = origin;
    layers.value = text;
    layers.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** The size of pictures that the chosen network needs; null if any size will do. */
  get neededSize() {
    return select.value === KEPT ? this.#kept?.imageSize ?? null : null;
  }

  /** The size of pictures that suits the chosen preset best; null if any will do. */
  get suitedSize() {
    return this.#preset(select.value)?.pretrainedSize ?? null;
  }

  /**
   * What the next run should train.
   *
   * @returns {ModelChoice}
   */
  choice() {
    return select.value === KEPT ? { kept: keptChoice() } : this.#newModel();
  }

  /** @returns {NewModel} */
  #newModel() {
    const own = select.value === CUSTOM;
    const from = this.#preset(own ? this.#origin : select.value);
    const pretrained = from && from.pretrainedSize !== null ? from.name : null;
    return own ? { layers: parseLayers(layers.value), pretrained } : { preset: select.value, pretrained };
  }

  /** @param {string} name */
  #preset(name) {
    return this.#presets.find((preset) => preset.name === name);
  }

  /** @param {string} name */
  #choose(name) {
    for (const option of select.options) {
      if (option.value === CUSTOM) option.hidden = option.disabled = name !== CUSTOM;
      if (option.value === KEPT) option.hidden = option.disabled = this.#kept === null;
    }
    select.value = name;
  }

  async #describe() {
    if (this.#presets.length === 0) return;
    const asked = ++this.#asked;
    const classes = this.#classNames.length || EXAMPLE_CLASSES;
    this.#choose(select.value);
    editor.hidden = select.value === KEPT;
    if (select.value === KEPT && this.#kept) return this.#describeKept(this.#kept);
    hideFineTune();
    const preset = this.#preset(select.value);
    adviseSize(preset, this.#imageSize);
    setText(description, preset ? hear(preset.description) : this.#aboutOwnLayers());
    try {
      const model = this.#newModel();
      const answer = await client.send({ type: "summary", model, imageSize: this.#imageSize, classes });
      if (asked !== this.#asked) return;
      showLayers(answer.summary);
      if ("preset" in model) [layers.value, this.#origin] = [formatLayers(answer.layers), model.preset];
      setText(note, this.#classNames.length > 0 ? "" : say("Drawn for {classes} classes until there are pictures.", { classes }));
      this.#report("");
      const more = preset ? await loadNote(preset) : "";
      if (asked === this.#asked && more && preset) setText(description, together([hear(preset.description), more]));
    } catch (error) {
      if (asked !== this.#asked || (error instanceof Error && error.name === "FatalError")) return;
      this.#report(error instanceof Error ? error.message : String(error));
    }
  }

  #aboutOwnLayers() {
    const from = this.#preset(this.#origin);
    const knows = from && from.pretrainedSize !== null;
    return knows
      ? say("The layers below, as you wrote them, with what {network} has learnt: keep the names of its layers.", { network: from.name })
      : say("The layers below, as you wrote them.");
  }

  /** @param {ModelInfo} info */
  #describeKept(info) {
    adviseSize(undefined, this.#imageSize);
    setText(description, showFineTune(info, this.#classNames));
    showLayers(info.summary);
    note.textContent = "";
    this.#report("");
  }

  /** @param {string} message */
  #report(message) {
    setText(problem, hear(message));
    problem.hidden = message === "";
    layers.setAttribute("aria-invalid", String(message !== ""));
    for (const shown of [summary, blocks]) shown.classList.toggle("stale", message !== "");
  }
}

export const panel = new NetworkPanel();
