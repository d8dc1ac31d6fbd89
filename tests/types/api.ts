/** Compiled and never run: every option has its type. */

import init, {
  Dataset, exportRun, gpuInfo, ImageFolder, joinCheckpoint, kerasCode, onFatal, preset, presets, reportGpuFault, Sequential, serve, startWorkers, summarize,
  ZipFolder,
} from "../../pkg/tabfit.js";
import type {
  Answer, CallbackConfig, CompileConfig, CustomCallback, DatasetSummary, Details, DeviceChoice, DeviceInfo, DrawnSplit, Evaluation, ExportFormat, FeatureFile,
  FitConfig, FitEvent, FoldSplit, GradCam, History, Inside, LayerConfig, Loaded, Looks, LossConfig, MetricConfig, ModelFile, ModelInfo, ModelSummary,
  OptimizerConfig, Part, Picture, Pictures, Prediction, Preset, RunNeeds, Schedule, Weight, WeightValues,
} from "../../pkg/tabfit.js";

export const layers: LayerConfig[] = [
  { type: "Rescaling", scale: 1 / 255, offset: 0, name: "rescaling" },
  { type: "Normalization", mean: [1, 2, 3], variance: [1, 1, 1] },
  { type: "SamplewiseNormalization", std: true },
  { type: "ZeroPadding2D", padding: [[0, 1], [0, 1]], name: "border" },
  {
    type: "Conv2D", filters: 8, kernelSize: [3, 3], strides: 1, padding: "same", dilationRate: 1, activation: "relu",
    useBias: true, kernelInitializer: "he_normal", kernelRegularizer: { l1: 0, l2: 1e-4 }, biasRegularizer: { l2: 0 },
    trainable: false, name: "conv",
  },
  {
    type: "DepthwiseConv2D", kernelSize: 3, depthMultiplier: 2, depthwiseInitializer: "glorot_uniform",
    depthwiseRegularizer: { l1: 0 }, useBias: false,
  },
  {
    type: "SeparableConv2D", filters: 8, kernelSize: 3, depthMultiplier: 1, depthwiseInitializer: "ones",
    pointwiseInitializer: "lecun_normal", depthwiseRegularizer: {}, pointwiseRegularizer: { l2: 0 },
  },
  { type: "BatchNormalization", momentum: 0.99, epsilon: 1e-3, trainable: true, name: "norm" },
  { type: "Activation", activation: "gelu", name: "gelu" },
  { type: "ReLU", maxValue: 6, negativeSlope: 0, threshold: 0 },
  { type: "LeakyReLU", negativeSlope: 0.3 },
  { type: "Residual", layers: [{ type: "Activation", activation: "tanh" }], shortcut: [], name: "sum" },
  { type: "Concatenate", branches: [[{ type: "Activation", activation: "tanh" }], []], name: "joined" },
  { type: "Reshape", targetShape: [-1, 1, 4], name: "reshape" },
  { type: "GlobalAveragePooling2D", keepdims: true, name: "pixel" },
  { type: "MaxPooling2D", poolSize: 2, strides: [2, 2], padding: "valid", name: "max" },
  { type: "AveragePooling2D", poolSize: [2, 2], strides: 2, padding: "same", name: "mean" },
  { type: "Dropout", rate: 0.2, name: "dropout" },
  { type: "SpatialDropout2D", rate: 0.1 },
  { type: "Flatten", name: "flatten" },
  {
    type: "Dense", units: 2, activation: "linear", useBias: true, kernelInitializer: "zeros",
    kernelRegularizer: { l2: 1e-4 }, biasRegularizer: { l1: 0 }, trainable: true, name: "head",
  },
  { type: "Softmax" },
];
const pooled: LayerConfig[] = [{ type: "GlobalAveragePooling2D", name: "mean" }, { type: "GlobalMaxPooling2D", name: "max" }];

