/** The names of the classes of a network whose file has none: the person writes them. */

import { client } from "../client/trainer-client.js";
import { say } from "../language/say.js";
import { panel } from "../network/panel.js";
import { showError } from "../state/controls.js";
import { canScore, isBusy, page, refresh, report } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { clearPredictions, hideEvaluation, showModel } from "./view.js";

/** @import { ModelInfo } from "../../../tabfit.js" */

const field = byId("class-names-text", HTMLTextAreaElement);
let classes = 0;

/**
 * Asks for the names of a network that has just been opened, if those that it has are made up.
 *
 * @param {ModelInfo} info
 */
export function askForClassNames({ classNames }) {
  page.asksForNames = classNames.every((name, i) => name === `class ${i + 1}`);
  classes = classNames.length;
  field.value = "";
}

export async function nameClasses() {
  if (isBusy()) return;
  showError("");
  const classNames = field.value.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  if (classNames.length !== classes) {
    const values = { names: classNames.length, classes };
    showError(say("The names that you gave: {names}; the classes of the network: {classes}. Write one name on each line, and one for each class.", values), field);
    return;
  }
  try {
    const info = await client.send({ type: "set-class-names", classNames });
    clearPredictions(); // they have the old names
    hideEvaluation();
    page.saved = false; // the file that was opened does not hold the names
    page.scorable = canScore(info);
    showModel(info);
    void panel.keep(info);
    refresh();
  } catch (error) {
    report(error);
  }
}
