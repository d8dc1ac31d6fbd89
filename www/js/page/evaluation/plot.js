/**
 * A square chart of shares from 0 to 1 on both axes. Its points are read out under the pointer and by the arrow keys, and one that
 * is read out can be opened by Enter or a press.
 */

import { fixed } from "../language/say.js";
import { setText, setWords } from "../tools/dom.js";
import { position } from "../training/progress/scale.js";
import { node } from "./node.js";

/**
 * @typedef {object} Spot a point that can be read out
 * @property {number} x
 * @property {number} y
 * @property {string} text
 * @typedef {object} Shown
 * @property {string} description for screen readers
 * @property {string} across the title of the x axis
 * @property {string} up the title of the y axis
 * @property {readonly Spot[]} spots
 * @property {boolean} diagonal a dashed line from the lower left to the upper right
 * @property {boolean} [line] whether the points are joined
 * @property {readonly { low: number, high: number, height: number, at: number, from: number, to: number }[]} [bars] with their intervals
 * @property {Spot | null} [marked] a point that stays marked
 * @typedef {{ left: number, top: number, side: number, em: number }} Square
 */

const AXIS = /** @type {const} */ ([0, 1]);
const TICKS = [0, 0.25, 0.5, 0.75, 1];

export class Plot {
  canvas;
  output = node("output", { css: "study-read" });
  /** @type {Shown | null} */
  #shown = null;
  /** @type {number | null} */
  #chosen = null;
  #open;

  /** @param {string} id of the canvas @param {(spot: number) => void} open the point with this place was pressed */
  constructor(id, open) {
    this.#open = open;
    this.canvas = node("canvas", { css: "study-plot", is: { id, role: "img", tabindex: 0 } });
    this.output.htmlFor.add(id);
    this.canvas.addEventListener("pointermove", (event) => this.#choose(this.#nearest(event)));
    this.canvas.addEventListener("click", (event) => this.#press(this.#nearest(event)));
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
    this.canvas.addEventListener("contextrestored", () => this.#draw()); // the GPU's process ended, and took along what was drawn
    new ResizeObserver(() => this.#draw()).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  /** @param {Shown} shown */
  show(shown) {
    this.#shown = shown;
    this.#chosen = null;
    setWords(this.canvas, "aria-label", shown.description);
    setText(this.output, "");
    this.#draw();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const last = (this.#shown?.spots.length ?? 0) - 1;
    const at = this.#chosen;
    if (event.key === "Enter" && at !== null) this.#press(at);
    const page = Math.max(1, Math.round(last / 20));
    const next = {
      ArrowLeft: (at ?? last + 1) - 1, ArrowRight: (at ?? -1) + 1, PageUp: (at ?? last) - page, PageDown: (at ?? 0) + page, Home: 0, End: last,
    }[event.key];
    if (next === undefined || last < 0) return;
    event.preventDefault();
    this.#choose(Math.min(Math.max(next, 0), last));
  }

  /** @param {number | null} at */
  #choose(at) {
    if (at === this.#chosen) return;
    this.#chosen = at;
    setText(this.output, at === null ? "" : this.#shown?.spots[at]?.text ?? "");
    this.#draw();
  }

  /** @param {number | null} at */
  #press(at) {
    this.#choose(at);
    if (at !== null) this.#open(at);
  }

  /** The place of the point nearest to the pointer. @param {PointerEvent | MouseEvent} event */
  #nearest({ offsetX, offsetY }) {
    const { left, top, side } = this.#square();
    /** @type {number | null} */
    let best = null;
    let least = Infinity;
    this.#shown?.spots.forEach(({ x, y }, at) => {
      const away = Math.hypot(left + x * side - offsetX, top + (1 - y) * side - offsetY);
      if (away < least) [best, least] = [at, away];
    });
    return best;
  }

  /** @returns {Square} */
  #square() {
    const { clientWidth, clientHeight } = this.canvas;
    const em = parseFloat(getComputedStyle(this.canvas).fontSize) || 16;
    return { left: 3.6 * em, top: 0.8 * em, em, side: Math.max(1, Math.min(clientWidth - 4.6 * em, clientHeight - 4.2 * em)) };
  }

  #draw() {
    const { canvas } = this;
    const context = canvas.getContext("2d");
    const { clientWidth, clientHeight } = canvas;
    if (!context || clientWidth === 0) return;
    const ratio = window.devicePixelRatio || 1;
    [canvas.width, canvas.height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, clientWidth, clientHeight);
    if (this.#shown) drawShown(context, getComputedStyle(canvas), this.#square(), this.#shown, this.#chosen);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {CSSStyleDeclaration} style
 * @param {Square} square
 * @param {Shown} shown
 * @param {number | null} chosen
 */
function drawShown(context, style, { left, top, side, em }, { across, up, spots, diagonal, line = true, bars = [], marked }, chosen) {
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name);
  const at = (/** @type {{ x: number, y: number }} */ { x, y }) =>
    /** @type {const} */ ([position(x, AXIS, left, left + side), position(y, AXIS, top + side, top)]);
  context.font = `${0.8 * em}px ${style.fontFamily}`;
  context.lineWidth = 1;
  context.strokeStyle = colour("--grid");
  context.fillStyle = colour("--muted");
  for (const tick of TICKS) {
    const [x, y] = at({ x: tick, y: tick });
    stroke(context, [[left, Math.round(y) + 0.5], [left + side, Math.round(y) + 0.5]]);
    stroke(context, [[Math.round(x) + 0.5, top], [Math.round(x) + 0.5, top + side]]);
    [context.textAlign, context.textBaseline] = ["right", "middle"];
    context.fillText(fixed(tick, 2), left - 0.5 * em, y);
    [context.textAlign, context.textBaseline] = ["center", "top"];
    context.fillText(fixed(tick, 2), x, top + side + 0.4 * em);
  }
  context.fillText(across, left + side / 2, top + side + 1.7 * em);
  context.save();
  context.translate(0.2 * em, top + side / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(up, 0, 0);
  context.restore();
  if (diagonal) {
    context.strokeStyle = colour("--muted");
    context.setLineDash([0.3 * em, 0.3 * em]);
    stroke(context, [at({ x: 0, y: 0 }), at({ x: 1, y: 1 })]);
    context.setLineDash([]);
  }
  context.strokeStyle = context.fillStyle = colour("--training");
  context.lineWidth = 0.14 * em;
  for (const { low, high, height, at: middle, from, to } of bars) {
    const [[x, y], [end, bottom]] = [at({ x: low, y: height }), at({ x: high, y: 0 })];
    context.globalAlpha = 0.3;
    context.fillRect(x + 1, y, end - x - 2, bottom - y);
    context.globalAlpha = 1;
    stroke(context, [at({ x: middle, y: from }), at({ x: middle, y: to })]);
  }
  if (line) stroke(context, spots.map(at));
  else for (const spot of spots) dot(context, at(spot), 0.28 * em);
  if (marked) ring(context, at(marked), 0.42 * em, colour("--validation"));
  const read = chosen === null ? undefined : spots[chosen];
  if (read) dot(context, at(read), 0.4 * em);
}

/** @param {CanvasRenderingContext2D} context @param {readonly (readonly [number, number])[]} points */
function stroke(context, points) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {readonly [number, number]} center @param {number} radius */
function dot(context, [x, y], radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** @param {CanvasRenderingContext2D} context @param {readonly [number, number]} center @param {number} radius @param {string} colour */
function ring(context, [x, y], radius, colour) {
  context.strokeStyle = colour;
  context.lineWidth = radius / 2;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}