const rates: (number | Schedule)[] = [
  1e-3,
  { type: "ExponentialDecay", initialLearningRate: 1e-2, decaySteps: 100, decayRate: 0.9, staircase: true },
  { type: "CosineDecay", initialLearningRate: 0, decaySteps: 100, alpha: 0, warmupTarget: 1e-2, warmupSteps: 10 },
  { type: "PiecewiseConstantDecay", boundaries: [100], values: [1e-2, 1e-3] },
];
const shared = { learningRate: 1e-3, weightDecay: 0, clipnorm: 1 };
const optimizers: OptimizerConfig[] = [
  { type: "adam", ...shared, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: false },
  { type: "adamw", clipvalue: 1, beta1: 0.9 },
  { type: "sgd", globalClipnorm: 1, momentum: 0.9, nesterov: true },
  { type: "rmsprop", rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false },
  ...rates.map((learningRate): OptimizerConfig => ({ type: "sgd", learningRate })),
];
const losses: LossConfig[] = [
  "categorical_crossentropy", "sparse_categorical_crossentropy", "categorical_focal_crossentropy",
  { type: "CategoricalCrossentropy", labelSmoothing: 0.1 },
  { type: "SparseCategoricalCrossentropy" },
  { type: "CategoricalFocalCrossentropy", alpha: 0.25, gamma: 2, labelSmoothing: 0 },
];
const metrics: MetricConfig[] = [
  "accuracy", "acc", "categorical_accuracy", "top_k_categorical_accuracy", "precision", "recall", "f1", "f1_score", "auc",
  { type: "CategoricalAccuracy", name: "right" },
  { type: "TopKCategoricalAccuracy", k: 3, name: "top3" },
  { type: "Precision", thresholds: 0.5, className: "cat", name: "cats" },
  { type: "Recall", topK: 2, classId: 0 },
  { type: "F1Score", average: "macro", threshold: 0.5 },
  { type: "AUC", numThresholds: 200, curve: "PR", multiLabel: true },
];
const compiles: CompileConfig[] = [
  { optimizer: "rmsprop", metrics },
  ...optimizers.map((optimizer) => ({ optimizer })),
  ...losses.map((loss): CompileConfig => ({ optimizer: "adam", loss })),
];
const callbacks: CallbackConfig[] = [
  {
    type: "EarlyStopping", monitor: "val_loss", minDelta: 0, patience: 3, mode: "auto", baseline: 1,
    restoreBestWeights: true, startFromEpoch: 0,
  },
  {
    type: "ReduceLROnPlateau", monitor: "val_accuracy", factor: 0.1, patience: 2, minDelta: 1e-4, mode: "max",
    cooldown: 0, minLr: 0,
  },
  {
    type: "ModelCheckpoint", filepath: "best-{epoch}.tabfit", monitor: "val_loss", saveBestOnly: true,
    saveWeightsOnly: false, mode: "min", saveFreq: "epoch", initialValueThreshold: 0.5,
  },
  { type: "LearningRateScheduler", schedule: [1e-2, 1e-3] },
  { type: "LearningRateScheduler", schedule: { type: "ExponentialDecay", initialLearningRate: 1, decaySteps: 1, decayRate: 1 } },
  { type: "LearningRateScheduler", schedule: async (epoch, learningRate) => (epoch < 10 ? learningRate : learningRate / 2) },
  { type: "CSVLogger", filename: "log.csv", separator: ";", append: true },
  { type: "TerminateOnNaN" },
  { type: "TensorBoard", logDir: "logs", updateFreq: "batch", imageFreq: 5 },
  { type: "BackupAndRestore", saveFreq: 100, deleteCheckpoint: false, frozenApart: true },
];
const custom: CustomCallback = {
  onTrainBegin: (run) => console.log(run.learningRate),
  onEpochBegin: (epoch, _logs, run) => (run.learningRate = 1 / (epoch + 1)),
  onTrainBatchEnd: (batch, logs) => console.log(batch, logs["loss"]),
  onEpochEnd: async (_epoch, logs, run) => {
    run.stopTraining = (logs["val_accuracy"] ?? 0) > 0.99;
    const probabilities: number[] = (await run.predict(new Uint8Array(12288))).map(({ probability }) => probability);
    const weights: Weight[] = await run.getWeights();
    const files: ModelFile[] = await run.export("keras-file");
    console.log(probabilities, weights[0]?.name, files, await run.save(), await run.inside(), await run.gradCam(new Blob()));
  },
  onTrainEnd: () => console.log("done"),
};
const splits: (number | DrawnSplit | FoldSplit)[] = [
  0.2, { fraction: 0.2, stratified: true, grouped: false }, { fraction: 0.5 }, { folds: 5, fold: 0 }, { folds: 5, fold: 4, grouped: true },
];
const fits: FitConfig[] = [
  ...splits.map((validationSplit): FitConfig => ({ validationSplit })),
  {
    epochs: 2, initialEpoch: 1, batchSize: 32, stepsPerEpoch: 10, shuffle: true, seed: 1, validationSplit: 0.2,
    split: "stratified", validationFreq: 2, validationBatchSize: 64,
    augment: {
      horizontalFlip: true, verticalFlip: true, rotationRange: 10, widthShiftRange: 0.1, heightShiftRange: 0.1,
      shearRange: 5, zoomRange: 0.1, channelShiftRange: 20, brightnessRange: [0.8, 1.2], fillMode: "constant", cval: 9,
      featurewiseCenter: true, featurewiseStdNormalization: true, samplewiseCenter: true, samplewiseStdNormalization: true,
      randomContrast: 0.2, randomErasing: { factor: [0.2, 0.5], scale: 0.1, fillValue: [0, 0, 0] },
    },
    classWeight: "balanced", callbacks: [...callbacks, custom],
  },
  { augment: { widthShiftRange: [-3, 3], zoomRange: [0.5, 1], randomContrast: [0.1, 0.2], fillMode: "wrap" } },
  { split: "last", classWeight: { cat: 1, dog: 2 }, validationFreq: [1, 5, 10] },
  { sampleWeight: [1, 0.5] },
];

