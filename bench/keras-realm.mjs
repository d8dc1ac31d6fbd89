/** Native Keras as a contender: a process of Python with TensorFlow, beside the host of the others. */

import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Python, python } from "./python.mjs";

const MINUTE = 60_000;
const SCRIPT = fileURLToPath(new URL("keras_contender.py", import.meta.url));
const VERSIONS = "import json, keras, safetensors, tensorflow; print(json.dumps({'keras': keras.__version__, 'tensorflow': tensorflow.__version__}))";

/** @implements {import("./host.mjs").Realm} */
export class KerasRealm extends Python {
  constructor() {
    super("Keras", SCRIPT);
  }

  ask(command, settings, ms) {
    const threads = settings.allThreads ? availableParallelism() : 1;
    return super.ask(command, command === "open" ? { ...settings, threads } : settings, ms);
  }
}

/**
 * Whether Keras can be measured here. What could not be installed is in KERAS_MISSING, which ./bench/run sets.
 *
 * @returns {{ versions: Record<string, string>, missing: null } | { versions: {}, missing: string }} `missing` is the reason
 */
export function findKeras() {
  const because = (missing) => ({ versions: {}, missing });
  if (process.env.KERAS_MISSING) return because(process.env.KERAS_MISSING);
  const { error, status, stdout, stderr } = spawnSync(python(), ["-c", VERSIONS], { encoding: "utf8", timeout: 2 * MINUTE });
  if (error) return because(`${python()} does not run (${error.message})`);
  if (status !== 0) return because(`${python()} has no Keras with TensorFlow (${stderr.trim().split("\n").at(-1)})`);
  return { versions: JSON.parse(stdout.trim().split("\n").at(-1)), missing: null };
}
