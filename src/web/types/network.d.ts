/** Keras's activations by Keras's names; the activation `leaky_relu` has slope 0.2, the layer `LeakyReLU` 0.3. */
export type Activation =
  | "linear" | "relu" | "relu6" | "leaky_relu" | "elu" | "selu" | "gelu" | "silu" | "swish" | "softplus" | "sigmoid"
  | "tanh" | "hard_sigmoid" | "hard_silu" | "hard_swish" | "softmax";

/** The normal distributions are truncated at two standard deviations, as in Keras. */
export type Initializer =
  | "glorot_uniform" | "glorot_normal" | "he_uniform" | "he_normal" | "lecun_uniform" | "lecun_normal" | "zeros" | "ones";

/** One number for rows and columns, or `[rows, columns]`. */
export type Pair = number | [number, number];

/** The options of every layer with weights; `trainable: false` freezes it. */
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
  /** Keras's layer with both arguments given: `(x - mean) / sqrt(variance)` of each channel. */
  | { type: "Normalization"; mean: number[]; variance: number[]; name?: string }
  /** Subtracts from each picture its mean; with `std` also divides by its standard deviation. Keras has it only in ImageDataGenerator. */
  | { type: "SamplewiseNormalization"; std?: boolean; name?: string }
  | {
      /** The number of rows and columns of zeros: a number, `[rows, columns]`, or `[[top, bottom], [left, right]]`; 1 if not given. */
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
  /** A frozen one uses its moving statistics in training too, and does not change them. */
  | (LayerWithWeights & { type: "BatchNormalization"; momentum?: number; epsilon?: number })
  | { type: "Activation"; activation: Activation; name?: string }
  | { type: "ReLU"; maxValue?: number; negativeSlope?: number; threshold?: number; name?: string }
  | { type: "LeakyReLU"; negativeSlope?: number; name?: string }
  | { type: "Softmax"; name?: string }
  | {
      type: "MaxPooling2D" | "AveragePooling2D"; poolSize?: Pair; strides?: Pair; padding?: "valid" | "same";
      name?: string;
    }
  /** A vector, or with `keepdims` a picture of one pixel. */
  | { type: "GlobalAveragePooling2D" | "GlobalMaxPooling2D"; keepdims?: boolean; name?: string }
  /** `SpatialDropout2D` drops whole channels. */
  | { type: "Dropout" | "SpatialDropout2D"; rate: number; name?: string }
  | { type: "Flatten"; name?: string }
  /** `[units]` or `[rows, columns, channels]`; one number may be -1, for what is left. */
  | { type: "Reshape"; targetShape: number[]; name?: string }
  | (LayerWithWeights & {
      type: "Dense"; units: number; activation?: Activation; useBias?: boolean; kernelInitializer?: Initializer;
      kernelRegularizer?: Regularizer; biasRegularizer?: Regularizer;
    })
  | {
      /**
       * The sum of the outputs of `layers` and `shortcut` for one input: two branches in Keras's functional API.
       * Without `shortcut`, the input itself is added. `name` is that of the `Add` layer.
       */
      type: "Residual"; layers: LayerConfig[]; shortcut?: LayerConfig[]; name?: string;
    }
  | {
      /**
       * What two or more branches make of one input, channel after channel; a branch without layers is the input itself.
       * `name` is that of Keras's `Concatenate` layer.
       */
      type: "Concatenate"; branches: LayerConfig[][]; name?: string;
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
    /** The number of parameters that a fit changes: 0 if the layer is frozen. */
    trainable: number;
    /** The names of the layers whose outputs it takes; empty if it takes the picture. */
    inputs: string[];
  }[];
  parameters: number;
  trainable: number;
  /** The table as Keras's `model.summary()` prints it. */
  text: string;
}

/** What a weight is set to. */
export interface WeightValues {
  /** The axes are Keras's: `[rows, columns, in, out]` for the kernel of a convolution, `[in, out]` for that of a dense layer. */
  shape: number[];
  /** One after another, so that the index along the last axis changes fastest. */
  values: Float32Array | number[];
}

/** A weight of a network. */
export interface Weight extends WeightValues {
  /** `layer/kernel`, as Keras prints it. */
  name: string;
  values: Float32Array<ArrayBuffer>;
}

/** The options of `Sequential.create`. */
export interface CreateOptions {
  device?: DeviceChoice;
  /** Of the random weights; 1 if not given. */
  seed?: number;
  /**
   * What the network has learnt before: a file of pretrained weights, or where to fetch one. It is loaded by name into every
   * layer but the last. A preset that has learnt before takes the file that lies beside the package, if none is given.
   */
  weights?: string | URL | ArrayBuffer | Uint8Array | Blob;
  /** Gets the bytes of the weights that have come, and how many there will be; null if the server does not say. */
  onProgress?: ((loaded: number, total: number | null) => void) | null;
  /** Once it is aborted, such as while the weights come, `create` rejects with its reason, an `AbortError` if no other one was given. */
  signal?: AbortSignal | null;
}

/**
 * What a network was trained to take for pixels. "-1..1" is `tf` in keras.applications; "torch" has ImageNet's mean subtracted
 * and is divided by its standard deviation; "caffe" is blue, green, red with ImageNet's mean subtracted; "lite" has 127
 * subtracted and is divided by 128, as EfficientNet-Lite takes it.
 */
export type Pixels = "0..255" | "0..1" | "-1..1" | "torch" | "caffe" | "lite";

export type PresetName = "small" | "bench" | "resnet" | "mobilenet" | "tutorial4" | "tutorial3" | "efficientnet-lite0";

export interface Preset {
  name: PresetName;
  label: string;
  description: string;
  /**
   * Where its weights come along, the height and width of the pictures that suit them best; `create` loads them, and their
   * layers are frozen. Null where all weights start at random.
   */
  pretrainedSize: number | null;
}
