/** Every call of the package's types that returns a promise takes `{ signal, onProgress }`, or is named here with the reason. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { ROOT } from "./chromium.mjs";

/** What is done in one piece, which nobody could end between two others. */
const WITHOUT = {
  gpuInfo: "opens the GPU, which a browser cannot be asked to end",
  joinCheckpoint: "copies two files in memory together",
  "Sequential.checkpoint": "reads the weights from the device at once",
  "Sequential.save": "reads the weights from the device at once",
  "Sequential.getWeights": "reads the weights from the device at once",
  "Sequential.gradCam": "looks at one picture",
  "Sequential.inside": "looks at one picture",
  "Sequential.predictEncoded": "looks at one picture",
  "ImageFolder.addEncoded": "decodes one picture",
  "Dataset.featurePart": "copies one part of a file",
};

const FILES = ["tabfit.d.ts", "wasm.d.ts"].map((name) => join(ROOT, "pkg", name));
const program = ts.createProgram(FILES, { target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.ES2022, moduleResolution: ts.ModuleResolutionKind.Bundler, strict: true, skipLibCheck: true, types: [] });
const checker = program.getTypeChecker();

/** Names and types of what is exported: functions, and the methods of classes. */
function* exported() {
  for (const file of FILES) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file));
    for (const symbol of checker.getExportsOfModule(module)) {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      if (!(target.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class))) continue;
      const type = checker.getTypeOfSymbol(target);
      yield [symbol.name, type];
      for (const owner of target.flags & ts.SymbolFlags.Class ? [type, checker.getDeclaredTypeOfSymbol(target)] : []) {
        for (const member of owner.getProperties()) yield [`${symbol.name}.${member.name}`, checker.getTypeOfSymbol(member)];
      }
    }
  }
}

const isAsync = (signature) => checker.getReturnTypeOfSignature(signature).symbol?.name === "Promise";

/** The kinds of thing that one of its parameters may be, such as a device or an object of options. */
const kindsOf = (parameter) => {
  const type = checker.getTypeOfSymbol(parameter);
  return type.isUnion() ? type.types : [type];
};

const takesBoth = (signature) =>
  signature.getParameters().some((parameter) => kindsOf(parameter).some((kind) => kind.getProperty("signal") && kind.getProperty("onProgress")));

test("whatever returns a promise takes a signal and onProgress, but for what is named with its reason", () => {
  const [lacking, having] = [new Set(), new Set()];
  for (const [name, type] of exported()) {
    for (const signature of type.getCallSignatures().filter(isAsync)) (takesBoth(signature) ? having : lacking).add(name);
  }
  assert.deepEqual([...lacking].sort(), Object.keys(WITHOUT).sort());
  for (const name of ["default", "compile", "exportRun", "zipFiles", "startWorkers", "Dataset.fromFolder", "Sequential.load", "Sequential.predict", "Sequential.fit"]) {
    assert.ok(having.has(name), `${name} is found among ${[...having]}`);
  }
});

test("no signal is an argument of its own", () => {
  const alone = [];
  for (const [name, type] of exported()) {
    for (const signature of type.getCallSignatures()) {
      if (signature.getParameters().some((parameter) => kindsOf(parameter).some(({ symbol }) => symbol?.name === "AbortSignal"))) alone.push(name);
    }
  }
  assert.deepEqual(alone, []);
});
