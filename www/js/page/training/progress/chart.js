/** A line chart over epochs, with the values of one epoch read out under the pointer or by the arrow keys. */

import { say } from "../../language/say.js";
import { setText, setWords } from "../../tools/dom.js";
import { drawMarks } from "./marks.js";
import { extent, nearest, nice, pointsInFrame, position, ticks } from "./scale.js";

/**
 * @import { Mark } from "./changes.js"
 * @import { Domain, Frame, Point } from "./scale.js"
 * @typedef {{ label: string, color: string, dash: readonly number[], points: readonly Point[], mark?: string, faint?: boolean }} Series
 *   `color` is a custom property of the style sheet, so that charts follow the light and dark themes; `dash` has the lengths of
 *   strokes and gaps in em, none for a whole line; `mark` is written at the end of the curve; a faint curve is not read out
 * @typedef {{ title: string, format: (value: number) => string, fixed?: Domain, floor?: number }} Options
 *   `fixed` is the y axis if the values have known bounds; else it includes `floor`, which is 0 if it is not given
 */

export class Chart {
  #canvas;
  #output;
  #options;
  #title;
  /** @type {Series[]} */
  #series = [];
  /** @type {readonly Mark[]} */
  #marks = [];
  #planned = 1;
  /** @type {number | null} the epoch that is read out */
  #chosen = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLElement} output where the chosen values are written
   * @param {Options} options
   */
  constructor(canvas, output, options) {
    this.#canvas = canvas;
    this.#output = output;
    this.#options = options;
    this.#title = options.title;
    canvas.addEventListener("pointermove", (event) => this.#point(event.offsetX));
    canvas.addEventListener("pointerdown", (event) => this.#point(event.offsetX));
    canvas.addEventListener("pointerleave", () => this.#choose(null));
    canvas.addEventListener("blur", () => this.#choose(null));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("contextrestored", () => this.#draw()); // the GPU's process ended, and took along what was drawn
    new ResizeObserver(() => this.#draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  /**
   * @param {Series[]} series
   * @param {number} planned epochs of the run: the x axis shows them all from the start
   * @param {string} [title]
   * @param {readonly Mark[]} [marks] what was changed
   */
  show(series, planned, title = this.#title, marks = []) {
    this.#marks = marks;
    this.#title = title;
    this.#series = series;
    this.#planned = planned;
    if (this.#chosen !== null && !this.#epochs().includes(this.#chosen)) this.#chosen = null;
    setWords(this.#canvas, "aria-label", this.#description());
    this.#readOut();
    this.#draw();
  }

  /** The curves that are read out. */
  get #read() {
    return this.#series.filter(({ faint }) => !faint);
  }

  #epochs() {
    return [...new Set(this.#read.flatMap(({ points }) => points.map(([epoch]) => epoch)))].sort((a, b) => a - b);
  }

  /** @param {number} pixel */
  #point(pixel) {
    const { x, frame } = this.#geometry();
    this.#choose(nearest(pixel, this.#epochs(), x, frame));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const epochs = this.#epochs();
    const at = this.#chosen === null ? epochs.length : epochs.indexOf(this.#chosen);
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: epochs.length - 1 }[event.key];
    if (next === undefined || epochs.length === 0) return;
    event.preventDefault();
    this.#choose(epochs[Math.min(Math.max(next, 0), epochs.length - 1)] ?? null);
  }

  /** @param {number | null} epoch */
  #choose(epoch) {
    if (epoch === this.#chosen) return;
    this.#chosen = epoch;
    this.#readOut();
    this.#draw();
  }

  #readOut() {
    setText(this.#output, this.#chosen === null ? "" : this.#values(this.#chosen));
  }

  /** @param {number} epoch */
  #values(epoch) {
    const values = this.#read.flatMap(({ label, points }) => {
      const point = points.find(([at]) => at === epoch);
      return point ? say("{label} {value}", { label, value: this.#options.format(point[1]) }) : [];
    });
    const changed = this.#marks.filter((mark) => mark.epoch === epoch).map(({ label }) => label);
    const numbers = say("Epoch {epoch}: {values}", { epoch, values: values.join(", ") });
    return changed.length > 0 ? say("{numbers}; changed before: {changes}", { numbers, changes: changed.join(", ") }) : numbers;
  }

  #description() {
    const last = this.#epochs().at(-1);
    const state = last === undefined ? say("no epoch yet") : this.#values(last);
    const changed = this.#marks.map(({ epoch, label }) => say("{label} in epoch {epoch}", { label, epoch })).join(", ");
    const marked = changed ? ` ${say("Changed while it trained: {changes}.", { changes: changed })}` : "";
    const sentence = say("{title} by epoch; {state}. Left and right arrow keys read the values.", { title: this.#title, state });
    return `${sentence}${marked}`;
  }

  /** @returns {{ x: Domain, y: Domain, frame: Frame }} */
  #geometry() {
    const { clientWidth, clientHeight } = this.#canvas;
    const em = this.#em();
    const last = Math.max(this.#planned, this.#epochs().at(-1) ?? 1);
    const values = this.#series.flatMap(({ points }) => points.map(([, value]) => value));
    return {
      x: last > 1 ? [1, last] : [0.5, 1.5],
      y: this.#options.fixed ?? nice(extent(values, this.#options.floor ?? 0), 5),
      frame: {
        left: 3.4 * em,
        top: 0.9 * em,
        width: Math.max(1, clientWidth - 4.4 * em),
        height: Math.max(1, clientHeight - 3 * em),
      },
    };
  }

  #em() {
    return parseFloat(getComputedStyle(this.#canvas).fontSize) || 16;
  }

  #draw() {
    const context = this.#canvas.getContext("2d");
    const { clientWidth, clientHeight } = this.#canvas;
    if (!context || clientWidth === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, clientWidth, clientHeight);
    const style = getComputedStyle(this.#canvas);
    const em = this.#em();
    context.font = `${0.85 * em}px ${style.fontFamily}`;
    const geometry = this.#geometry();
    this.#axes(context, geometry, style, em);
    drawMarks(context, geometry, style, this.#marks, em);
    for (const series of this.#series) this.#line(context, geometry, style, series, em);
    this.#names(context, geometry, style, em);
    this.#cursor(context, geometry, style, em);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{ x: Domain, y: Domain, frame: Frame }} geometry
   * @param {CSSStyleDeclaration} style
   * @param {number} em
   */
  #axes(context, { x, y, frame }, style, em) {
    const { left, top, width, height } = frame;
    context.lineWidth = 1;
    context.strokeStyle = style.getPropertyValue("--grid");
    context.fillStyle = style.getPropertyValue("--muted");
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const value of ticks(y, height < 12 * em ? 3 : 5)) {
      const at = Math.round(position(value, y, top + height, top)) + 0.5;
      context.beginPath();
      context.moveTo(left, at);
      context.lineTo(left + width, at);
      context.stroke();
      context.fillText(this.#options.format(value), left - 0.6 * em, at);
    }
    context.textAlign = "center";
    context.textBaseline = "top";
    const whole = ticks([Math.ceil(x[0]), Math.floor(x[1])], Math.max(2, width / (3.5 * em)), 1);
    for (const epoch of new Set([Math.ceil(x[0]), ...whole.filter((tick) => tick > 1)])) {
      context.fillText(String(epoch), position(epoch, x, left, left + width), top + height + 0.6 * em);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{ x: Domain, y: Domain, frame: Frame }} geometry
   * @param {CSSStyleDeclaration} style
   * @param {Series} series
   * @param {number} em
   */
  #line(context, { x, y, frame }, style, { color, dash, points, faint = false }, em) {
    const placed = pointsInFrame(points, x, y, frame);
    context.globalAlpha = faint ? 0.3 : 1;
    context.strokeStyle = context.fillStyle = style.getPropertyValue(color);
    context.lineWidth = 0.16 * em;
    context.lineJoin = "round";
    context.setLineDash(faint ? [] : dash.map((length) => length * em));
    context.beginPath();
    for (const [px, py] of placed) context.lineTo(px, py);
    context.stroke();
    context.setLineDash([]);
    // The dot on the newest value also makes a series of a single point visible.
    const end = placed.at(-1);
    if (end && !faint) dot(context, end, 0.28 * em);
    context.globalAlpha = 1;
  }

  /**
   * Writes the marks at the ends of the curves, one above the other where curves end close together.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {{ x: Domain, y: Domain, frame: Frame }} geometry
   * @param {CSSStyleDeclaration} style
   * @param {number} em
   */
  #names(context, { x, y, frame }, style, em) {
    const ends = this.#series.flatMap(({ mark, color, points }) =>
      (mark ? pointsInFrame(points.slice(-1), x, y, frame).map(([px, py]) => ({ mark, color, px, py })) : []));
    context.textAlign = "left";
    context.textBaseline = "middle";
    let [column, above] = [-Infinity, -Infinity];
    for (const { mark, color, px, py } of ends.sort((a, b) => a.px - b.px || a.py - b.py)) {
      above = Math.max(py, px - column < em ? above + 0.85 * em : -Infinity);
      column = px;
      context.fillStyle = style.getPropertyValue(color);
      context.fillText(mark, px + 0.45 * em, above);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{ x: Domain, y: Domain, frame: Frame }} geometry
   * @param {CSSStyleDeclaration} style
   * @param {number} em
   */
  #cursor(context, { x, y, frame }, style, em) {
    const epoch = this.#chosen;
    if (epoch === null) return;
    const at = Math.round(position(epoch, x, frame.left, frame.left + frame.width)) + 0.5;
    context.strokeStyle = style.getPropertyValue("--muted");
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(at, frame.top);
    context.lineTo(at, frame.top + frame.height);
    context.stroke();
    for (const { color, points } of this.#read) {
      context.fillStyle = style.getPropertyValue(color);
      for (const point of pointsInFrame(points.filter(([e]) => e === epoch), x, y, frame)) dot(context, point, 0.36 * em);
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Point} center
 * @param {number} radius
 */
function dot(context, [x, y], radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
