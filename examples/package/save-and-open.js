/** Saves a network with the state of its optimizer, opens it again, and trains on. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import init, { Dataset, Sequential } from "tabfit";
import { classNames, draw, imageSize, one } from "./shapes.js";

await init();
const dataset = Dataset.fromArrays({ ...draw(120), classNames, imageSize });
const network = await Sequential.create("small", dataset);
await network.fit(dataset, { epochs: 3 });

const folder = mkdtempSync(join(tmpdir(), "tabfit-"));
const path = join(folder, "shapes.tabfit");
writeFileSync(path, await network.save({ includeOptimizer: true }));
const opened = await Sequential.load(readFileSync(path));
rmSync(folder, { recursive: true });

const [before, after] = [await network.predict(one(0)), await opened.predict(one(0))];
console.log(`The opened network ${before[0]?.className === after[0]?.className ? "answers as" : "differs from"} the saved one.`);
const { epochs } = await opened.fit(dataset, { epochs: 5, initialEpoch: 3 });
console.log(`It went on with epoch ${epochs[0]?.epoch} and ended with epoch ${epochs.at(-1)?.epoch}.`);
