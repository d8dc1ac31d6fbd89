/** One picture of the gallery, large: its probabilities, where the network looked, and what a person decides about it. */

import { client } from "../../client/trainer-client.js";
import { hear, say } from "../../language/say.js";
import { isBusy } from "../../state/state.js";
import { option, setText, setWords } from "../../tools/dom.js";
import { percent, short } from "../../tools/format.js";
import { button, field, node } from "../node.js";
import { probability, subject } from "../subject.js";
import { Decision } from "./decision.js";
import { drawHeat } from "./heat.js";
import { draw, pixelsOf } from "./pixels.js";
import { wordsOf } from "./places.js";

/** The side of the large picture in pixels of the canvas of the map. */
const SIDE = 320;
/** How many probabilities are written out. */
const BEST = 5;

export class Panel {
  /** The place of the picture in the study. @type {number | null} */
  place = null;
  #back;
  #asked = 0;
  #decision;
  #name = node("h3", { css: "gallery-path", is: { id: "gallery-path", tabindex: -1 } });
  #picture = node("canvas", { is: { role: "img" } });
  #map = node("canvas", { is: { "aria-hidden": "true" } });
  #frame = node("div", { css: "gallery-frame" }, [this.#picture, this.#map]);
  #said = node("p", { is: { id: "gallery-said" } });
  #bars = node("ul", { css: "bars", label: say("Probabilities") });
  #cam = node("input", { is: { id: "gallery-cam", type: "checkbox" } });
  #classes = node("select", { is: { id: "gallery-class" } });
  #opacity = node("input", { is: { id: "gallery-opacity", type: "range", min: 0, max: 100, value: 65 } });
  #words = node("p", { is: { id: "gallery-words", role: "status" } });
  #controls = node("div", { css: "gallery-controls", is: { hidden: true } }, [field(say("Of the class"), this.#classes), field(say("Opacity"), this.#opacity)]);

  /**
   * @param {() => void} back gives the focus back to the pictures
   * @param {() => void} decided something was decided about the picture
   */
  constructor(back, decided) {
    this.#back = back;
    this.#decision = new Decision(decided);
    this.element = node("section", { css: "gallery-panel", label: say("The picture"), is: { hidden: true } }, [
      this.#name, this.#frame,
      node("p", { css: "check" }, [this.#cam, node("label", { text: say("Show where the network looked (Grad-CAM)"), is: { for: "gallery-cam" } })]),
      this.#words, this.#controls, this.#said, this.#bars, this.#decision.element,
      button(say("Back to the pictures"), () => this.leave(), { is: { id: "gallery-back" } }),
    ]);
    this.#cam.addEventListener("change", () => void this.#look());
    this.#classes.addEventListener("change", () => void this.#look());
    this.#opacity.addEventListener("input", () => this.#fade());
  }

  /** Whether Escape means this and not the dialog. */
  get holdsFocus() {
    return !this.element.hidden && this.element.contains(document.activeElement);
  }

  leave() {
    this.#back();
  }

  hide() {
    this.element.hidden = true;
    this.place = null;
    this.#asked++;
  }

  /** @param {number} place @param {boolean} focus whether the focus goes there */
  async show(place, focus) {
    const { study } = subject;
    const picture = study?.pictures[place];
    if (!study || !picture) return;
    const asked = ++this.#asked;
    this.place = place;
    this.element.hidden = false;
    this.#name.textContent = picture.path;
    const { classNames } = study;
    const words = { truth: classNames[picture.label] ?? "", said: classNames[picture.said] ?? "", loss: short(picture.loss) };
    setText(this.#said, picture.label === picture.said ? say("It is {truth}, and was called so; loss {loss}.", words) : say("It is {truth}, and was called {said}; loss {loss}.", words));
    if (picture.unlike !== null && picture.unlike > 1) {
      this.#said.append(" ", node("span", { css: "study-badge", text: say("unlike the training pictures: {times} times as far as is usual", { times: short(picture.unlike) }) }));
    }
    const ranked = classNames.map((_, index) => index).sort((a, b) => probability(place, b) - probability(place, a));
    const listed = ranked.slice(0, BEST).includes(picture.label) ? ranked.slice(0, BEST) : [...ranked.slice(0, BEST - 1), picture.label];
    this.#bars.replaceChildren(...listed.map((index) => bar(classNames[index] ?? "", probability(place, index))));
    this.#classes.replaceChildren(...ranked.map((index) => option(classNames[index] ?? "", String(index), index === picture.said)));
    this.#decision.show(picture.id, classNames, picture.label);
    setWords(this.#picture, "aria-label", say("{name} as the network sees it", { name: picture.path }));
    drawHeat(this.#map, null, SIDE);
    setText(this.#words, "");
    if (focus) this.#name.focus();
    try {
      const [pixels] = await pixelsOf([picture.id]);
      if (asked === this.#asked) draw(this.#picture, pixels);
    } catch (error) {
      setText(this.#words, hear(error instanceof Error ? error.message : String(error))); // the alert of the page lies behind the dialog
      return;
    }
    if (asked === this.#asked) await this.#look();
  }

  /** Asks for the map of the chosen class, if it is wished. */
  async #look() {
    const { study } = subject;
    const picture = this.place === null ? undefined : study?.pictures[this.place];
    this.#controls.hidden = !this.#cam.checked;
    setText(this.#words, "");
    drawHeat(this.#map, null, SIDE);
    if (!study || !picture || !this.#cam.checked) return;
    const asked = ++this.#asked;
    const className = study.classNames[Number(this.#classes.value)] ?? "";
    setText(this.#words, say("Computing where the network looked."));
    try {
      const cam = await client.send({ type: "grad-cam", picture: picture.id, className });
      if (asked !== this.#asked) return;
      drawHeat(this.#map, cam, SIDE);
      this.#fade();
      setText(this.#words, say("What speaks for {name}: {where}", { name: className, where: wordsOf(cam) }));
    } catch (error) {
      if (asked !== this.#asked) return;
      const message = error instanceof Error ? error.message : String(error);
      setText(this.#words, isBusy() ? say("The network is busy; try again when it has ended.") : hear(message));
    }
  }

  #fade() {
    this.#map.style.opacity = String(this.#opacity.valueAsNumber / 100);
  }
}

/** @param {string} name @param {number} value */
function bar(name, value) {
  const fill = node("progress", { css: "bar-fill", is: { max: 1, value, "aria-label": name } });
  return node("li", { css: "bar-row" }, [node("span", { css: "bar-name", name }), fill, node("span", { css: "bar-value", text: percent(value) })]);
}