export async function everyCall(files: FileList, picture: File, archive: Blob, signal: AbortSignal): Promise<void> {
  await init();
  const loaded: Loaded = await init({ device: "auto", onProgress: (done: number, total: number | null) => console.log(done, total) });
  const { device, adapter, reason, memory } = loaded;
  console.log(device, adapter?.software, reason, memory.buffer.byteLength);
  onFatal((message: string) => console.log(message));
  const threads: number = await startWorkers(() => new Worker("helper.js", { type: "module" }), 4);
  await startWorkers(() => new Worker("helper.js"));
  serve();
  console.log(threads);
  reportGpuFault("lost");
  const gpu: DeviceInfo = await gpuInfo();
  const known: Preset[] = presets();

  const folder: Dataset = await Dataset.fromFolder(files, { imageSize: 64 });
  const entries = [{ path: "a/1.png", file: picture }];
  await Dataset.fromFolder(entries, { imageSize: 64, onPlan: (classes: number) => console.log(classes), onPicture: async (rgb, index, part) => console.log(rgb.length, index, part === "test") });
  await Dataset.fromFolder(await navigator.storage.getDirectory(), { imageSize: 64 });
  await Dataset.fromFolder(archive, { imageSize: 64 });
  const part = { images: new Uint8Array(12288), labels: new Uint32Array(1) };
  const { paths, parts: partNumbers, labels, contents }: Pictures = folder.pictures;
  const looks: Looks | null = folder.looks;
  const rgb: Uint8Array = folder.pixels(0);
  const revised: Dataset = folder.revised({ labels: labels.slice(), excluded: new Uint8Array(partNumbers.length), groups: null, onOneSide: true });
  console.log(paths[0], contents[0], looks?.length, rgb.length, revised.summary.counts);

  const arrays = Dataset.fromArrays({
    images: new Uint8ClampedArray(24576), labels: [0, 1], classNames: ["a", "b"], imageSize: 64,
    validation: part, test: part,
  });
  const summary: DatasetSummary = arrays.summary;
  const { imageSize, classNames }: { imageSize: number; classNames: string[] } = folder;

  const steps = new ImageFolder(["a/1.png"], 64);
  for (const index of steps.wanted) {
    const place: [string, number] = [steps.partOf(index), steps.classOf(index)];
    if (steps.inspect(index, new Uint8Array(1)) > 0) await steps.addEncoded(index, new Uint8Array(1));
    steps.add(index, new Uint8ClampedArray(64 * 64 * 4));
    steps.skip(index, `was not asked for, ${place}`);
  }
  const byHand: Dataset = steps.finish();
  const zip = new ZipFolder(archive);
  const bytes: Uint8Array = zip.read(zip.paths.indexOf("a/1.png"));

  const devices: DeviceChoice[] = ["auto", "webgpu", "cpu"];
  const network: Sequential = await Sequential.create("small", folder);
  await Sequential.create(layers, { imageSize: 64, classNames: ["a", "b"] }, "auto", 1);
  await Sequential.create({ imageSize: 64, layers: [...layers, ...pooled] }, ["a", "b"], devices[0], 7);
  await Sequential.create(preset("bench", imageSize, classNames.length), classNames, null);
  const onProgress = (loaded: number, total: number | null) => console.log(loaded, total ?? "");
  const sources = ["body.safetensors", new URL("https://a.example/b"), new ArrayBuffer(8), new Uint8Array(8), new Blob()];
  for (const weights of sources) await Sequential.create("efficientnet-lite0", folder, { device: "cpu", seed: 1, weights, onProgress, signal });
  const description: ModelSummary = summarize({ imageSize: 64, layers }, 2);

  for (const config of compiles) network.compile(config);
  for (const config of fits) await network.fit(folder, config);
  await network.fit(folder);
  const tell = async (event: FitEvent): Promise<Blob | void> => {
    if (event.type === "start") console.log(event.epochs, event.steps, event.trainingImages, event.validationImages, event.device, event.notes[0], event.steerable.learningRate, event.steerable.dropout["dropout"]);
    else if (event.type === "batch") console.log(event.epoch, event.step, event.loss, event.accuracy, event.imagesPerSecond, event.secondsLeft);
    else if (event.type === "epoch") console.log(event.record.val_loss, event.reading, event.seconds, event.notes);
    else if (event.type === "features") console.log(event.done, event.pictures, event.secondsLeft);
    else if (event.type === "missing-features") return new Blob([event.name]);
    else if (event.type === "restored-features") console.log(event.name, event.bytes, event.refusal?.length);
    else if (event.type === "test") console.log(event.step, event.steps, event.secondsLeft);
    else if (event.type === "step") console.log(event.look.layers[0]?.gradient?.counts, event.look.loss, event.pixels.length / event.look.pictures.length);
    else if (event.type === "change") console.log(event.changes[0]?.layer, event.changes.map(({ from, to }) => to - from));
    else console.log(event.path, event.bytes?.length, event.append, event.onlyIfEmpty);
  };
  const history: History = await network.fit(folder, { epochs: 1, signal }, tell);
  network.steer({ learningRate: 1e-4, dropout: 0.5 });
  network.steer({ dropout: { dropout: 0.5 } });
  network.lookAt("next");
  for (const steps of ["epochs", "none"] as const) network.lookAt(steps);
  const inside: Inside = await network.inside(picture);
  await network.inside();
  console.log(inside.filters?.pixels, inside.layers.map(({ layer, rows, columns, values, count, of }) => [layer, rows, columns, values, count / of]));
  const changed: [number, number, "learningRate" | "dropout"] | undefined = history.changes.map(({ epoch, step, what }): [number, number, "learningRate" | "dropout"] => [epoch, step, what])[0];
  console.log(changed);
  const stopped: "completed" | "callback" | "aborted" = history.stopped;
  const loss: number | null | undefined = history.epochs[0]?.loss;

  const unfinished: { epoch: number; step: number; epochs: number } | null = network.info.unfinished;
  const backup: Uint8Array<ArrayBuffer> = await network.checkpoint();
  const resumed: History = await (await Sequential.load(backup)).resume(folder, { callbacks: [custom] }, tell);
  await network.resume(folder);
  console.log(unfinished, resumed.notes);

  const evaluation: Evaluation = await network.evaluate(folder);
  await network.evaluate(folder, "validation");
  await network.evaluate(folder, null, { batchSize: 64, signal, onProgress: (done: number, total: number) => console.log(done / total) });
  await network.evaluate(folder, "test", { signal: new AbortController().signal }, (event) => void (event.type === "test" && event.step / event.steps));
  await network.remember(folder, null, (event) => void (event.type === "features" && event.done));
  const details: Details | undefined = (await network.evaluate(folder, "test", { details: true })).details;
  const numbers: number[] = [details?.pictures[0] ?? 0, details?.labels[0] ?? 0, details?.probabilities[0] ?? 0, details?.unlike?.[0] ?? 0];
  const parts: Part[] = network.parts(folder);
  const answers: Answer[] = await network.predict([picture, new Uint8Array(64 * 64 * 3)]);
  const strange: boolean = answers.some(({ unlike, error, predictions }) => error === null && (unlike ?? 0) > 1 && predictions.length > 0);
  const cam: GradCam = await network.gradCam(picture, "cat");
  const place: [number, number] = [cam.values[0] ?? 0, cam.rows * cam.columns];
  network.setTemperature(1.5);
  const temperature: number | null = network.temperature;
  console.log(numbers, parts, strange, place, temperature, network.info.temperature, network.info.remembers);
  const needs: RunNeeds = network.needs(folder, { batchSize: 64 });
  void (needs.frozen?.once && needs.frozen.share < 1 && needs.frozen.sentence);
  void (needs.batchSize < 64 && (needs.largestAllowed ?? needs.tabAllowed));
  const features: FeatureFile[] = folder.featureFiles();
  const last: Uint8Array<ArrayBuffer> = await folder.featurePart(features[0]?.name ?? "", (features[0]?.parts ?? 1) - 1);
  void (features.every(({ bytes }) => bytes > last.length));
  const matrix: number[][] = evaluation.confusionMatrix;
  const scores: (number | null | undefined)[] = [
    evaluation.metrics["auc"], evaluation.perClass[0]?.f1, evaluation.macroAverage.recall, evaluation.weightedAverage.precision,
  ];
  const predictions: Prediction[] = await network.predict(picture);
  await everyPicture(network);
  await network.predict(new Uint8Array(64 * 64 * 3));
  await network.predict(new Uint8ClampedArray(64 * 64 * 4));
  await network.predictEncoded(new Uint8Array(1));
  const info: ModelInfo = network.info;
  const saved: Uint8Array<ArrayBuffer> = await network.save();
  network.loadWeights(saved);
  const weights: Weight[] = await network.getWeights();
  network.setWeights(weights);
  network.setWeights(weights.map(({ shape, values }): WeightValues => ({ shape, values: [...values] })));
  await network.loadKerasWeights(new Uint8Array(1));
  await network.save({ includeOptimizer: true });
  const trainedOn: [number, string | undefined] = [info.optimizer.steps, info.manifest?.tabfit];
  const opened = await Sequential.load(saved);
  await Sequential.load(saved, "cpu");
  const formats: ExportFormat[] = ["safetensors", "tfjs", "onnx", "tflite", "keras", "keras-file"];
  const exported: ModelFile[] = await network.export(formats[0] ?? "tfjs");
  await Sequential.import(exported);
  const run: ModelFile[] = await exportRun(network, folder);
  const lists: Uint32Array[] = [folder.labels, folder.checksums];
  await Sequential.import(lists.length > 0 ? run : exported);
  const imported = await Sequential.import([{ name: "model.safetensors", bytes: new Uint8Array(1) }], "webgpu");
  imported.setPixels(imported.info.pixels.known ?? "-1..1");
  imported.setPixels(null);
  imported.setClassNames(imported.info.pixels.told ? ["cat", "dog"] : []);
  imported.setTrainable(["conv"], false);
  imported.replaceHead(["cat", "dog"]);
  imported.replaceHead(["cat", "dog"], 7);
  const python: string = kerasCode({ model: { imageSize: 64, layers }, classNames, compile: { optimizer: "sgd" }, fit: { epochs: 2 }, changes: history.changes });
  network.free();
  console.log(gpu, known, summary, byHand, bytes, description, stopped, loss, matrix, scores, predictions, info, trainedOn, opened, python);
}

/** Whatever a picture can be. */
async function everyPicture(network: Sequential): Promise<void> {
  const canvas = new OffscreenCanvas(8, 8);
  const pictures: Picture[] = [
    new Blob(), new ArrayBuffer(8), new Uint8Array(192), new Uint8ClampedArray(256), canvas, canvas.transferToImageBitmap(), new ImageData(8, 8),
    new VideoFrame(canvas, { timestamp: 0 }), document.createElement("canvas"), new Image(), document.createElement("video"),
  ];
  for (const picture of pictures) await network.predict(picture, { signal: AbortSignal.timeout(1000) });
  const answers: Answer[] = await network.predict(pictures, { signal: null, onProgress: (done: number, total: number) => console.log(done / total) });
  console.log(answers, await network.gradCam(canvas), await network.inside(canvas));
}
