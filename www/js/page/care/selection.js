/**
 * Which pictures are chosen, in all lists together: one picture may stand in several. Lists are walked through with the arrow
 * keys; Shift chooses all between, and Ctrl+A all of a list, also what is not drawn yet.
 */

/** @type {Set<number>} */
export const chosen = new Set();

/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {() => void} listener */
export const onChosen = (listener) => void listeners.add(listener);

/** @param {Iterable<number>} ids @param {boolean} wished */
export function choose(ids, wished) {
  for (const id of ids) {
    if (wished) chosen.add(id);
    else chosen.delete(id);
  }
  showChosen();
}

export function chooseNone() {
  chosen.clear();
  showChosen();
}

/** Other pictures are shown. */
export function forgetChosen() {
  chosen.clear();
  listeners.clear();
}

function showChosen() {
  for (const item of document.querySelectorAll(".care-picture")) {
    if (!(item instanceof HTMLElement)) continue;
    const wished = chosen.has(Number(item.dataset["id"]));
    item.classList.toggle("chosen", wished);
    const box = item.querySelector("input");
    if (box) box.checked = wished;
  }
  for (const listener of listeners) listener();
}

/**
 * Makes the boxes of a list one place for the Tab key, and has its keys and clicks choose.
 *
 * @param {HTMLElement} list
 * @param {() => readonly number[]} all the pictures of the list, in its order
 */
export function chooseIn(list, all) {
  /** Where a range begins. @type {HTMLInputElement | undefined} */
  let anchor;
  const boxes = () => [...list.querySelectorAll("input")];
  /** @param {HTMLInputElement} to @param {boolean} wished */
  const range = (to, wished) => {
    const shown = boxes();
    const [from, end] = [shown.indexOf(anchor ?? to), shown.indexOf(to)].sort((a, b) => a - b);
    choose(shown.slice(Math.max(0, from ?? 0), (end ?? 0) + 1).map(idOf), wished);
  };
  list.addEventListener("click", (event) => {
    const { target } = event;
    if (!(target instanceof HTMLInputElement)) return;
    if (event.shiftKey && anchor) range(target, target.checked);
    else choose([idOf(target)], target.checked);
    anchor = target;
  });
  list.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLInputElement) for (const box of boxes()) box.tabIndex = box === target ? 0 : -1;
  });
  list.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (!(target instanceof HTMLInputElement)) return;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "a") {
      event.preventDefault();
      return choose(all(), true);
    }
    const shown = boxes();
    const place = shown.indexOf(target);
    const next = shown[{ ArrowRight: place + 1, ArrowLeft: place - 1, ArrowDown: below(shown, place, 1), ArrowUp: below(shown, place, -1), Home: 0, End: shown.length - 1 }[key] ?? -1];
    if (!next) return;
    event.preventDefault();
    next.focus();
    if (!event.shiftKey) anchor = next;
    else {
      anchor ??= target;
      range(next, true);
    }
  });
}

/** @param {HTMLInputElement} box */
const idOf = (box) => Number(box.dataset["id"]);

/**
 * The box that stands below or above another one.
 *
 * @param {readonly HTMLInputElement[]} shown
 * @param {number} place
 * @param {1 | -1} step
 */
function below(shown, place, step) {
  const own = shown[place]?.getBoundingClientRect();
  for (let i = place + step; own && shown[i]; i += step) {
    const other = /** @type {HTMLInputElement} */ (shown[i]).getBoundingClientRect();
    if (other.top !== own.top && Math.abs(other.left - own.left) < other.width) return i;
  }
  return place;
}
