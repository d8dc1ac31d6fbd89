/** The confusion matrix as a table. */

import { element } from "../tools/dom.js";
import { count, percent } from "../tools/format.js";

/** @import { Evaluation } from "../../../tabfit.js" */

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
  const shares = rowShares(confusionMatrix);
  const head = document.createElement("tr");
  head.append(element("td", "true ↓  said →", "corner"), ...classNames.map((name) => header(name, "col")));
  table.tHead?.replaceChildren(head);
  table.tBodies[0]?.replaceChildren(
    ...confusionMatrix.map((numbers, truth) => {
      const row = document.createElement("tr");
      row.append(header(classNames[truth] ?? "", "row"));
      numbers.forEach((value, said) => {
        const share = shares[truth]?.[said] ?? 0;
        const cell = element("td", count(value), truth === said ? "right" : "wrong");
        cell.dataset["shade"] = String(Math.ceil(share * 5)); // five depths in the style sheet
        cell.title = `${percent(share)} of ${classNames[truth]} taken for ${classNames[said]}`;
        row.append(cell);
      });
      return row;
    }),
  );
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
