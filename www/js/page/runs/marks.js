/** By what a run is known in chart, table and legend: a letter, a colour and a pattern of strokes. */

const COLORS = 8;
/** Strokes and gaps in em: for each of the first runs another one, because colours are not seen by all. */
const DASHES = [[], [0.5, 0.3], [0.14, 0.26], [0.9, 0.25, 0.14, 0.25], [1.2, 0.4], [0.5, 0.2, 0.14, 0.2, 0.14, 0.2], [0.28, 0.14], [0.9, 0.2, 0.35, 0.2]];
const LETTERS = 26;
const SVG = "http://www.w3.org/2000/svg";
/** Pixels of an em in the sample of a line. */
const SCALE = 14;

/** @param {number} place of the run among the ticked ones, from 0 */
export function markOf(place) {
  const round = Math.floor(place / COLORS);
  const dash = DASHES[(place + round) % DASHES.length] ?? [];
  const turn = Math.floor(place / LETTERS);
  return { letter: String.fromCharCode(65 + (place % LETTERS)) + (turn > 0 ? turn + 1 : ""), color: place % COLORS, dash };
}

/** A sample of the line of a run. @param {number} place */
export function sampleOf(place) {
  const { color, dash } = markOf(place);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "run-line");
  svg.setAttribute("data-color", String(color));
  svg.setAttribute("viewBox", "0 0 36 10");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "line");
  for (const [name, value] of Object.entries({ x1: 1, x2: 35, y1: 5, y2: 5 })) line.setAttribute(name, String(value));
  line.setAttribute("stroke-dasharray", dash.map((length) => length * SCALE).join(" "));
  svg.append(line);
  return svg;
}
