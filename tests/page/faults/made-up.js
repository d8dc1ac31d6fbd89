/** Runs without training: descriptions, curves, and bytes with the heads of real files. */

/** What the browser says of an error, which nobody is to read. */
export const RAW = "raw words of the browser";

export const ABOUT = { name: "shapes", network: "small", began: "random", classNames: ["a", "b"], imageSize: 32, epochs: 9, device: "cpu", browser: "test" };
const record = (epoch) => ({ epoch, loss: 1 / epoch, accuracy: 0.5, val_accuracy: epoch / 10, learning_rate: 0.001 });
export const history = (epochs) => ({ epochs: Array.from({ length: epochs }, (_, i) => record(i + 1)), stopped: "completed", reading: "", notes: [] });

/** Bytes with the head of a `.tabfit` file. */
export function tabfitFile(epoch, ended = false, tag = epoch) {
  const epochs = history(epoch).epochs.map(({ epoch, ...logs }) => [epoch, logs]);
  const about = { model: { imageSize: 32 }, classNames: ["a", "b"], place: ended ? null : { epoch: epoch + 1, config: { epochs: 9 } }, history: { epochs, notes: [], reading: "" }, manifest: null };
  const head = new TextEncoder().encode(JSON.stringify({ __metadata__: { tabfit: JSON.stringify(about) } }));
  const bytes = new Uint8Array(8 + head.length + 3000 + epoch).fill(tag);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  return bytes;
}

export const start = { type: "start", device: { kind: "cpu" } };
export const file = (path, text, append = true) => ({ type: "file", path, bytes: new TextEncoder().encode(text), append, onlyIfEmpty: false });
export const backup = (epoch, tag = epoch) => ({ type: "file", path: "backup.tabfit", bytes: tabfitFile(epoch, false, tag), append: false, onlyIfEmpty: false });

export const imported = (name) => ({ about: { ...ABOUT, name, date: 1, epoch: 2, last: record(2), scores: {}, run: null, imported: "csv" }, history: history(2) });

/** Pictures, the second half of them of the test part, and what frozen layers make of them. */
export const folder = ({ classNames = ["a", "b"], contents = "abcd", features = [], bytes = 3000 }) => ({
  classNames, looks: null, freed: false,
  pictures: {
    contents: [...contents], labels: Uint32Array.from(contents, (_, i) => i % classNames.length),
    parts: Uint8Array.from(contents, (_, i) => (i < contents.length / 2 ? 0 : 2)), paths: [...contents],
  },
  featureFiles: () => features.map((name) => ({ name, bytes, parts: 2 })),
  featurePart: async (name, part) => new Uint8Array(bytes / 2).fill(part + name.length),
  free() {
    this.freed = true;
  },
});
