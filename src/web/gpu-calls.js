/**
 * Stands between the wasm and WebGPU, and spares calls that cost more than the kernels of a small network. burn asks for a new
 * bind group for every kernel that it starts, although a training step uses the buffers of the step before; and it submits
 * kernels and the copy of what is read apart.
 */

/**
 * @typedef {{ layout: object, entries: Iterable<{ resource: { buffer?: object, offset?: number, size?: number } }> }} Descriptor
 * What is used of WebGPU, which TypeScript does not know yet.
 * @typedef {object} Known the group of some first entries, of which this is the last, and what may come next, by its buffer
 * @property {number} [offset]
 * @property {number} [size]
 * @property {object} [group]
 * @property {WeakMap<object, Known[]>} next
 */

/** Beyond so many, all are forgotten: somebody trains one network after the other. */
const MOST = 4096;

let spared = false;

const MAP_READ = 1;

/** The device that is requested next is spared calls. Only the first call counts: burn opens one device. */
export function spareCalls() {
  const prototype = /** @type {any} */ (globalThis).GPUAdapter?.prototype;
  if (!prototype || spared) return;
  spared = true;
  const { requestDevice } = prototype;
  prototype.requestDevice = async function (/** @type {unknown[]} */ ...descriptor) {
    prototype.requestDevice = requestDevice;
    const device = await requestDevice.apply(this, descriptor);
    rememberBindGroups(device);
    submitTogether(device);
    return device;
  };
}

/**
 * The browser's own method of an object, looked up at each call, so that who counts calls at the prototype sees them all.
 *
 * @param {any} owner
 * @param {string} method
 */
function own(owner, method) {
  const prototype = Object.getPrototypeOf(owner);
  return (/** @type {unknown[]} */ ...args) => prototype[method].apply(owner, args);
}

/** @param {any} device */
function rememberBindGroups(device) {
  const createBindGroup = own(device, "createBindGroup");
  const createComputePipeline = own(device, "createComputePipeline");
  // A group holds the memory of its buffers. In weak maps, it goes as soon as the wasm lets one of them go.
  let layouts = /** @type {WeakMap<object, Known>} */ (new WeakMap());
  let count = 0;
  device.createBindGroup = (/** @type {Descriptor} */ descriptor) => {
    const first = layouts.get(descriptor.layout);
    let known = first ?? /** @type {Known} */ ({ next: new WeakMap() });
    if (!first) layouts.set(descriptor.layout, known);
    for (const { resource: { buffer, offset, size } } of descriptor.entries) {
      if (!buffer) return createBindGroup(descriptor); // a texture
      const parts = known.next.get(buffer) ?? [];
      if (parts.length === 0) known.next.set(buffer, parts);
      /** @type {Known | undefined} */
      let part = parts.find((one) => one.offset === offset && one.size === size);
      if (!part) parts.push((part = { offset, size, next: new WeakMap() }));
      known = part;
    }
    if (known.group) return known.group;
    if (++count > MOST) [layouts, count] = [new WeakMap(), 0];
    return (known.group = createBindGroup(descriptor));
  };
  device.createComputePipeline = (/** @type {object} */ descriptor) => {
    const pipeline = createComputePipeline(descriptor);
    const getBindGroupLayout = own(pipeline, "getBindGroupLayout");
    const made = /** @type {object[]} */ ([]);
    // A browser makes a new object each time, by which nothing would be found again.
    pipeline.getBindGroupLayout = (/** @type {number} */ index) => (made[index] ??= getBindGroupLayout(index));
    return pipeline;
  };
}

/**
 * What is submitted waits for the rest of what the wasm says at once, or until something has to come after it.
 *
 * @param {any} device
 */
function submitTogether(device) {
  const { queue } = device;
  const submit = own(queue, "submit");
  const createBuffer = own(device, "createBuffer");
  const waiting = /** @type {object[]} */ ([]);
  const flush = () => {
    if (waiting.length > 0) submit(waiting.splice(0));
  };
  /** @param {any} owner @param {string} method */
  const flushBefore = (owner, method) => {
    const original = own(owner, method);
    owner[method] = (/** @type {unknown[]} */ ...args) => {
      flush();
      return original(...args);
    };
  };
  queue.submit = (/** @type {object[]} */ commands) => {
    waiting.push(...commands);
    if (commands.length === 0) submit(waiting.splice(0)); // which tells the GPU to begin
    else if (waiting.length === commands.length) queueMicrotask(flush);
  };
  flushBefore(queue, "writeBuffer");
  flushBefore(queue, "onSubmittedWorkDone");
  device.createBuffer = (/** @type {{ usage: number }} */ descriptor) => {
    const buffer = createBuffer(descriptor);
    if (descriptor.usage & MAP_READ) flushBefore(buffer, "mapAsync");
    return buffer;
  };
}
