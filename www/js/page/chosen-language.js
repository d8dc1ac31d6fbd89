/** The choice of the page's language, in the bar on top. */

import { keepLanguage, wishedLanguage } from "./language/choice.js";
import { hear, say, spoken } from "./language/say.js";
import { showError } from "./state/controls.js";
import { byId } from "./tools/dom.js";

/** @import { Language } from "./language/say.js" */

const select = byId("language", HTMLSelectElement);

/** Speaks the language that is wished now, and each that is chosen later; the network, the pictures and a run stay. */
export function followLanguage() {
  select.value = wishedLanguage();
  if (select.value !== spoken()) void change();
  select.addEventListener("change", async () => {
    if (await change()) await keepLanguage(wished());
  });
}

const wished = () => /** @type {Language["code"]} */ (select.value);

/** @returns whether that was possible */
async function change() {
  const code = wished();
  try {
    const { changeTo, languageOf } = await import("./language/translate.js");
    const language = await languageOf(code);
    if (code === wished()) changeTo(language); // or another one was chosen while it was loaded
    return true;
  } catch (error) {
    const why = hear(error instanceof Error ? error.message : String(error));
    select.value = spoken();
    showError(say("The page could not load its German sentences ({why}), so it stays English; choose the language again to try once more.", { why }));
    return false;
  }
}
