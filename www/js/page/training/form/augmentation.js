/** Reads the settings of augmentation. A field that may hold one number or several is text. */

import { checked, choice, number, numbers } from "./inputs.js";

/** @import { AugmentConfig } from "../../../../tabfit.js" */

/** @returns {AugmentConfig} */
export function augmentConfig() {
  const factor = range("augment-erasing");
  return {
    featurewiseCenter: checked("featurewise-center"),
    featurewiseStdNormalization: checked("featurewise-std"),
    samplewiseCenter: checked("samplewise-center"),
    samplewiseStdNormalization: checked("samplewise-std"),
    horizontalFlip: checked("augment-flip"),
    verticalFlip: checked("augment-flip-vertical"),
    rotationRange: number("augment-rotation"),
    widthShiftRange: range("augment-width-shift"),
    heightShiftRange: range("augment-height-shift"),
    shearRange: number("augment-shear"),
    zoomRange: range("augment-zoom"),
    channelShiftRange: number("augment-channel-shift"),
    brightnessRange: range("augment-brightness"),
    fillMode: fillMode(),
    cval: number("augment-cval"),
    randomContrast: range("augment-contrast"),
    randomErasing: factor === undefined ? undefined : {
      factor,
      scale: range("augment-erasing-scale"),
      fillValue: range("augment-erasing-value"),
    },
  };
}

/**
 * "0.2" as a number, "0.8, 1.2" as a list of them; undefined for nothing. The wasm refuses what is neither.
 *
 * @param {string} id
 * @returns {any}
 */
function range(id) {
  const found = numbers(id);
  return found.length > 1 ? found : found[0];
}

function fillMode() {
  const mode = choice("augment-fill");
  return mode === "constant" || mode === "reflect" || mode === "wrap" ? mode : "nearest";
}
