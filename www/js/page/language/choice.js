/**
 * Which language the page speaks: the one that was chosen, else the browser's. A choice is kept by the browser, or with "Keep
 * nothing on this computer" by the tab, until it is closed.
 */

/** @import { Language } from "./say.js" */

const NAME = "tabfit language";

/** @returns {Language["code"]} */
export function wishedLanguage() {
  for (const store of [() => sessionStorage, () => localStorage]) {
    const chosen = attempt(() => store().getItem(NAME));
    if (chosen === "de" || chosen === "en") return chosen;
  }
  const known = navigator.languages.find((name) => /^(de|en)\b/i.test(name)) ?? "en";
  return /^de/i.test(known) ? "de" : "en";
}

/** @param {Language["code"]} code */
export async function keepLanguage(code) {
  const { keepsNothing } = await import("../../worker/storage/door.js"); // a choice is seldom: nothing waits for this file
  const nothing = await keepsNothing().catch(() => true); // also where the browser keeps no networks
  attempt(() => sessionStorage.removeItem(NAME));
  attempt(() => (nothing ? sessionStorage : localStorage).setItem(NAME, code));
}

/** Moves the choice from the browser to the tab, where it does not outlive this visit. */
export function forgetLanguage() {
  attempt(() => {
    const chosen = localStorage.getItem(NAME);
    localStorage.removeItem(NAME);
    if (chosen) sessionStorage.setItem(NAME, chosen);
  });
}

/**
 * Browsers that keep nothing for a page refuse even the question. The choice then holds until the page is left.
 *
 * @template T
 * @param {() => T} work
 */
function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}
