/** A class that is recorded: its name, its pictures, and its row on the page. */

import { say } from "../language/say.js";
import { cloneTemplate, setText, within } from "../tools/dom.js";
import { count } from "../tools/format.js";

/** How many of the newest pictures are shown. */
const SHOWN = 6;

/** Counts the rows that there have been, for names and ids. */
let made = 0;

export class RecordedClass {
  row = cloneTemplate("camera-class-template");
  /** In the order in which they were taken. @type {Blob[]} */
  pictures = [];
  #name = /** @type {HTMLInputElement} */ (within(this.row, "input"));
  #thumbnails = within(this.row, ".camera-thumbnails");

  constructor() {
    made += 1;
    const id = `camera-name-${made}`;
    this.#name.id = id;
    this.#name.value = say("Class {number}", { number: made });
    within(this.row, "label").setAttribute("for", id);
    this.#name.addEventListener("input", () => this.#showName());
    this.#showName();
    this.#showCount();
  }

  get name() {
    return this.#name.value.trim();
  }

  get nameField() {
    return this.#name;
  }

  /** @param {string} what it does */
  button(what) {
    return /** @type {HTMLButtonElement} */ (within(this.row, `[data-do=${what}]`));
  }

  /** @param {Blob} picture */
  add(picture) {
    this.pictures.push(picture);
    this.#thumbnails.append(this.#thumbnail(this.pictures.length - 1));
    if (this.#thumbnails.childElementCount > SHOWN) this.#thumbnails.firstElementChild?.remove();
    this.#showCount();
  }

  removeLast() {
    this.pictures.pop();
    this.#thumbnails.lastElementChild?.remove();
    const older = this.pictures.length - SHOWN;
    if (older >= 0) this.#thumbnails.prepend(this.#thumbnail(older));
    this.#showCount();
  }

  clear() {
    this.pictures = [];
    this.#thumbnails.replaceChildren();
    this.#showCount();
  }

  /**
   * @param {object} state
   * @param {boolean} state.on the camera is on
   * @param {boolean} state.recording
   * @param {boolean} state.byPresses
   */
  showRecording({ on, recording, byPresses }) {
    const button = this.button("record");
    button.disabled = !on;
    button.classList.toggle("recording", recording);
    setText(button, !byPresses ? say("Hold to record") : recording ? say("Stop recording") : say("Record"));
  }

  #showName() {
    setText(within(this.row, "legend"), this.name);
  }

  #showCount() {
    const { length } = this.pictures;
    const sentence = length === 0 ? say("No pictures yet") : length === 1 ? say("1 picture") : say("{count} pictures", { count: count(length) });
    setText(within(this.row, ".camera-count"), sentence);
    this.button("last").disabled = this.button("clear").disabled = length === 0;
  }

  /** @param {number} at */
  #thumbnail(at) {
    const picture = this.pictures[at];
    const image = new Image();
    image.alt = say("Picture {number} of {name}", { number: at + 1, name: this.name });
    if (!picture) return image;
    const url = URL.createObjectURL(picture);
    image.onload = image.onerror = () => URL.revokeObjectURL(url);
    image.src = url;
    return image;
  }
}
