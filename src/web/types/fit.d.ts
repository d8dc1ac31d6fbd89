/** What can be monitored: "loss", "accuracy", a compiled metric by its name in the logs, and each after "val_". */
export type Metric = string;

/** When a callback saves: after every epoch, or after every so many batches. */
export type SaveFreq = "epoch" | number;
export type MonitorMode = "auto" | "min" | "max";

/** The callbacks of Keras with Keras's arguments and defaults. */
export type CallbackConfig =
  | {
      type: "EarlyStopping"; monitor?: Metric; minDelta?: number; patience?: number; mode?: MonitorMode;
      baseline?: number; restoreBestWeights?: boolean; startFromEpoch?: number;
    }
  | {
      type: "ReduceLROnPlateau"; monitor?: Metric; factor?: number; patience?: number; minDelta?: number;
      mode?: MonitorMode; cooldown?: number; minLr?: number;
    }
  | {
      /**
       * Files come as `file` events. `filepath` ends in `.tabfit`, or with `saveWeightsOnly` in `.safetensors`, which
       * `loadWeights` reads. It may hold `{epoch:02d}` and what is measured at every save, such as `{val_loss:.2f}`.
       */
      type: "ModelCheckpoint"; filepath: string; monitor?: Metric; saveBestOnly?: boolean; saveWeightsOnly?: boolean;
      mode?: MonitorMode; saveFreq?: SaveFreq; initialValueThreshold?: number;
    }
  | {
      /** A rate for each epoch, a schedule whose steps are epochs, or a function of the epoch (from 0) and the rate. */
      type: "LearningRateScheduler";
      schedule: number[] | Schedule | ((epoch: number, learningRate: number) => number | Promise<number>);
    }
  | { type: "CSVLogger"; filename: string; separator?: string; append?: boolean }
  | { type: "TerminateOnNaN" }
  | {
      /**
       * Writes Keras's event files below `logDir`; `updateFreq` says when those of batches. After every `imageFreq`
       * epochs (0, the default: never; not in Keras) also the confusion matrix and sample predictions of the validation
       * pictures. Keras's `write_images`, which draws weights, is not supported.
       */
      type: "TensorBoard"; logDir?: string; updateFreq?: "epoch" | "batch" | number; imageFreq?: number;
    }
  | {
      /**
       * Writes `backup.tabfit`, which `load` opens and `resume` goes on with. With `frozenApart`, which Keras does not have, the
       * weights of frozen layers are written only once, to `backup-frozen.safetensors`; `joinCheckpoint` makes one file of both.
       */
      type: "BackupAndRestore"; saveFreq?: SaveFreq; deleteCheckpoint?: boolean; frozenApart?: boolean;
    };

/**
 * The last argument of a hook, in the place of Keras's `self.model`; what a hook sets here takes effect when it has
 * returned. The network itself is busy while it trains: its methods throw a `BusyError`. Those of the handle answer for the network
 * as it is between two steps, one call at a time; the run waits for them, and no number of its history depends on them. They
 * reject once the hook has ended.
 */
export interface RunHandle
  extends Pick<Sequential, "evaluate" | "export" | "getWeights" | "gradCam" | "inside" | "predict" | "save"> {
  /** Whichever hook sets it: the run ends after the next step, or the running one, whose epoch is still validated and recorded. */
  stopTraining: boolean;
  /** Of the next step. If the optimizer has a schedule, setting it is a `ConfigError`, as in Keras. */
  learningRate: number;
}

/** Metrics by name; NaN and infinity are null. */
export type Logs = Record<string, number | null>;

/**
 * A person's own callback with Keras's hooks, which may be async. Epochs and batches count from 0, as in Keras. It acts
 * after the callbacks that are given as data, and before `BackupAndRestore` saves.
 */
export interface CustomCallback {
  onTrainBegin?(run: RunHandle): unknown;
  onEpochBegin?(epoch: number, logs: undefined, run: RunHandle): unknown;
  /** With this hook, every step waits for a read from the device. */
  onTrainBatchEnd?(batch: number, logs: Logs, run: RunHandle): unknown;
  onEpochEnd?(epoch: number, logs: Logs, run: RunHandle): unknown;
  onTrainEnd?(run: RunHandle): unknown;
}

/**
 * Random changes to the training pictures only: the arguments of Keras's ImageDataGenerator, and of its layers
 * RandomContrast and RandomErasing, which act after it; with Keras's distributions.
 */
