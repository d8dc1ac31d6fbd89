/** Trains on a folder of picture files with one folder for each class: `node train-on-files.js FOLDER`. */

import { openAsBlob, readdirSync } from "node:fs";
import { join } from "node:path";
import init, { Dataset, Sequential } from "tabfit";

const folder = process.argv[2] ?? ".";
const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".png"));
const files = await Promise.all(paths.map(async (path) => ({ path, file: await openAsBlob(join(folder, path)) })));

await init();
const dataset = await Dataset.fromFolder(files, { imageSize: 16, onProgress: (done, total) => console.log(`${done} of ${total} files are read.`) });
const { classNames, counts, skipped } = dataset.summary;
console.log(`${counts.training} pictures of ${classNames.join(", ")}; ${skipped.length} files are left out.`);

const network = await Sequential.create("small", dataset);
await network.fit(dataset, { epochs: 15, batchSize: 8 });
const answers = await network.predict(files.map(({ file }) => file));
const right = answers.filter(({ predictions }, i) => paths[i]?.startsWith(predictions[0]?.className ?? "?"));
console.log(`${right.length} of ${answers.length} answers are right.`);
