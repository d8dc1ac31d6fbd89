/** The peak speed of the adapter: float32 multiplications and additions in registers, and nothing else. */

import { contend } from "./contend.js";

const THREADS = 1 << 18;
const GROUP = 256;
/** Sums per thread, and additions to each per turn. A GPU is fastest with several independent sums, a processor with few. */
const SHAPES = [[1, 64], [4, 16], [8, 8]];
/** Long enough for the time of starting the work not to matter. */
const ENOUGH_MS = 100;
const ROUNDS = 5;

let device;

contend({
  async open() {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
    device = await adapter?.requestDevice();
    return null; // the counters find out which adapter it is
  },

  more: {
    async ready() {},

    /** @returns {Promise<number>} FLOP/s of the fastest round */
    async peak() {
      let most = 0;
      for (const [sums, times] of SHAPES) most = Math.max(most, await speed(sums, times));
      return most;
    },
  },
});

async function speed(sums, times) {
  const compute = { module: device.createShaderModule({ code: code(sums, times) }), entryPoint: "peak" };
  const pipeline = device.createComputePipeline({ layout: "auto", compute });
  const out = device.createBuffer({ size: THREADS * 16, usage: GPUBufferUsage.STORAGE });
  const turns = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
  const entries = [out, turns].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  const run = async (count) => {
    device.queue.writeBuffer(turns, 0, new Uint32Array([count]));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(THREADS / GROUP);
    pass.end();
    const began = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - began;
  };
  let count = 1;
  await run(count); // compiles the kernel
  while ((await run(count)) < ENOUGH_MS) count *= 2;
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) best = Math.min(best, await run(count));
  out.destroy();
  // Each vector has four numbers, and each is multiplied and added to.
  return (THREADS * count * 2 * 4 * sums * times * 1000) / best;
}

function code(sums, times) {
  const each = (line) => Array.from({ length: sums }, (_, i) => line(`sum${i}`, i)).join("\n");
  return `
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<uniform> turns: u32;
@compute @workgroup_size(${GROUP})
fn peak(@builtin(global_invocation_id) id: vec3u) {
  let factor = vec4f(0.999);
  let more = vec4f(0.001);
  ${each((sum, i) => `var ${sum} = vec4f(f32(id.x + ${i}u));`)}
  for (var turn = 0u; turn < turns; turn++) {
    ${each((sum) => `${sum} = fma(${sum}, factor, more);\n`).repeat(times)}
  }
  out[id.x] = ${each((sum) => sum).replaceAll("\n", " + ")};
}`;
}
