/** Drawings of a report: curves over epochs, curves of a class, and the reliability diagram, as SVG without a style of its own. */

import { extent, nice, position, ticks } from "../../training/progress/scale.js";

/**
 * @import { Domain, Point } from "../../training/progress/scale.js"
 * @typedef {{ className: string, points: readonly Point[] }} Line
 * @typedef {object} Drawing
 * @property {string} label what it shows, for a screen reader
 * @property {readonly Line[]} lines
 * @property {[string, string]} titles of the axes
 * @property {(value: number) => string} format of the values
 * @property {Domain} [x] else the epochs of the lines
 * @property {Domain} [y] else the values of the lines, from 0 on
 * @property {readonly { from: Point, to: Point, className: string }[]} [strokes]
 * @property {readonly { at: Point, width: number, className: string }[]} [bars] from 0 up to a point
 * @property {boolean} [square]
 */

const SVG = "http://www.w3.org/2000/svg";

/** @param {Drawing} drawing */
export function draw({ label, lines, titles, format, x = epochs(lines), y = values(lines), strokes = [], bars = [], square = false }) {
  const [width, height] = square ? [210, 206] : [440, 230];
  const frame = { left: square ? 42 : 50, top: 10, right: width - 10, bottom: height - 40 };
  /** @param {Point} point */
  const place = ([a, b]) => [position(a, x, frame.left, frame.right), position(b, y, frame.bottom, frame.top)].map((number) => Number(number.toFixed(1)));
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  for (const value of ticks(y, square ? 2 : 4)) {
    const [, at = 0] = place([x[0], value]);
    svg.append(make("line", { class: "grid", x1: frame.left, x2: frame.right, y1: at, y2: at }));
    svg.append(words(format(value), { x: frame.left - 6, y: at + 4, "text-anchor": "end" }));
  }
  for (const value of square ? ticks(x, 2) : ticks(x, 8, 1)) {
    const [at = 0] = place([value, y[0]]);
    svg.append(words(square ? format(value) : String(value), { x: at, y: frame.bottom + 15, "text-anchor": "middle" }));
  }
  const half = (frame.left + frame.right) / 2;
  svg.append(words(titles[0], { x: half, y: height - 8, "text-anchor": "middle", class: "title" }));
  svg.append(words(titles[1], { x: 12, y: 0, "text-anchor": "middle", class: "title", transform: `translate(0 ${(frame.top + frame.bottom) / 2}) rotate(-90 12 0)` }));
  for (const { at: [a, b], width: wide, className } of bars) {
    const [left = 0, top = 0] = place([a - wide / 2, b]);
    const [right = 0, bottom = 0] = place([a + wide / 2, y[0]]);
    svg.append(make("rect", { class: className, x: left + 1, y: top, width: Math.max(0, right - left - 2), height: Math.max(0, bottom - top) }));
  }
  for (const { from, to, className } of strokes) {
    const [[x1 = 0, y1 = 0], [x2 = 0, y2 = 0]] = [place(from), place(to)];
    svg.append(make("line", { class: className, x1, y1, x2, y2 }));
  }
  for (const { className, points } of lines) {
    svg.append(make("polyline", { class: `line ${className}`, points: points.map((point) => place(point).join(",")).join(" ") }));
    const last = points.at(-1);
    const [cx = 0, cy = 0] = last ? place(last) : [];
    if (last && !square) svg.append(make("circle", { class: `dot ${className}`, cx, cy, r: 3 }));
  }
  return svg;
}

/** @param {readonly Line[]} lines @returns {Domain} */
function epochs(lines) {
  const all = lines.flatMap(({ points }) => points.map(([epoch]) => epoch));
  const last = all.reduce((a, b) => Math.max(a, b), 1);
  return last > 1 ? [1, last] : [0.5, 1.5];
}

/** @param {readonly Line[]} lines @returns {Domain} */
const values = (lines) => nice(extent(lines.flatMap(({ points }) => points.map(([, value]) => value)), 0), 4);

/** The line of chance, or of perfect calibration. @param {string} className */
export const diagonal = (className) => /** @type {const} */ ({ from: [0, 0], to: [1, 1], className });

/** @param {string} tag @param {Record<string, string | number>} attributes */
function make(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** @param {string} text @param {Record<string, string | number>} attributes */
function words(text, attributes) {
  const made = make("text", attributes);
  made.append(text);
  return made;
}
