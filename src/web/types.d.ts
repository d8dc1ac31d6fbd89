/** Where tensors live: the browser's WebGPU adapter, or the `flex` CPU backend compiled to wasm SIMD. */
export type DeviceKind = "webgpu" | "cpu";

/** "auto": WebGPU where there is a real adapter that computes rightly, else the CPU. */
export type DeviceChoice = "auto" | DeviceKind;

export interface DeviceInfo {
  kind: DeviceKind;
  /** What a person may read: the adapter's own description, or "CPU". */
  name: string;
  /** True when the adapter is a software rasteriser: WebGPU in name, the CPU in fact. */
  fallback: boolean;
}

/** The three parts a folder can have. A folder of plain class folders has only `training`. */
export type Part = "training" | "validation" | "test";

export interface SkippedFile {
  path: string;
  /** A clause that completes "… was skipped: it". */
  reason: string;
}

/** A picked file and its path inside the folder, `pets/cat/1.png`. */
export interface FolderEntry {
  path: string;
  file: Blob;
}

export interface FolderOptions {
  /** The height and width that every picture is stretched to, in pixels, 8 to 512. */
  imageSize: number;
}

/** Labelled pictures as arrays. */
export interface LabelledImages {
  /** RGB or RGBA, one picture after another, rows from the top: `labels.length * imageSize * imageSize * (3 or 4)` bytes. */
  images: Uint8Array | Uint8ClampedArray;
  /** For each picture an index into `classNames`. */
  labels: ArrayLike<number>;
}

/** The training pictures, and the parts that there are besides. */
export interface DatasetArrays extends LabelledImages {
  /** The height and width of every picture, in pixels, 8 to 512. */
  imageSize: number;
  classNames: string[];
  validation?: LabelledImages;
  test?: LabelledImages;
}

export interface DatasetSummary {
  imageSize: number;
  classNames: string[];
  /** Pictures per class, in the order of `classNames`; null where the folder has no such part. */
  counts: { training: number[]; validation: number[] | null; test: number[] | null };
  skipped: SkippedFile[];
  /** Sentences a person should read before training, e.g. a class with a single picture. */
  warnings: string[];
}

/** Keras's functions by Keras's names; the activation `leaky_relu` has slope 0.2, the layer `LeakyReLU` 0.3. */
export type Activation =
  | "linear" | "relu" | "relu6" | "leaky_relu" | "elu" | "selu" | "gelu" | "silu" | "swish" | "softplus" | "sigmoid"
  | "tanh" | "hard_sigmoid" | "hard_silu" | "hard_swish" | "softmax";

/** The normal ones are cut at two standard deviations, as Keras has them. */
export type Initializer =
  | "glorot_uniform" | "glorot_normal" | "he_uniform" | "he_normal" | "lecun_uniform" | "lecun_normal" | "zeros" | "ones";

/** One number for rows and columns, or `[rows, columns]`. */
export type Pair = number | [number, number];

/** What every layer with weights takes: `trainable: false` freezes it. */
interface LayerWithWeights {
  trainable?: boolean;
  name?: string;
}

interface ConvolutionOptions extends LayerWithWeights {
  kernelSize: Pair;
  strides?: Pair;
  padding?: "valid" | "same";
  dilationRate?: Pair;
  activation?: Activation;
  useBias?: boolean;
  biasRegularizer?: Regularizer;
}

