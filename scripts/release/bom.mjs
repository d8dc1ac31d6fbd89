/** Makes the list of all that is inside, in the form of CycloneDX, of the list of the crates. */

import { createHash } from "node:crypto";
import { read, ROOT, told } from "./root.mjs";

const REF = "bom-ref";

/**
 * @param {any} bom the list by cargo-cyclonedx
 * @param {string} version
 * @param {import("./others.mjs").Other[]} others
 */
export function billOfMaterials(bom, version, others) {
  const root = bom.metadata.component[REF];
  // No path of this computer is in it, so that every computer gives the same.
  const text = JSON.stringify(bom).replaceAll(root, "tabfit").replaceAll(`path+file://${ROOT}`, "tabfit");
  const { metadata, components, dependencies } = JSON.parse(text);
  const beside = others.map(component);
  return {
    bomFormat: bom.bomFormat,
    specVersion: bom.specVersion,
    version: 1,
    metadata: {
      ...metadata,
      timestamp: told("git", ["show", "--no-patch", "--format=%cI"]).trim(), // of the sources, so that the same sources give the same bytes
      component: { type: "application", [REF]: "tabfit", name: "tabfit", version, licenses: [{ expression: "MIT OR Apache-2.0" }] },
    },
    components: [...components.map(withoutPath), ...beside],
    dependencies: [
      ...dependencies.map((/** @type {any} */ { ref, dependsOn }) => ({
        ref,
        dependsOn: ref === "tabfit" ? [...dependsOn, ...beside.map((other) => other[REF])] : dependsOn,
      })),
      ...beside.map((other) => ({ ref: other[REF] })),
    ],
  };
}

/** The crates of this checkout, by what cargo-cyclonedx says. @param {any} bom @returns {string[]} */
export function own(bom) {
  return bom.components.filter(isOwn).map((/** @type {any} */ { name, version }) => `${name} ${version}`);
}

/** @param {any} component */
const isOwn = (component) => !component[REF].startsWith("registry+");

/** A crate of this checkout is in no registry, so that it has no address of a package. @param {any} component */
function withoutPath(component) {
  if (!isOwn(component)) return component;
  const { purl, ...rest } = component;
  return rest;
}

/** @param {import("./others.mjs").Other} other */
function component({ type, name, version, license, description, source, file }) {
  return {
    type,
    [REF]: `${name} ${version}`,
    name,
    version,
    description: file ? `${description}: ${file}` : description,
    ...(file && { hashes: [{ alg: "SHA-256", content: createHash("sha256").update(read(`dist/${file}`)).digest("hex") }] }),
    licenses: [{ expression: license }],
    externalReferences: [{ type: "distribution", url: source }],
  };
}
