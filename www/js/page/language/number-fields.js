/**
 * Decimal commas in fields for numbers. Such a field reads a number as the browser's own language writes it, and drops any other
 * sign without a word: in an English browser, "0,001" would become 1 where the page speaks German.
 */

import { spoken } from "./say.js";

/** Whether the browser's own language writes a point before decimals. */
const takesPoints = (1.5).toLocaleString(navigator.language).includes(".");

/** From now on a comma that is typed or pasted into a field for numbers is a point, where the page speaks German. */
export function takeCommas() {
  document.addEventListener("beforeinput", (event) => {
    const { target, data } = event;
    const text = data ?? event.dataTransfer?.getData("text/plain") ?? "";
    if (!(target instanceof HTMLInputElement) || target.type !== "number" || !text.includes(",") || !takesPoints || spoken() !== "de") return;
    event.preventDefault();
    document.execCommand("insertText", false, text.replaceAll(",", ".")); // the only way to write at the caret of such a field
  });
}
