//! Layers as data: Keras's class names, arguments and defaults. Each layer says what shape it makes of its input,
//! which weights it has and how it runs.

#![expect(missing_docs, reason = "the layers' arguments are Keras's, under Keras's names")]

mod activation;
mod config;
mod convolution;
mod dense;
mod depthwise;
mod dropout;
mod kind;
mod normalization;
mod pooling;
mod reshaping;
mod standardization;

pub use self::{
    activation::{ActivationLayer, LeakyReLU, ReLU, Softmax},
    config::{Add, Concatenate, LayerConfig, ModelConfig, Residual},
    convolution::Conv2D,
    dense::Dense,
    depthwise::{DepthwiseConv2D, SeparableConv2D},
    dropout::{Dropout, SpatialDropout2D},
    normalization::BatchNormalization,
    pooling::{AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D, MaxPooling2D},
    reshaping::{Border, Flatten, Rescaling, Reshape, ZeroPadding2D},
    standardization::{Normalization, SamplewiseNormalization},
};
