/** Vertical lines on a chart where something was changed, each with its label. */

import { position } from "./scale.js";

/**
 * @import { Mark } from "./changes.js"
 * @import { Domain, Frame } from "./scale.js"
 */

/** Labels that would lie on one another go below, on so many lines. */
const LINES = 3;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ x: Domain, frame: Frame }} geometry
 * @param {CSSStyleDeclaration} style
 * @param {readonly Mark[]} marks from left to right
 * @param {number} em
 */
export function drawMarks(context, { x, frame }, style, marks, em) {
  const { left, top, width, height } = frame;
  const ends = Array.from({ length: LINES }, () => -Infinity);
  context.save();
  context.font = `${0.78 * em}px ${style.fontFamily}`;
  context.lineWidth = 1.5;
  context.textBaseline = "top";
  context.textAlign = "left";
  for (const { at, label } of marks) {
    const px = Math.round(position(Math.max(at, x[0]), x, left, left + width)) + 0.5;
    context.strokeStyle = style.getPropertyValue("--muted");
    context.setLineDash([2, 3]);
    context.beginPath();
    context.moveTo(px, top);
    context.lineTo(px, top + height);
    context.stroke();
    context.setLineDash([]);
    const long = context.measureText(label).width;
    const start = Math.max(left, Math.min(px + 0.3 * em, left + width - long));
    const line = ends.findIndex((end) => end < start);
    if (line < 0) continue; // it stands in the list below the charts
    ends[line] = start + long + 0.5 * em;
    const y = top + 0.2 * em + line * em;
    context.fillStyle = style.getPropertyValue("--paper");
    context.fillRect(start - 0.15 * em, y - 0.1 * em, long + 0.3 * em, 0.95 * em);
    context.fillStyle = style.getPropertyValue("--ink");
    context.fillText(label, start, y);
  }
  context.restore();
}
