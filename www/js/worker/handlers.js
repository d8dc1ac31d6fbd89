/** What the trainer worker does for each command of the page. */

import { exportRun, historyCsv, kerasCode, presets, summarize, zipFiles } from "../../tabfit.js";
import { thumbnailOf } from "./thumbnail.js";
import { TrainerError } from "../shared/errors.js";
import { dropFeatures } from "./features.js";
import { care, groupsByName, pixelsOf, revise, takeRead } from "./care.js";
import { probe } from "./gpu.js";
import { promisedCores } from "./cores.js";
import { decisionsOfPictures, forgetDecisions, keepDecisions, keepFolds, keepGrouping, keptFolds, keptGrouping } from "./decisions.js";
import { evaluate } from "./evaluate.js";
import { drop, dropRuns, fileOf, forgetAll, listKept, openKept, publishKept, rename, setKeepNothing, takeOver } from "./kept.js";
import { loadFolder } from "./load-folder.js";
import { modelConfig, openNetwork } from "./make-network.js";
import { lookInside } from "./inside.js";
import { measure } from "./measure.js";
import { answersByPixels } from "./pixels.js";
import { importRuns, listRuns, noteRun, readRun } from "./run-list.js";
import { fit, goOn, unfinishedRun } from "./runs.js";
import { autosave, sendEvent, state, takeEntries, tasks, theNetwork, thePart, thePictures } from "./state.js";
import { inWords } from "./storage/reason.js";
import { startThreads } from "./threads.js";
import { startWarmUp } from "./warm-up.js";

/**
 * @import { Command, Replies } from "../shared/protocol.js"
 * @typedef {{ [T in Command["type"]]: (command: Extract<Command, { type: T }>) => Promise<Replies[T]> }} Handlers
 * @typedef {{ [T in Command["type"]]?: (reply: Replies[T]) => Transferable[] }} Transfers
 */

/** What is asked about the answers of a network, which is loaded when it is first asked. */
const studied = () => import("./study/commands.js").catch((error) => {
  throw new TrainerError("LoadError", `A part of this page could not be loaded (${error.message}); try again when the page's server can be reached.`);
});

/** How many answers are given for what a camera sees. */
const BEST = 5;

