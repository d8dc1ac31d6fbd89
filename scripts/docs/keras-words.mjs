/** What tabfit's settings are called in Keras, and how both are written down. */

/** Arguments whose name in Keras is not the same in snake case. */
const RENAMED = { beta1: "beta_1", beta2: "beta_2" };

const OPTIMIZERS = { adam: "Adam", adamw: "AdamW", sgd: "SGD", rmsprop: "RMSprop" };

const snake = (/** @type {string} */ name) => RENAMED[name] ?? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const quoted = (/** @type {string} */ text) => JSON.stringify(text);

/** A number of Python with as many digits as JavaScript shows. */
const number = (/** @type {number} */ value) => (Number.isInteger(value) ? String(value) : String(value).replace(/^(\d)e-(\d)$/, "$1e-0$2"));

/** A value as Python has it; an object is a dictionary. @param {unknown} value @returns {string} */
export function python(value) {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  return `{${Object.entries(value).map(([key, one]) => `${/^\d+$/.test(key) ? key : quoted(key)}: ${python(one)}`).join(", ")}}`;
}

/** A value as JavaScript has it. @param {unknown} value @returns {string} */
export function javascript(value) {
  if (Array.isArray(value)) return `[${value.map(javascript).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, one]) => `${/^[A-Za-z]\w*$/.test(key) ? key : quoted(key)}: ${javascript(one)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** The arguments of a setting as Python's keyword arguments. @param {Record<string, unknown>} settings */
function keywords(settings) {
  return Object.entries(settings).filter(([key]) => key !== "type").map(([key, value]) => `${snake(key)}=${argument(key, value)}`).join(", ");
}

/** @param {string} key @param {unknown} value */
function argument(key, value) {
  if (key.endsWith("Regularizer")) return `keras.regularizers.L1L2(${keywords(/** @type {any} */ (value))})`;
  if (key === "learningRate" && value instanceof Object) return made("optimizers.schedules", /** @type {any} */ (value));
  return python(value);
}

/** A call of one of Keras's classes. @param {string} room @param {{ type: string }} settings */
export const made = (room, settings) => `keras.${room}.${OPTIMIZERS[settings.type] ?? settings.type}(${keywords(settings)})`;

/** A layer of tabfit in Keras; what joins branches is a layer that is called with their ends. @param {any} layer */
export function layer(layer) {
  if (layer.type === "Residual") return "keras.layers.Add()([body, shortcut])";
  if (layer.type === "Concatenate") return "keras.layers.Concatenate()([first, second, …])";
  return made("layers", layer);
}

/** The same without what it holds. @param {any} layer */
export function shown(layer) {
  const inside = { layers: "[…]", shortcut: "[…]", branches: "[[…], […]]" };
  const text = javascript(Object.fromEntries(Object.entries(layer).map(([key, value]) => [key, inside[key] && value.length > 0 ? `@${key}` : value])));
  return text.replaceAll(/"@(\w+)"/g, (_, key) => inside[key]);
}