/** One layer, by Keras's class name, with Keras's arguments in camelCase and Keras's defaults. */
export type LayerConfig =
  | { type: "Rescaling"; scale: number; offset?: number; name?: string }
  | {
      /** Rows and columns of zeros: a number, `[rows, columns]`, or `[[top, bottom], [left, right]]`; 1 if not given. */
      type: "ZeroPadding2D"; padding?: Pair | [[number, number], [number, number]]; name?: string;
    }
  | (ConvolutionOptions & {
      type: "Conv2D"; filters: number; kernelInitializer?: Initializer; kernelRegularizer?: Regularizer;
    })
  | (ConvolutionOptions & {
      type: "DepthwiseConv2D"; depthMultiplier?: number; depthwiseInitializer?: Initializer;
      depthwiseRegularizer?: Regularizer;
    })
  | (ConvolutionOptions & {
      type: "SeparableConv2D"; filters: number; depthMultiplier?: number; depthwiseInitializer?: Initializer;
      pointwiseInitializer?: Initializer; depthwiseRegularizer?: Regularizer; pointwiseRegularizer?: Regularizer;
    })
  /** Frozen, it normalizes by its moving statistics in training too, and leaves them as they are. */
  | (LayerWithWeights & { type: "BatchNormalization"; momentum?: number; epsilon?: number })
  | { type: "Activation"; activation: Activation; name?: string }
  | { type: "ReLU"; maxValue?: number; negativeSlope?: number; threshold?: number; name?: string }
  | { type: "LeakyReLU"; negativeSlope?: number; name?: string }
  | { type: "Softmax"; name?: string }
  | {
      type: "MaxPooling2D" | "AveragePooling2D"; poolSize?: Pair; strides?: Pair; padding?: "valid" | "same";
      name?: string;
    }
  | { type: "GlobalAveragePooling2D" | "GlobalMaxPooling2D"; name?: string }
  /** `SpatialDropout2D` leaves out whole channels. */
  | { type: "Dropout" | "SpatialDropout2D"; rate: number; name?: string }
  | { type: "Flatten"; name?: string }
  | (LayerWithWeights & {
      type: "Dense"; units: number; activation?: Activation; useBias?: boolean; kernelInitializer?: Initializer;
      kernelRegularizer?: Regularizer; biasRegularizer?: Regularizer;
    })
  | {
      /**
       * The sum of what `layers` and `shortcut` make of one input, two branches of Keras's functional API;
       * without `shortcut`, the input itself is added. `name` is that of the `Add` layer.
       */
      type: "Residual"; layers: LayerConfig[]; shortcut?: LayerConfig[]; name?: string;
    };

/** A Keras network for square RGB pictures; it must end in a softmax over the classes, as `Dense(classes, softmax)` does. */
export interface ModelConfig {
  imageSize: number;
  layers: LayerConfig[];
}

export interface ModelSummary {
  layers: {
    name: string;
    type: string;
    /** `[height, width, channels]`, or `[units]` after Flatten. */
    outputShape: number[];
    parameters: number;
    /** Those a fit moves: 0 where the layer is frozen. */
    trainable: number;
    /** The layers it reads, by name; none for the picture. */
    inputs: string[];
  }[];
  parameters: number;
  trainable: number;
  /** The table as Keras's `model.summary()` prints it. */
  text: string;
}

export type PresetName = "small" | "bench" | "resnet" | "mobilenet" | "tutorial4" | "tutorial3";

export interface Preset {
  name: PresetName;
  label: string;
  description: string;
}

/** A rate as a function of the step, counted from 0; the formulas are Keras's. */
export type Schedule =
  | { type: "ExponentialDecay"; initialLearningRate: number; decaySteps: number; decayRate: number; staircase?: boolean }
  | {
      type: "CosineDecay"; initialLearningRate: number; decaySteps: number; alpha?: number; warmupTarget?: number;
      warmupSteps?: number;
    }
  | { type: "PiecewiseConstantDecay"; boundaries: number[]; values: number[] };

/** What every optimizer takes; at most one of the three kinds of clipping. */
interface OptimizerOptions {
  learningRate?: number | Schedule;
  weightDecay?: number;
  clipnorm?: number;
  clipvalue?: number;
  globalClipnorm?: number;
}

export type OptimizerConfig = OptimizerOptions & (
  | { type: "adam" | "adamw"; beta1?: number; beta2?: number; epsilon?: number; amsgrad?: boolean }
  | { type: "sgd"; momentum?: number; nesterov?: boolean }
  | { type: "rmsprop"; rho?: number; momentum?: number; epsilon?: number; centered?: boolean });

/** Computed from logits, as Keras does when the network ends in softmax. */
export type LossConfig =
  | "categorical_crossentropy" | "sparse_categorical_crossentropy" | "categorical_focal_crossentropy"
  | { type: "CategoricalCrossentropy"; labelSmoothing?: number }
  | { type: "SparseCategoricalCrossentropy" }
  | { type: "CategoricalFocalCrossentropy"; alpha?: number; gamma?: number; labelSmoothing?: number };

/** Adds `l1 Σ|w| + l2 Σ w²` to the loss. */
export interface Regularizer {
  l1?: number;
  l2?: number;
}

/** A class, by its name or its index from 0; at most one of the two. */
interface ClassChoice {
  className?: string;
  classId?: number;
}

/**
 * One of Keras's metrics, by name with its defaults or by class with arguments. A name is also its name in the logs;
 * an object is logged under `name`, or else Keras's default (`precision`), followed by the class where one is chosen
 * (`precision_glioma`), followed by `_1`, `_2` where that is taken. None is weighted by `classWeight`, as in Keras.
 */
