/** Writes what is inside, and under which licences: node inside.mjs FOLDER */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { billOfMaterials, own } from "./bom.mjs";
import { crates } from "./crates.mjs";
import { licensesPage } from "./licenses.mjs";
import { others } from "./others.mjs";
import { version } from "./root.mjs";

const folder = process.argv[2];
const { licenses, bom } = crates();
const beside = others();
const current = version();
writeFileSync(join(folder, "LICENSES.html"), licensesPage(current, own(bom), licenses, beside));
writeFileSync(join(folder, `tabfit-${current}.cdx.json`), `${JSON.stringify(billOfMaterials(bom, current, beside), null, 2)}\n`);
