/** The rows of the table, in its order. */

import { accuracy } from "./accuracy.mjs";
import { blocks } from "./blocks.mjs";
import { features } from "./features.mjs";
import { first50 } from "./first50.mjs";
import { webgpu } from "./gpu.mjs";
import { equal, head } from "./head.mjs";

/** @type {import("./row.mjs").Row[]} */
export const ROWS = [features, head, equal, accuracy, blocks, first50, webgpu];
