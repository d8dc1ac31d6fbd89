/** Copies the network and the settings as Keras code to the clipboard. */

import { client } from "../client/trainer-client.js";
import { inLanguage, say } from "../language/say.js";
import { panel } from "../network/panel.js";
import { showError } from "../state/controls.js";
import { page, report } from "../state/state.js";
import { byId, setText } from "../tools/dom.js";
import { compileConfig, fitConfig } from "../training/form/form.js";

const note = byId("keras-note", HTMLElement);
const field = byId("keras-field", HTMLElement);
const code = byId("keras-code", HTMLTextAreaElement);

export async function copyKeras() {
  showError("");
  try {
    const { changes } = page.run;
    code.value = await client.send({ type: "keras-code", model: panel.choice(), compile: compileConfig(), fit: fitConfig(), changes });
  } catch (error) {
    return report(error);
  }
  field.hidden = false;
  const changed = () => (page.run.changes.length > 0 ? ` ${say("It also makes the changes of the run that is shown.")}` : "");
  try {
    await navigator.clipboard.writeText(code.value);
    setText(note, inLanguage(() => `${say("Copied: paste it into a notebook or a Python file.")}${changed()}`));
  } catch {
    setText(note, inLanguage(() => `${say("This browser did not allow the copy; the code is selected, so that you can copy it.")}${changed()}`));
    code.select();
  }
}
