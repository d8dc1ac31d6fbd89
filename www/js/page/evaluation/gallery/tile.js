/** A picture of the gallery: as the network sees it, with its name, its class and what was said of it. */

import { say } from "../../language/say.js";
import { short, percent } from "../../tools/format.js";
import { node } from "../node.js";
import { draw } from "./pixels.js";

/** @import { Study, StudyPicture } from "../../../shared/study.js" */

/** The last part of a path. @param {string} path */
export const fileOf = (path) => path.split("/").at(-1) ?? path;

/**
 * @param {Study} study
 * @param {StudyPicture} picture
 * @param {number} place of it in the study
 */
export function tile({ classNames }, { path, label, said, probability, loss, unlike }, place) {
  const right = label === said;
  const words = { truth: classNames[label] ?? "", said: classNames[said] ?? "", probability: percent(probability), loss: short(loss) };
  const opener = node("button", {
    css: `gallery-tile ${right ? "right" : "wrong"}`, is: { type: "button", tabindex: -1, "data-place": place, "data-path": path },
  }, [
    node("canvas", { is: { "aria-hidden": "true" } }),
    node("span", { css: "gallery-name", name: fileOf(path) }),
    node("span", { css: "gallery-said", text: right ? say("right: {said}, {probability}", words) : say("{truth}, called {said}, {probability}", words) }),
    node("span", { css: "gallery-loss", text: say("loss {loss}", words) }),
    ...(unlike !== null && unlike > 1 ? [node("span", { css: "study-badge", text: say("unlike the training pictures") })] : []),
  ]);
  return node("li", {}, [opener]);
}

/** Draws what has come. @param {HTMLCanvasElement} canvas @param {ImageData | undefined} data */
export const across = (canvas, data) => draw(canvas, data);
