/** A run of real Keras, made by fixtures/keras-run/make.py: its logs, and the numbers that `fit` returned. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const KERAS_RUN = fileURLToPath(new URL("fixtures/keras-run", import.meta.url));

/** By Keras's names; the learning rate of an epoch in an event file is that after its callbacks. */
export const KERAS_HISTORY = JSON.parse(readFileSync(join(KERAS_RUN, "history.json"), "utf8"));
export const KERAS_METRICS = ["loss", "accuracy", "val_loss", "val_accuracy"];

/** The files of a folder of it, by path. @returns {Record<string, Buffer>} */
export function kerasFiles(folder = "") {
  const files = readdirSync(join(KERAS_RUN, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(paths.map((path) => [relative(KERAS_RUN, path), readFileSync(path)]));
}
