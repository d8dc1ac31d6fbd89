/**
 * Records the dispatches of a library, and times each by repeating it. This needs no change to the library and no
 * timestamps, which browsers round. It must be imported before the library requests its device.
 */

/** Long enough for the time of starting the work not to matter. */
const ENOUGH_MS = 50;
const ROUNDS = 3;

/** @typedef {{ name: string, pipeline: GPUComputePipeline, groups: [GPUBindGroup, number[]][], size: number[] }} Dispatch */

/** @type {WeakMap<GPUComputePipeline, string>} */
const names = new WeakMap();
/** The pipeline and bind groups set for the next dispatch of a pass. @type {WeakMap<GPUComputePassEncoder, { pipeline: any, groups: any[] }>} */
const states = new WeakMap();
/** @type {Dispatch[] | null} */
let recorded = null;
/** @type {GPUDevice} */
let device;

wrap(GPUAdapter, "requestDevice", (result) => {
  void result.then((taken) => (device = taken));
});
wrap(GPUDevice, "createComputePipeline", (pipeline, { label, compute }) => {
  names.set(pipeline, label || compute.entryPoint);
});
wrap(GPUCommandEncoder, "beginComputePass", (pass) => {
  states.set(pass, { pipeline: null, groups: [] });
});
wrap(GPUComputePassEncoder, "setPipeline", function (_, pipeline) {
  states.get(this).pipeline = pipeline;
});
wrap(GPUComputePassEncoder, "setBindGroup", function (_, index, group, offsets = []) {
  states.get(this).groups[index] = [group, [...offsets]];
});
wrap(GPUComputePassEncoder, "dispatchWorkgroups", function (_, ...size) {
  const { pipeline, groups } = states.get(this);
  recorded?.push({ name: names.get(pipeline) ?? "a kernel without a name", pipeline, groups: [...groups], size });
});

/** Wraps a method of the browser so that `note` is called with its result and its arguments. */
function wrap({ prototype }, method, note) {
  const original = prototype[method];
  prototype[method] = function (...args) {
    const result = original.apply(this, args);
    note.call(this, result, ...args);
    return result;
  };
}

/** @param {() => Promise<void>} work @returns {Promise<Dispatch[]>} in the order of the work */
export async function record(work) {
  recorded = [];
  await work();
  const all = recorded;
  recorded = null;
  return all;
}

/**
 * The milliseconds of a dispatch. It is repeated many times, so the results of the library are wrong afterwards.
 *
 * @param {Dispatch} dispatch
 */
export async function time(dispatch) {
  let count = 1;
  let best = await run(dispatch, count);
  for (; best < ENOUGH_MS; best = await run(dispatch, count)) count *= 2;
  for (let round = 1; round < ROUNDS; round++) best = Math.min(best, await run(dispatch, count));
  return best / count;
}

async function run({ pipeline, groups, size }, count) {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  groups.forEach(([group, offsets], index) => pass.setBindGroup(index, group, offsets));
  for (let i = 0; i < count; i++) pass.dispatchWorkgroups(...size);
  pass.end();
  const began = performance.now();
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();
  return performance.now() - began;
}
