/** What the adapter computes at most: multiplications and additions of float32 in registers, and nothing else. */

import { contend } from "./contend.js";

const THREADS = 1 << 20;
const GROUP = 256;
const SUMS = ["a", "b", "c", "d", "e", "f", "g", "h"];
const TIMES = 4;
/** Of a turn of a thread: every number of every vector is multiplied and added to. */
const FLOPS = 2 * 4 * SUMS.length * TIMES;
/** So long that starting the work is nothing beside it. */
const ENOUGH_MS = 100;
const ROUNDS = 5;

const lines = (line) => SUMS.map(line).join("\n");
const CODE = `
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<uniform> turns: u32;
@compute @workgroup_size(${GROUP})
fn peak(@builtin(global_invocation_id) id: vec3u) {
  let factor = vec4f(0.999);
  let more = vec4f(0.001);
  ${lines((sum, i) => `var ${sum} = vec4f(f32(id.x + ${i}u));`)}
  for (var turn = 0u; turn < turns; turn++) {
    ${lines((sum) => `${sum} = ${sum} * factor + more;`).repeat(TIMES)}
  }
  out[id.x] = ${SUMS.join(" + ")};
}`;

let device;

contend({
  async open() {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
    device = await adapter?.requestDevice();
    return null; // the counters have seen which adapter it is
  },

  more: {
    /** @returns {Promise<number>} FLOP/s: the best of some rounds, for it is the most that is looked for */
    async peak() {
      const compute = { module: device.createShaderModule({ code: CODE }), entryPoint: "peak" };
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
      await run(count); // compiles it
      while ((await run(count)) < ENOUGH_MS) count *= 2;
      let best = Infinity;
      for (let round = 0; round < ROUNDS; round++) best = Math.min(best, await run(count));
      return (THREADS * count * FLOPS * 1000) / best;
    },
  },
});