export type MetricConfig =
  | "accuracy" | "acc" | "categorical_accuracy" | "top_k_categorical_accuracy" | "precision" | "recall" | "f1"
  | "f1_score" | "auc"
  | { type: "CategoricalAccuracy" | "SparseCategoricalAccuracy"; name?: string }
  | { type: "TopKCategoricalAccuracy" | "SparseTopKCategoricalAccuracy"; k?: number; name?: string }
  /** Over all entries of the table of scores, predicted above `thresholds` (0.5) or among the `topK` of a picture. */
  | ({ type: "Precision" | "Recall"; thresholds?: number; topK?: number; name?: string } & ClassChoice)
  /** Without `average`: `f1_score_CLASS` for each class, and their mean as `f1_score`. */
  | ({
      type: "F1Score"; average?: "micro" | "macro" | "weighted" | null; threshold?: number; name?: string;
    } & ClassChoice)
  | ({ type: "AUC"; numThresholds?: number; curve?: "ROC" | "PR"; multiLabel?: boolean; name?: string } & ClassChoice);

export interface CompileConfig {
  /** A name alone stands for Keras's defaults. */
  optimizer: OptimizerConfig | OptimizerConfig["type"];
  loss?: LossConfig;
  /** Accuracy is always measured. */
  metrics?: MetricConfig[];
}

/** What can be monitored: "loss", "accuracy", a compiled metric by its name in the logs, and each after "val_". */
export type Metric = string;

/** When a callback saves: after every epoch, or after so many batches. */
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
      /** Files come as `file` events. `filepath` ends in `.tabfit` (`.safetensors` with `saveWeightsOnly`). */
      type: "ModelCheckpoint"; filepath: string; monitor?: Metric; saveBestOnly?: boolean; saveWeightsOnly?: boolean;
      mode?: MonitorMode; saveFreq?: SaveFreq; initialValueThreshold?: number;
    }
  | {
      /** A rate per epoch, a schedule whose steps are epochs, or a function of the epoch (from 0) and the rate. */
      type: "LearningRateScheduler";
      schedule: number[] | Schedule | ((epoch: number, learningRate: number) => number | Promise<number>);
    }
  | { type: "CSVLogger"; filename: string; separator?: string; append?: boolean }
  | { type: "TerminateOnNaN" }
  | {
      /**
       * Writes the event files of Keras below `logDir`, those of batches by `updateFreq`; after every `imageFreq`
       * epochs (0: never; not in Keras) also the confusion matrix and sample predictions of the validation pictures.
       */
      type: "TensorBoard"; logDir?: string; updateFreq?: "epoch" | "batch" | number; imageFreq?: number;
    }
  | { /** Writes `backup.tabfit`, which `load` opens and `resume` goes on with. */ type: "BackupAndRestore"; saveFreq?: SaveFreq; deleteCheckpoint?: boolean };

/** The last argument of a hook: what is set here takes effect when the hook has returned. */
export interface RunHandle {
  stopTraining: boolean;
  learningRate: number;
}

/** What was measured; null where it is not a number. */
export type Logs = Record<string, number | null>;

/**
 * A callback of one's own, with Keras's hooks; epochs and batches count from 0, as in Keras. A hook may be
 * async: the run waits for it. They act after the callbacks that are given as data.
 */
export interface CustomCallback {
  onTrainBegin?(run: RunHandle): unknown;
  onEpochBegin?(epoch: number, logs: undefined, run: RunHandle): unknown;
  /** Costs a read of the device in every step. */
  onTrainBatchEnd?(batch: number, logs: Logs, run: RunHandle): unknown;
  onEpochEnd?(epoch: number, logs: Logs, run: RunHandle): unknown;
  onTrainEnd?(run: RunHandle): unknown;
}

/** Random changes to training pictures only, in the words of Keras's ImageDataGenerator. */
export interface AugmentConfig {
  horizontalFlip?: boolean;
  verticalFlip?: boolean;
  /** Degrees: the angle is drawn from ±rotationRange. */
  rotationRange?: number;
  /** Fractions of the width and height. */
  widthShiftRange?: number;
  heightShiftRange?: number;
  /** The zoom is drawn from 1 ± zoomRange. */
  zoomRange?: number;
  /** The brightness factor is drawn from 1 ± brightnessRange. */
  brightnessRange?: number;
}

