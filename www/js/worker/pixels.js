/** What a network answers for a picture, whatever pixels it was trained on. */

/**
 * @import { Pixels, Sequential } from "../../tabfit.js"
 * @import { PixelsAnswer } from "../shared/protocol.js"
 */

/** The most frequent first. @type {Pixels[]} */
const PIXELS = ["-1..1", "0..1", "torch", "caffe", "lite", "0..255"];
/** The answers that are shown of each. */
const BEST = 5;

/**
 * The network has its weights and pixels again afterwards; its optimizer starts anew. Only for a network that does not scale
 * its pixels itself.
 *
 * @param {Sequential} network
 * @param {File} picture
 */
export async function answersByPixels(network, picture) {
  const { made, told } = network.info.pixels;
  /** @type {PixelsAnswer[]} */
  const answers = [];
  try {
    for (const pixels of PIXELS) {
      network.setPixels(pixels);
      answers.push({ pixels, best: (await network.predict(picture)).slice(0, BEST) });
    }
  } finally {
    network.setPixels(told && made !== "own" ? made : null);
  }
  return answers;
}