export interface AugmentConfig {
  horizontalFlip?: boolean;
  verticalFlip?: boolean;
  /** Degrees: the angle is drawn from ±rotationRange. */
  rotationRange?: number;
  /**
   * How far pictures move sideways, and up or down. Below 1: up to ± this share. A whole number: by less than so many whole
   * pixels. Another number: up to ± so many pixels. A list: one of these, to either side; shares if all are below 1.
   */
  widthShiftRange?: number | number[];
  heightShiftRange?: number | number[];
  /** Degrees: the angle of shear is drawn from ±shearRange. */
  shearRange?: number;
  /** One factor for each axis is drawn from 1 ± zoomRange, or between two numbers; 2 shows all half as large. */
  zoomRange?: number | [number, number];
  /** What is added to all values, 0 to 255, is drawn from ±channelShiftRange. */
  channelShiftRange?: number;
  /** The factor of all values is drawn between these two. */
  brightnessRange?: [number, number];
  /** What is seen beyond the edge of a picture that was moved; "constant" shows the value `cval`, 0 to 255. */
  fillMode?: "nearest" | "constant" | "reflect" | "wrap";
  cval?: number;
  /** As Keras's: one number draws from 1 to 1 + it; two draw from 1 - the smaller to 1 + the larger. */
  randomContrast?: number | [number, number];
  /** As Keras's: a probability, squares of the height and width as shares, and what covers the rectangle (else noise). */
  randomErasing?: {
    factor?: number | [number, number];
    scale?: number | [number, number];
    fillValue?: number | [number, number, number];
  };
  /**
   * Not random: layers are put into the network, where they stay, so that it does the same to every later picture. With
   * "featurewise", each channel loses its mean over the training pictures and is divided by its standard deviation there;
   * with "samplewise", each picture is treated so by itself. The standard deviation brings the mean with it, as in Keras.
   */
  featurewiseCenter?: boolean;
  featurewiseStdNormalization?: boolean;
  samplewiseCenter?: boolean;
  samplewiseStdNormalization?: boolean;
}

/** A share that the seed draws. */
export interface DrawnSplit {
  /** Above 0 and below 1. */
  fraction: number;
  /** The same share of every class, as well as groups allow; true if not given. */
  stratified?: boolean;
  /** No group that `Dataset.revised` was given is divided; true if not given. */
  grouped?: boolean;
}

/** A fold of a cross-validation: each picture is in one of them, and the classes are spread evenly. */
export interface FoldSplit {
  /** 2 to 100. */
  folds: number;
  /** The one that is held out, counted from 0. All runs of a cross-validation have the same seed. */
  fold: number;
  /** No group that `Dataset.revised` was given is divided; true if not given. */
  grouped?: boolean;
}

export interface FitConfig {
  /** The last epoch; with `initialEpoch` 0, the number of epochs. */
  epochs?: number;
  /** The number of epochs that count as already trained. */
  initialEpoch?: number;
  batchSize?: number;
  /** Steps of an epoch; the next epoch goes on with the pictures after them. */
  stepsPerEpoch?: number;
  shuffle?: boolean;
  /** The seed of the split, the shuffle, the dropout and the augmentation; `create` has that of the weights. */
  seed?: number;
  /**
   * The share of the training part held out, or how it is drawn; ignored if the folder has a validation part, but for a fold, which
   * then takes its place. A mere share divides no group that `Dataset.revised` was given either.
   */
  validationSplit?: number | DrawnSplit | FoldSplit;
  /** For a mere share. "stratified": the same share of every class, chosen by the seed. "last": Keras's rule for arrays. */
  split?: "stratified" | "last";
  /** Evaluate the validation pictures after every so many epochs, or after these (counted from 1). */
  validationFreq?: number | number[];
  validationBatchSize?: number;
  augment?: AugmentConfig;
  /** By class name (1 if none is given), or "balanced": by how rare a class is; the loss is still divided by N. */
  classWeight?: "balanced" | Record<string, number>;
  /**
   * How much each training picture counts in the loss, in the order before any split. Given validation pictures all
   * count 1. Not together with `classWeight`.
   */
  sampleWeight?: number[];
  callbacks?: (CallbackConfig | CustomCallback)[];
}

/** The metrics of one epoch by Keras's names; NaN and infinity are null. */
export interface EpochRecord {
  epoch: number;
  loss: number | null;
  accuracy: number | null;
  val_loss?: number | null;
  val_accuracy?: number | null;
  /** The learning rate of the epoch, before callbacks changed it at its end. */
  learning_rate: number;
  /** The compiled metrics by name, and those of the validation pictures after `val_`. */
  [metric: string]: number | null | undefined;
}

