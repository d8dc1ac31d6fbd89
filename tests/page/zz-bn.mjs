import { launch } from "./chromium.mjs";
import { serve } from "./server.mjs";
const root = process.argv[2];
const server = await serve({ "/": root });
const browser = await launch();
const page = await browser.newPage();
await page.goto(`${server.url}examples/web/folder.html`);
for (const [preset, size, batch] of [["mobilenet", 96, 32], ["resnet", 64, 32], ["mobilenet", 64, 8]])
  for (const threads of [1, 2]) {
    const r = await page.evaluate(async ([url, preset, size, batch, threads]) => {
      const tabfit = await import(`${url}pkg/tabfit.js`);
      await tabfit.default({ device: "cpu" });
      await tabfit.startWorkers(() => new Worker(`${url}examples/web/helper.js`, { type: "module" }), threads);
      const count = batch * 4;
      const images = new Uint8Array(count * size * size * 3).map((_, i) => (i * 89 + (i >> 7)) % 251);
      const labels = Array.from({ length: count }, (_, i) => i % 2);
      const dataset = tabfit.Dataset.fromArrays({ images, labels, classNames: ["a", "b"], imageSize: size });
      const n = await tabfit.Sequential.create(preset, dataset, "cpu");
      let times = [], last, told;
      const h = await n.fit(dataset, { epochs: 4, batchSize: batch }, (e) => { if (e.type === "start") told = e.threads; if (e.type === "epoch") times.push(performance.now()); });
      const d = times.slice(1).map((x, i) => (x - times[i]) / 4);
      const loss = h.epochs.at(-1).loss;
      n.free(); dataset.free?.();
      return { told, ms: Math.min(...d), loss };
    }, [server.url, preset, size, batch, threads]);
    console.log(preset, size, batch, threads, JSON.stringify(r));
  }
await browser.close(); await server.close();