/** @type {Handlers} */
export const handlers = {
  async start() {
    const part = thePart();
    return { presets: presets(), cores: promisedCores, part: part.device, ...(await probe(part)) };
  },

  stored: () => tasks.runWhenFree(async () => {
    const unfinished = await unfinishedRun();
    return { unfinished, files: autosave.files, kept: await listKept(), trouble: autosave.trouble };
  }),

  async entries({ entries, first }) {
    if (first) state.entries = [];
    for (const entry of entries) state.entries.push(entry);
  },

  load({ imageSize, run, threads }) {
    return tasks.runAlone(async (signal) => {
      if (threads !== null) startThreads(threads);
      const entries = takeEntries();
      const next = await loadFolder(entries, imageSize, signal, {
        onPlan: (classes) => run && startWarmUp(run, imageSize, classes),
        onProgress: (done, total) => sendEvent({ type: "loading", done, total }),
      });
      takeRead(next.dataset, next.summary); // only now, so that an error above leaves the old pictures in place
      return { summary: next.summary, thumbnails: next.thumbnails };
    });
  },

  care: ({ parts }) => care(parts),
  revise: ({ changes }) => tasks.runInTurn(() => revise(changes)),
  pixels: async ({ pictures }) => pixelsOf(pictures),
  "groups-by-name": ({ pattern }) => groupsByName(pattern),

  async summary({ model, imageSize, classes }) {
    const config = modelConfig(model, imageSize, classes);
    return { layers: config.layers, summary: summarize(config, classes) };
  },

  measure: ({ config }) => tasks.runAside((signal) => measure(config, signal)),

  async "augmented-copies"({ picture, copies, augment, seed }) {
    const { dataset, summary } = thePictures();
    const { imageSize, counts } = summary;
    const index = picture % counts.training.reduce((sum, count) => sum + count);
    return { size: imageSize, pixels: dataset.augmentedCopies(index, copies, augment, seed) };
  },

  fit: ({ config }) => tasks.runAlone((signal) => fit(config, signal)),
  "go-on": ({ device, threads }) => tasks.runAlone((signal) => goOn(device, threads, signal)),

  async pause() {
    tasks.pause();
  },

  async resume() {
    tasks.resume();
  },

  async stop() {
    tasks.stop();
  },

  discard: () => tasks.runInTurn(() => inWords(() => autosave.discard()).then(() => publishKept())),
  forget: () => tasks.runInTurn(() => inWords(forgetAll)),
  "forget-features": () => tasks.runInTurn(() => inWords(dropFeatures)),
  "keep-nothing": ({ wished }) => tasks.runInTurn(() => inWords(() => setKeepNothing(wished))),
  "open-kept": ({ id, device }) => tasks.runInTurn(() => inWords(() => openKept(id, device))),
  rename: ({ id, name }) => inWords(() => rename(id, name)),
  drop: ({ id, weightsOnly }) => tasks.runInTurn(() => inWords(() => drop(id, weightsOnly))),
  "kept-file": ({ id, includeOptimizer }) => tasks.runInTurn(() => inWords(() => fileOf(id, includeOptimizer))),
  runs: listRuns,
  run: ({ id }) => inWords(() => readRun(id)),
  "drop-runs": ({ ids }) => tasks.runInTurn(() => inWords(() => dropRuns(ids))),
  note: ({ id, note }) => inWords(() => noteRun(id, note)),
  "import-runs": ({ runs }) => importRuns(runs),
  file: ({ path }) => inWords(() => autosave.file(path)),

  decisions: ({ more }) => tasks.runWhenFree(() => decisionsOfPictures(more)),
  "keep-decisions": ({ records }) => tasks.runWhenFree(() => keepDecisions(records)).finally(publishKept),
  "forget-decisions": () => tasks.runInTurn(() => inWords(forgetDecisions).then(() => publishKept())),
  grouping: () => keptGrouping(),
  "keep-grouping": ({ grouping }) => keepGrouping(grouping),
  folds: () => keptFolds(),
  "fold-done": ({ id, name, folds }) => inWords(() => rename(id, name, { folds })),
  "keep-folds": ({ plan }) => keepFolds(plan),

  async "all-files"() {
    const paths = autosave.files.map(({ path }) => path);
    return zipFiles(paths, await Promise.all(paths.map((path) => autosave.file(path))));
  },

  async steer({ change }) {
    if (!state.training) throw new TrainerError("ConfigError", "No run goes on that could be changed.");
    state.training.steer(change);
  },

  async "one-step"() {
    const { standing } = tasks;
    if (!state.training || !standing) throw new TrainerError("ConfigError", "No run is paused, so there is no step to run.");
    await standing; // a step that had begun before the pause is another one
    state.training?.lookAt("next");
    tasks.oneStep();
  },

  async watch({ wished }) {
    state.watching = wished;
    state.training?.lookAt(wished ? "epochs" : "none");
  },

  inside: ({ picture }) => lookInside(picture),

  evaluate: ({ part }) => tasks.runAlone((signal) => evaluate(part, signal)),
  study: (command) => studied().then((late) => late.study(command)),
  certainty: (command) => studied().then((late) => late.certainty(command)),
  curves: (command) => studied().then((late) => late.curves(command)),
  "at-threshold": (command) => studied().then((late) => late.atThreshold(command)),
  "label-issues": () => studied().then((late) => late.labelIssues()),
  calibrate: (command) => studied().then((late) => late.calibrate(command)),
  "grad-cam": (command) => studied().then((late) => late.gradCam(command)),
  compare: (command) => studied().then((late) => late.compare(command)),
  "predict-many": () => studied().then((late) => late.predictMany()),

  predict({ files }) {
    return tasks.runInTurn(async () => {
      const answers = await theNetwork().predict(files);
      // Some files are read by the wasm alone: such a picture has no thumbnail.
      const shown = await Promise.all(files.map((file) => thumbnailOf(file)));
      return answers.map((answer, at) => ({ name: files[at]?.name ?? "", thumbnail: answer.error ? null : shown[at] ?? null, ...answer }));
    });
  },

  answer: ({ picture }) => tasks.runInTurn(async () => {
    const begun = performance.now();
    const predictions = await theNetwork().predict(picture);
    return { best: predictions.slice(0, BEST), milliseconds: performance.now() - begun };
  }),

  async "history-csv"({ records }) {
    return historyCsv(records);
  },

  save: ({ includeOptimizer }) => tasks.runInTurn(() => theNetwork().save({ includeOptimizer })),

  export: ({ format, card }) => tasks.runInTurn(async () => {
    const files = await (format === "run" ? exportRun(theNetwork(), thePictures().dataset) : theNetwork().export(format));
    const [names, contents] = [files.map(({ name }) => name), files.map(({ bytes }) => new Blob([bytes]))];
    const content = await zipFiles(card ? [...names, "README.md"] : names, card ? [...contents, new Blob([card])] : contents);
    return { name: format === "run" ? "run.zip" : `model-${format}.zip`, content };
  }),

  async "keras-code"({ model, compile, fit, changes }) {
    const { imageSize, classNames } = thePictures().summary;
    if ("kept" in model || model.pretrained) {
      const sentence = "Keras code is written for a network that begins with random weights; fit this one, and download the network in memory as a Keras script.";
      throw new TrainerError("ConfigError", sentence);
    }
    return kerasCode({ model: modelConfig(model, imageSize, classNames.length), compile, fit, classNames, changes });
  },

  open({ files, device }) {
    return tasks.runInTurn(async () => {
      const next = await openNetwork(files, device, state.network);
      state.network?.free();
      Object.assign(state, { network: next, opened: true });
      autosave.unkept = false;
      await publishKept(false);
      return next.info;
    });
  },

  "set-pixels": ({ pixels }) => tasks.runInTurn(async () => {
    const network = theNetwork();
    network.setPixels(pixels);
    state.answers.clear();
    return network.info;
  }),

  "set-class-names": ({ classNames }) => tasks.runInTurn(async () => {
    const network = theNetwork();
    network.setClassNames(classNames);
    state.answers.clear();
    return network.info;
  }),

  "try-pixels": ({ file }) => tasks.runInTurn(() => answersByPixels(theNetwork(), file)),

  "hand-over": () => tasks.runInTurn(async () => {
    const { network, opened } = state;
    if (!network) return null;
    const bytes = await (network.info.unfinished ? network.checkpoint() : network.save({ includeOptimizer: true }));
    return { bytes, run: opened ? null : autosave.run?.id ?? null };
  }),

  "take-over": ({ bytes, run, device }) => tasks.runInTurn(() => takeOver(bytes, run, device)),

  info: () => tasks.runInTurn(async () => theNetwork().info),
};

/** What moves to the page instead of being copied, for replies with large data. @type {Transfers} */
export const transfers = {
  load: ({ thumbnails }) => thumbnails.flat(),
  revise: ({ thumbnails }) => thumbnails.flat(),
  pixels: ({ pixels }) => [pixels.buffer],
  inside: ({ inside: { filters, layers }, thumbnail }) =>
    [...layers, ...(filters ? [filters] : [])].map(({ pixels }) => /** @type {Transferable} */ (pixels.buffer)).concat(thumbnail ?? []),
  predict: (predicted) => predicted.flatMap(({ thumbnail }) => thumbnail ?? []),
  save: (bytes) => [bytes.buffer],
  "kept-file": (bytes) => [bytes.buffer],
};
