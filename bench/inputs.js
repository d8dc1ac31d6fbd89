/** The weights and the pictures that every contender starts from, as run.mjs serves them. */

export const CLASSES = ["a", "b", "c", "d"];
const LAYERS = ["conv2d", "conv2d_1", "conv2d_2", "conv2d_3", "dense", "dense_1"];

/** @returns {Promise<Uint8Array>} tabfit's safetensors file: weights in Keras's names and layouts */
export const weightsFile = ({ imageSize }) => bytesOf(`/inputs/weights-${imageSize}.safetensors`);

/**
 * Kernel and bias of each layer, in their order.
 *
 * @returns {Promise<{ name: string, shape: number[], values: Float32Array }[]>}
 */
export async function weights(settings) {
  const { buffer } = await weightsFile(settings);
  const size = Number(new DataView(buffer).getBigUint64(0, true));
  const tensors = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, size)));
  const names = LAYERS.flatMap((layer) => [`${layer}/kernel`, `${layer}/bias`]);
  return names.map((name) => {
    const { shape, data_offsets } = tensors[name];
    const [from, to] = data_offsets.map((at) => 8 + size + at);
    return { name, shape, values: new Float32Array(buffer.slice(from, to)) };
  });
}

/** Pictures of noise as RGB bytes, and their labels. */
export async function pictures({ imageSize }) {
  const images = await bytesOf(`/inputs/pictures-${imageSize}.rgb`);
  const pixels = imageSize * imageSize * 3;
  const labels = Array.from({ length: images.length / pixels }, (_, i) => i % CLASSES.length);
  return { images, labels };
}

/** The same pictures in the order in which the page lists their folder. */
export async function picturesByClass({ imageSize }) {
  const { images, labels } = await pictures({ imageSize });
  const pixels = imageSize * imageSize * 3;
  const order = labels.map((_, i) => i).sort((a, b) => labels[a] - labels[b] || a - b);
  const sorted = new Uint8Array(images.length);
  order.forEach((from, to) => sorted.set(images.subarray(from * pixels, (from + 1) * pixels), to * pixels));
  return { images: sorted, labels: order.map((i) => labels[i]) };
}

/** Returns a function that gives the batch of a step, as bytes, like decoded pictures. */
export function batches({ images, labels }, { imageSize, batchSize }) {
  const pixels = imageSize * imageSize * 3;
  return (step) => {
    const [from, to] = [step * batchSize, (step + 1) * batchSize];
    return { pixels: images.subarray(from * pixels, to * pixels), labels: labels.slice(from, to) };
  };
}

async function bytesOf(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
