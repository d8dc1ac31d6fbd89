/** The table of predicted pictures: sorted by any column, a page at a time. */

import { hear, say } from "../../language/say.js";
import { setText } from "../../tools/dom.js";
import { count, percent, short } from "../../tools/format.js";
import { button, node } from "../node.js";

/**
 * @import { StudyReplies } from "../../../shared/study.js"
 * @typedef {StudyReplies["predict-many"]} Predicted
 * @typedef {Predicted["pictures"][number]} Picture
 * @typedef {{ id: string, title: string, name?: boolean, number: boolean, value: (picture: Picture) => string | number | null, cell: (picture: Picture) => Node | string }} Column
 */

/** Rows that are on the page at a time. */
const PAGE = 50;
/** Of more classes than this only the said one has a column; all are in the CSV. */
const CLASSES = 8;

/** What a person should know of a picture before they believe its answer. @param {Picture} picture */
export function warningOf({ error, unlike }) {
  if (error) return hear(error);
  return unlike !== null && unlike > 1 ? say("unlike the training pictures") : "";
}

/** @param {Predicted} predicted @returns {Column[]} */
function columnsOf({ classNames, pictures }) {
  const name = (/** @type {Picture} */ { said }) => (said === null ? "" : classNames[said] ?? "");
  const best = (/** @type {Picture} */ { said, probabilities }) => (said === null ? null : probabilities?.[said] ?? null);
  return [
    { id: "path", title: say("File"), number: false, value: ({ path }) => path, cell: ({ path }) => node("span", { name: path }) },
    { id: "said", title: say("Said class"), number: false, value: name, cell: (picture) => node("span", { name: name(picture) }) },
    { id: "probability", title: say("Probability"), number: true, value: best, cell: (picture) => percent(best(picture)) },
    { id: "warning", title: say("Warning"), number: false, value: warningOf, cell: (picture) => badge(picture) },
    ...(classNames.length > CLASSES || classNames.length < 3 ? [] : classNames.map((className, index) => ({
      id: `class-${index}`, title: className, name: true, number: true,
      value: (/** @type {Picture} */ { probabilities }) => probabilities?.[index] ?? null,
      cell: (/** @type {Picture} */ { probabilities }) => percent(probabilities?.[index]),
    }))),
    ...(pictures.some(({ unlike }) => unlike !== null) ? [{
      id: "unlike", title: say("Distance"), number: true, value: (/** @type {Picture} */ { unlike }) => unlike, cell: (/** @type {Picture} */ { unlike }) => short(unlike),
    }] : []),
  ];
}

/** @param {Picture} picture */
function badge(picture) {
  const text = warningOf(picture);
  return text ? node("span", { css: picture.error ? "problem" : "study-badge", text }) : "";
}

export class Rows {
  /** @type {Column[]} */
  #columns = [];
  /** @type {readonly Picture[]} */
  #pictures = [];
  #order = { column: "path", descending: false };
  #first = 0;
  #table = node("table", { css: "numbers", is: { id: "predicted" } }, [node("thead"), node("tbody")]);
  #where = node("span", { css: "hint", is: { role: "status" } });
  #earlier = button(say("Previous page"), () => this.#turn(-1));
  #later = button(say("Next page"), () => this.#turn(1));
  #pages = node("div", { css: "buttons" }, [this.#earlier, this.#later, this.#where]);
  element = node("div", {}, [
    node("div", { css: "scroll study-tall", label: say("Predictions of the folder"), is: { role: "region", tabindex: 0 } }, [this.#table]), this.#pages,
  ]);

  constructor() {
    this.#table.tHead?.addEventListener("click", ({ target }) => {
      const column = target instanceof HTMLElement ? target.closest("button")?.dataset["column"] : undefined;
      if (!column) return;
      const number = this.#columns.find(({ id }) => id === column)?.number ?? false;
      this.#order = { column, descending: this.#order.column === column ? !this.#order.descending : number };
      this.#first = 0;
      this.#draw();
    });
  }

  /** @param {Predicted} predicted */
  show(predicted) {
    this.#columns = columnsOf(predicted);
    this.#pictures = predicted.pictures;
    this.#first = 0;
    this.#table.tHead?.replaceChildren(node("tr", {}, this.#columns.map(({ id, title, name, number }) => {
      const head = node("button", { ...(name ? { name: title } : { text: title }), is: { type: "button", "data-column": id } });
      return node("th", { css: number ? "" : "text", is: { scope: "col", "data-column": id } }, [head]);
    })));
    this.#draw();
  }

  /** @param {number} step */
  #turn(step) {
    this.#first += step * PAGE;
    this.#draw();
  }

  #draw() {
    const { column, descending } = this.#order;
    const by = this.#columns.find(({ id }) => id === column) ?? this.#columns[0];
    if (!by) return;
    const sorted = this.#pictures.toSorted((a, b) => (descending ? -1 : 1) * compare(by.value(a), by.value(b)) || compare(a.path, b.path));
    const rows = sorted.slice(this.#first, this.#first + PAGE);
    for (const cell of this.#table.tHead?.rows[0]?.cells ?? []) {
      if (cell.dataset["column"] === by.id) cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    this.#table.tBodies[0]?.replaceChildren(...rows.map((picture) => node("tr", {}, this.#columns.map(({ id, number, cell }) =>
      node(id === "path" ? "th" : "td", { css: number ? "" : "text", is: id === "path" ? { scope: "row" } : {} }, [cell(picture)])))));
    setText(this.#where, say("{from} to {to} of {all}", { from: count(Math.min(this.#first + 1, sorted.length)), to: count(this.#first + rows.length), all: count(sorted.length) }));
    this.#pages.hidden = sorted.length <= PAGE;
    this.#earlier.disabled = this.#first === 0;
    this.#later.disabled = this.#first + PAGE >= sorted.length;
  }
}

/** What is not known comes last in rising order. @param {string | number | null} a @param {string | number | null} b */
function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}
