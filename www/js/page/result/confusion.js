/** The confusion matrix as a table; of very many classes only the most frequent mistakes. */

import { say } from "../language/say.js";
import { byId, element, row, setText, setWords } from "../tools/dom.js";
import { count, percent } from "../tools/format.js";

/** @import { Evaluation } from "../../../tabfit.js" */

/** A table of more classes could not be read, and one of a thousand would stop the browser. */
const MOST_CLASSES = 60;
/** How many mistakes are listed in its place. */
const MOST_MISTAKES = 20;

/**
 * Each number as a share of its row, which makes classes of different size comparable.
 *
 * @param {readonly (readonly number[])[]} matrix
 */
export function rowShares(matrix) {
  return matrix.map((row) => {
    const sum = row.reduce((total, value) => total + value, 0);
    return row.map((value) => (sum > 0 ? value / sum : 0));
  });
}

/**
 * @param {HTMLTableElement} table
 * @param {Evaluation} evaluation
 */
export function showConfusion(table, { classNames, confusionMatrix }) {
  table.setAttribute("role", "grid"); // its cells are gone through by arrow keys
  const many = classNames.length > MOST_CLASSES;
  setHint(many
    ? say("The most frequent mistakes: a table of all {classes} classes could not be read. Press a number to see its pictures.", { classes: count(classNames.length) })
    : say("Rows are the true classes, columns what the network said. Correct answers lie on the diagonal. Press a number to see its pictures."));
  if (many) return showMistakes(table, classNames, confusionMatrix);
  const shares = rowShares(confusionMatrix);
  const head = document.createElement("tr");
  head.append(element("td", say("true ↓  said →"), "corner"), ...classNames.map((name) => header(name, "col")));
  table.tHead?.replaceChildren(head);
  table.tBodies[0]?.replaceChildren(
    ...confusionMatrix.map((numbers, truth) => {
      const line = document.createElement("tr");
      line.append(header(classNames[truth] ?? "", "row"));
      numbers.forEach((value, said) => {
        const share = shares[truth]?.[said] ?? 0;
        const cell = element("td", count(value), truth === said ? "right" : "wrong");
        cell.dataset["shade"] = String(Math.ceil(share * 5)); // five depths in the style sheet
        const values = { share: percent(share), truth: classNames[truth] ?? "", said: classNames[said] ?? "" };
        setWords(cell, "title", say("{share} of {truth} taken for {said}", values));
        line.append(opens(cell, truth, said));
      });
      return line;
    }),
  );
  reachable(table);
}

/** @param {string} sentence */
function setHint(sentence) {
  setText(byId("confusion-hint", HTMLElement), sentence);
}

/**
 * @param {HTMLTableElement} table
 * @param {readonly string[]} classNames
 * @param {readonly (readonly number[])[]} matrix
 */
function showMistakes(table, classNames, matrix) {
  const mistakes = matrix.flatMap((numbers, truth) =>
    numbers.flatMap((value, said) => (value > 0 && said !== truth ? [{ truth, said, value }] : [])));
  mistakes.sort((a, b) => b.value - a.value);
  const head = document.createElement("tr");
  head.append(...[say("True"), say("Said"), say("Pictures")].map((title) => header(title, "col")));
  table.tHead?.replaceChildren(head);
  table.tBodies[0]?.replaceChildren(...mistakes.slice(0, MOST_MISTAKES).map(({ truth, said, value }) => {
    const line = row([classNames[truth] ?? "", classNames[said] ?? "", count(value)]);
    line.lastElementChild && opens(line.lastElementChild, truth, said);
    return line;
  }));
  reachable(table);
}

/** The pictures of a cell are opened by `evaluation/cells.js`. @param {Element} cell @param {number} truth @param {number} said */
function opens(cell, truth, said) {
  cell.setAttribute("data-truth", String(truth));
  cell.setAttribute("data-said", String(said));
  return cell;
}

/** One cell is reached by Tab; from there the arrows go on. @param {HTMLTableElement} table */
function reachable(table) {
  table.querySelector("[data-truth]")?.setAttribute("tabindex", "0");
}

/**
 * @param {string} name
 * @param {"row" | "col"} scope
 */
function header(name, scope) {
  const cell = element("th", name);
  cell.setAttribute("scope", scope);
  return cell;
}
