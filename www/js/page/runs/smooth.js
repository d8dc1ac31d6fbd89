/** Smoothing of curves. Pure functions. */

/** @import { Point } from "../training/progress/scale.js" */

/**
 * TensorBoard's smoothing: an exponential moving average that begins at nothing, divided by the share of it that has come,
 *
 *     m(t) = weight · m(t − 1) + (1 − weight) · value(t), with m(0) = 0
 *     smoothed(t) = m(t) / (1 − weight^t)
 *
 * as `classicSmoothing` in tensorboard/webapp/widgets/line_chart_v2/data_transformer.ts of TensorBoard 2. It counts the points and
 * not their distances, and leaves a constant curve exactly as it is, as there.
 *
 * @param {readonly Point[]} points
 * @param {number} weight from 0, which changes nothing, to below 1
 * @returns {Point[]}
 */
export function smooth(points, weight) {
  if (weight <= 0 || points.every(([, value]) => value === points[0]?.[1])) return [...points];
  let mean = 0;
  let rest = 1;
  return points.map(([epoch, value]) => {
    mean = weight * mean + (1 - weight) * value;
    rest *= weight;
    return [epoch, mean / (1 - rest)];
  });
}
