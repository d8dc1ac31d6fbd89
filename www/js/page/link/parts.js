/** The parts of the page that a link can hide, by their names in it. */

/** @type {Record<string, () => (Element | null | undefined)[]>} */
const PARTS = {
  data: () => group("data"),
  augmentation: () => group("augment"),
  optimizer: () => group("optimizer"),
  loss: () => group("loss"),
  callbacks: () => group("callbacks"),
  layers: () => [document.getElementById("layers-editor")],
  camera: () => [document.getElementById("camera"), document.getElementById("live")],
  export: () => {
    const groups = new Set(Array.from(document.querySelectorAll("[data-export]"), (button) => button.closest(".buttons")));
    return [...groups].flatMap((buttons) => [buttons?.previousElementSibling, buttons, buttons?.nextElementSibling]);
  },
  kept: () => [document.getElementById("kept")],
};

/** @param {string} name of a group of settings */
const group = (name) => [document.getElementById(`${name}-digest`)?.closest("details")];

/**
 * @param {string} part
 * @returns whether there is such a part
 */
export function hide(part) {
  if (!Object.hasOwn(PARTS, part)) return false;
  for (const element of PARTS[part]?.() ?? []) element?.classList.add("hidden-by-link");
  return true;
}