/** A number of a run that `steer` changed. It holds from the next step on. */
export interface Change {
  /** The epoch of the next step, counted from 1. */
  epoch: number;
  /** The steps of this epoch before the change; 0 if it came before the epoch began. */
  step: number;
  what: "learningRate" | "dropout";
  /** The layer whose dropout was changed; null for the learning rate. */
  layer: string | null;
  from: number;
  to: number;
}

/** How numbers are spread: the root of the sum of their squares, and how many lie in equal intervals from `low` to `high`. */
export interface Spread {
  norm: number;
  low: number;
  high: number;
  counts: number[];
}

/** What a step did. */
export interface StepLook {
  epoch: number;
  step: number;
  /** Of its batch, before the update, with penalties on weights. */
  loss: number;
  learningRate: number;
  /** The pictures of its batch: the index of each among the training pictures of the folder, and of its class. */
  pictures: { index: number; label: number }[];
  /** The layers with weights: these after the update, the gradient before clipping, and the norm of the update. */
  layers: { name: string; weights: Spread; /** Null for a frozen layer. */ gradient: Spread | null; update: number | null }[];
}

/** What `steer` changes in a run that goes on. */
export interface Steering {
  /** Refused if the optimizer follows a schedule, as in Keras. Callbacks that set or lower the rate go on from this one. */
  learningRate?: number;
  /** The rate of all layers Dropout and SpatialDropout2D, from 0 to below 1; or of some of them, by their names. */
  dropout?: number | Record<string, number>;
}

export interface History {
  epochs: EpochRecord[];
  /** How the run ended: all epochs were trained, a callback stopped it, or the person did. */
  stopped: "completed" | "callback" | "aborted";
  /** What the curves show, by the rule that the documentation of `History::reading` states; one sentence. */
  reading: string;
  /** What callbacks did, one sentence each, e.g. "Epoch 7: learning rate reduced to 0.0003". */
  notes: string[];
  /** What a person changed by `steer` while the run went on. */
  changes: Change[];
}

export type FitEvent =
  | {
      type: "start"; epochs: number; steps: number; trainingImages: number; validationImages: number;
      device: DeviceInfo; /** Of the processor; 1 where a GPU trains. */ threads: number;
      /** What a person should know of the run, such as how often its frozen layers run; one sentence each. */
      notes: string[];
      /** What `steer` can change, and how it stands: the rate is null where it follows a schedule; dropout by layers. */
      steerable: { learningRate: number | null; dropout: Record<string, number> };
    }
  | {
      /**
       * From time to time, before the first step: of so many pictures it is known what the frozen layers at the front make of
       * them. It is computed once, unless `augment` changes the pictures or 512 MB are too little.
       */
      type: "features"; done: number; pictures: number; secondsLeft: number;
    }
  | ({
      /**
       * What frozen layers make of the pictures would be computed before the first step. Answered with a `Blob` of the parts of
       * `dataset.featurePart`, of a file of this name, the run takes it from there. A `restored-features` event follows.
       */
      type: "missing-features";
    } & FeatureFile)
  | ({
      /** The answer was read. `refusal`: why it is not used, as a clause that completes "The file …"; null if it is. */
      type: "restored-features"; refusal: string | null;
    } & FeatureFile)
  | {
      /** From time to time, the means over the epoch so far. */
      type: "batch"; epoch: number; step: number; steps: number; loss: number | null; accuracy: number | null;
      /** Of the next step. */
      learningRate: number; imagesPerSecond: number; secondsLeft: number;
    }
  | { /** From time to time while validation pictures are evaluated, and in `evaluate`. */ type: "test"; step: number; steps: number; secondsLeft: number }
  | {
      /**
       * What `lookAt` asked for: what a step did. `pixels`: for "next", the first pictures of its batch as the network saw them,
       * RGBA, one after another.
       */
      type: "step"; look: StepLook; pixels: Uint8Array<ArrayBuffer>;
    }
  | { /** What `steer` asked for holds from the next step on. */ type: "change"; changes: Change[] }
  | { type: "epoch"; record: EpochRecord; reading: string; seconds: number; notes: string[] }
  | {
      /**
       * A callback wrote a file; `bytes` is null when the file is no longer needed. With `onlyIfEmpty` the bytes
       * are a header, to be written only if the file has no content yet.
       */
      type: "file"; path: string; bytes: Uint8Array<ArrayBuffer> | null; append: boolean; onlyIfEmpty: boolean;
    };
