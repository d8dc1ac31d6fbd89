/** Marks the control that a step of the lesson is about. */

const MARK = "lesson-mark";

/**
 * What a person sees of the first control that is shown: itself, or the title of the closed part that it lies in.
 *
 * @param {readonly string[]} selectors
 * @returns {HTMLElement | null} null if none of them is shown
 */
export function shown(selectors) {
  for (const selector of selectors) {
    let found = document.querySelector(selector);
    for (let part = found?.closest("details:not([open])"); part; part = part.parentElement?.closest("details:not([open])")) {
      found = part.querySelector(":scope > summary");
    }
    if (found instanceof HTMLElement && found.checkVisibility()) return found;
  }
  return null;
}

/** Marks this element and no other. @param {HTMLElement | null} element */
export function mark(element) {
  if (element?.classList.contains(MARK)) return;
  for (const marked of document.querySelectorAll(`.${MARK}`)) marked.classList.remove(MARK);
  element?.classList.add(MARK);
}

/** Brings an element into view, and the focus to it where it can take it. @param {HTMLElement | null} element */
export function goTo(element) {
  element?.scrollIntoView({ block: "center" });
  element?.focus({ preventScroll: true });
}