export interface FitConfig {
  /** The last epoch; with `initialEpoch` 0, the number of epochs. */
  epochs?: number;
  /** Epochs that count as done. */
  initialEpoch?: number;
  batchSize?: number;
  /** Steps of an epoch; the next epoch goes on with the pictures after them. */
  stepsPerEpoch?: number;
  shuffle?: boolean;
  /** One seed for the split, the shuffle, the weights, the dropout and the augmentation. */
  seed?: number;
  /** The share of the training part held out; a validation part of the folder wins over it. */
  validationSplit?: number;
  /** "stratified": seeded, the same share of every class. "last": Keras's rule for arrays. */
  split?: "stratified" | "last";
  /** Judge the validation pictures every so many epochs, or after these (from 1). */
  validationFreq?: number | number[];
  validationBatchSize?: number;
  augment?: AugmentConfig;
  /** By class name (1 where none is given), or by how rare a class is; the loss is still divided by N. */
  classWeight?: "balanced" | Record<string, number>;
  /** How much each training picture counts, in their order before any split. Not together with `classWeight`. */
  sampleWeight?: number[];
  callbacks?: (CallbackConfig | CustomCallback)[];
}

/** One epoch as Keras's History names it. A value is null where it is not a number. */
export interface EpochRecord {
  epoch: number;
  loss: number | null;
  accuracy: number | null;
  val_loss?: number | null;
  val_accuracy?: number | null;
  /** The rate used during the epoch, before any callback changed it. */
  learning_rate: number;
  /** The compiled metrics by name, and those of the validation pictures after `val_`. */
  [metric: string]: number | null | undefined;
}

export interface History {
  epochs: EpochRecord[];
  /** How the run ended: all epochs done, a callback's decision, or the person's. */
  stopped: "completed" | "callback" | "aborted";
  /** What the curves show, by the rule stated in `history.rs`; one sentence. */
  reading: string;
  /** What callbacks did, one sentence each, e.g. "Epoch 7: learning rate reduced to 0.0003". */
  notes: string[];
}

export type FitEvent =
  | {
      type: "start"; epochs: number; steps: number; trainingImages: number; validationImages: number;
      device: DeviceInfo; /** Of the processor; 1 where a GPU trains. */ threads: number;
    }
  | {
      /** After a light read: running means of the epoch so far. */
      type: "batch"; epoch: number; step: number; steps: number; loss: number | null; accuracy: number | null;
      imagesPerSecond: number; secondsLeft: number;
    }
  | { type: "epoch"; record: EpochRecord; reading: string; seconds: number; notes: string[] }
  | {
      /**
       * A callback wrote a file; `bytes` is null when the file is no longer needed. With `onlyIfEmpty` the bytes are
       * a header that a file with content already has.
       */
      type: "file"; path: string; bytes: Uint8Array<ArrayBuffer> | null; append: boolean; onlyIfEmpty: boolean;
    };

/** How well one class, or the average class, is told from the rest. A number that is not defined is null. */
interface Scores {
  precision: number | null;
  recall: number | null;
  f1: number | null;
  /** The exact area under the ROC curve, one class against the rest. */
  auc: number | null;
}

export interface Evaluation {
  images: number;
  loss: number | null;
  accuracy: number;
  /** Loss, accuracy and every compiled metric by name, as Keras's `evaluate(return_dict=True)`. */
  metrics: Record<string, number | null>;
  classNames: string[];
  /** `confusionMatrix[truth][predicted]`, in the order of `classNames`. */
  confusionMatrix: number[][];
  /** In the order of `classNames`; `support` is the number of pictures. */
  perClass: (Scores & { className: string; support: number })[];
  /** Over the classes that have pictures, each counting the same. */
  macroAverage: Scores;
  /** Over the same, each weighted by its pictures. */
  weightedAverage: Scores;
}

export interface Prediction {
  className: string;
  probability: number;
}

export interface ModelInfo {
  classNames: string[];
  imageSize: number;
  device: DeviceInfo;
  summary: ModelSummary;
  /** The history stored with the network; null before the first fit. */
  history: History | null;
  /** Where a stopped run stands that `resume` can go on with: the epoch (from 1) and the steps of it that are done. */
  unfinished: { epoch: number; step: number; epochs: number } | null;
}

/** safetensors: `model.safetensors`. tfjs: `model.json`, `group1-shard1of1.bin`. onnx: `model.onnx`. keras: `model.py`, `model.safetensors`. */
export type ExportFormat = "safetensors" | "tfjs" | "onnx" | "keras";

export interface ModelFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** What `kerasCode` writes as a Python script. */
export interface KerasCode {
  model: ModelConfig;
  classNames: string[];
  compile?: Partial<CompileConfig>;
  fit?: FitConfig;
}
