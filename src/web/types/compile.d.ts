/** A learning rate as a function of the step, counted from 0; the formulas are Keras's. */
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

/** The loss is computed from the logits, as in Keras when the network ends in softmax. */
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

/** The class that a metric is for, by its name or its index from 0; at most one of the two. */
interface ClassChoice {
  className?: string;
  classId?: number;
}

/**
 * One of Keras's metrics, by name with its defaults or by class with arguments. A name is also its name in the logs;
 * an object is logged under `name`, or else Keras's default (`precision`), followed by the class where one is chosen
 * (`precision_glioma`), followed by `_1`, `_2` where that is taken. As in Keras, no metric is weighted by `classWeight`.
 */
export type MetricConfig =
  | "accuracy" | "acc" | "categorical_accuracy" | "top_k_categorical_accuracy" | "precision" | "recall" | "f1"
  | "f1_score" | "auc"
  | { type: "CategoricalAccuracy" | "SparseCategoricalAccuracy"; name?: string }
  | { type: "TopKCategoricalAccuracy" | "SparseTopKCategoricalAccuracy"; k?: number; name?: string }
  /** Over the probabilities of all classes; predicted are those above `thresholds` (0.5) or the `topK` of a picture. */
  | ({ type: "Precision" | "Recall"; thresholds?: number; topK?: number; name?: string } & ClassChoice)
  /** Without `average`: `f1_score_CLASS` for each class, and their mean as `f1_score`. */
  | ({
      type: "F1Score"; average?: "micro" | "macro" | "weighted" | null; threshold?: number; name?: string;
    } & ClassChoice)
  | ({ type: "AUC"; numThresholds?: number; curve?: "ROC" | "PR"; multiLabel?: boolean; name?: string } & ClassChoice);

export interface CompileConfig {
  /** A name alone has Keras's defaults. */
  optimizer: OptimizerConfig | OptimizerConfig["type"];
  loss?: LossConfig;
  /** Accuracy is always measured. */
  metrics?: MetricConfig[];
}
