/** What a network from another tool expects of its pixels, which its file mostly does not say: the person tries it and chooses. */

import { client } from "../client/trainer-client.js";
import { say } from "../language/say.js";
import { panel } from "../network/panel.js";
import { showError } from "../state/controls.js";
import { isBusy, page, refresh, report } from "../state/state.js";
import { byId, element, setText } from "../tools/dom.js";
import { percent } from "../tools/format.js";
import { clearPredictions, showModel } from "./view.js";

/** @import { ModelInfo, Pixels } from "../../../tabfit.js" */

const choices = byId("pixels", HTMLFieldSetElement);
const hint = byId("pixels-hint", HTMLElement);
const unknown = () => say("The file does not say what pixels the network was trained on, and given others it answers wrongly without any sign of "
  + "it. Try a picture whose class you know, and choose where the answers are right.");
const wellKnown = () => say("The file does not say what pixels the network was trained on, but its layers are those of a well-known one, so this is chosen "
  + "already.");

const radios = () => [...choices.querySelectorAll("input[type=radio]")].filter((input) => input instanceof HTMLInputElement);

/**
 * Asks what pixels a network expects that has just been opened, unless it says so itself.
 *
 * @param {ModelInfo} info
 */
export async function askForPixels({ pixels: { made, told, known } }) {
  if (told || made === "own") return;
  page.asksForPixels = true;
  setText(hint, known ? wellKnown() : unknown());
  showAnswers([]);
  select(known); // what nobody has chosen is not chosen, so that it can be
  if (known) await setPixels(known);
}

/** @param {Event} event the choice of a radio button */
export async function choosePixels({ target }) {
  if (!(target instanceof HTMLInputElement) || target.type !== "radio" || isBusy()) return;
  showError("");
  try {
    await setPixels(/** @type {Pixels} */ (target.value));
    page.saved = false; // the file that was opened does not hold the choice
  } catch (error) {
    report(error);
  }
}

/** @param {Pixels} pixels */
async function setPixels(pixels) {
  const info = await client.send({ type: "set-pixels", pixels });
  clearPredictions(); // they are answers to other pixels
  showModel(info);
  void panel.keep(info);
}

/** @param {File[]} files */
export async function tryPixels([file]) {
  if (!file || isBusy()) return;
  showError("");
  const { phase } = page;
  page.phase = "loading";
  refresh(say("Looking at the picture"));
  try {
    showAnswers(await client.send({ type: "try-pixels", file }));
  } catch (error) {
    report(error);
  }
  if (page.phase !== "loading") return; // the trainer was lost meanwhile, and the page has begun anew
  page.phase = phase;
  refresh(say("Done"));
}

/** @param {{ pixels: Pixels, best: { className: string, probability: number }[] }[]} answers */
function showAnswers(answers) {
  for (const input of radios()) {
    const { best } = answers.find(({ pixels }) => pixels === input.value) ?? { best: [] };
    const lines = best.map(({ className, probability }) => element("li", say("{name}, {share}", { name: className, share: percent(probability) })));
    byId(`${input.id}-answers`, HTMLOListElement).replaceChildren(...lines);
  }
}

/** @param {Pixels | null} pixels */
function select(pixels) {
  for (const input of radios()) input.checked = input.value === pixels;
}
