/** New parts of the page for the care of pictures, in few words. */

import { element, setText, setWords } from "../tools/dom.js";

/**
 * An element with text or with others in it.
 *
 * @param {string} tag
 * @param {string} className
 * @param {string | (Node | string | null)[]} [content] a text, or what stands in it
 */
export function make(tag, className, content = "") {
  if (typeof content === "string") return element(tag, content, className);
  const made = element(tag, "", className);
  made.append(...content.filter((part) => part !== null));
  return made;
}

/**
 * @param {string} text
 * @param {() => unknown} act
 * @param {string} [className]
 */
export function button(text, act, className = "") {
  const made = /** @type {HTMLButtonElement} */ (element("button", text, className));
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/**
 * A list to choose from, with its label.
 *
 * @param {string} label
 * @param {readonly (readonly [value: string, text: string])[]} choices
 * @param {string} id
 */
export function select(label, choices, id) {
  const list = document.createElement("select");
  list.id = id;
  offer(list, choices);
  const name = /** @type {HTMLLabelElement} */ (element("label", label));
  name.htmlFor = id;
  return { list, field: make("p", "field", [name, list]) };
}

/** @param {HTMLSelectElement} list @param {readonly (readonly [value: string, text: string])[]} choices */
export function offer(list, choices) {
  list.replaceChildren(...choices.map(([value, text]) => {
    const option = new Option("", value);
    setText(option, text);
    return option;
  }));
}

/**
 * A table of counts: its first column has the names of the rows.
 *
 * @param {string} label
 * @param {readonly string[]} titles
 * @param {readonly (readonly string[])[]} rows
 */
export function table(label, titles, rows) {
  const made = /** @type {HTMLTableElement} */ (element("table", "", "numbers"));
  const head = made.createTHead().insertRow();
  head.append(...titles.map((title) => header(title, "col")));
  const body = made.createTBody();
  for (const [name = "", ...cells] of rows) {
    const row = body.insertRow();
    row.append(header(name, "row"), ...cells.map((cell) => element("td", cell)));
  }
  const scroll = make("div", "scroll care-table", [made]);
  scroll.setAttribute("role", "region");
  scroll.tabIndex = 0;
  setWords(scroll, "aria-label", label);
  return scroll;
}

/** @param {string} text @param {"col" | "row"} scope */
function header(text, scope) {
  const cell = element("th", text);
  cell.setAttribute("scope", scope);
  return cell;
}

/**
 * Shows some of many things, and more of them at a button: thousands at once would stop the page.
 *
 * @template T
 * @param {HTMLElement} list
 * @param {readonly T[]} all
 * @param {number} step how many at once
 * @param {(thing: T) => Node} draw
 * @param {(left: number) => string} more what the button says
 * @returns {HTMLButtonElement}
 */
export function inSteps(list, all, step, draw, more) {
  let shown = 0;
  const next = button("", () => {
    const from = list.childElementCount;
    show();
    const focus = list.children[from]?.querySelector("input, button");
    if (focus instanceof HTMLElement) focus.focus();
  });
  const show = () => {
    list.append(...all.slice(shown, shown + step).map(draw));
    shown = Math.min(all.length, shown + step);
    next.hidden = shown === all.length;
    setText(next, more(all.length - shown));
  };
  show();
  return next;
}
