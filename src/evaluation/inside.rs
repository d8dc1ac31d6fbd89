//! The inside of a network as small pictures: the filters of its first layer, and what each layer makes of a picture.

use burn::tensor::{Tensor, TensorData, activation};
use serde::Serialize;

use crate::device::read;
use crate::error::{Error, Result};
use crate::network::{Flow, Folds, LayerConfig, Masks, Mode, Node, Pass, Shape};
use crate::training::state::{Model, leave_a_lost_gpu};

/// Small pictures of one size: the first ones that belong to a layer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tiles {
    /// The name of the layer.
    pub layer: String,
    /// The height of a tile in pixels.
    pub rows: usize,
    /// Its width.
    pub columns: usize,
    /// The values of a pixel: 1 for grey, 3 for red, green and blue.
    pub values: usize,
    /// How many tiles there are.
    pub count: usize,
    /// How many the layer has.
    pub of: usize,
    /// The number that is black.
    pub low: f64,
    /// The number that is white. Each filter has a black and a white of its own; these are those of all.
    pub high: f64,
    /// Bytes, one tile after another: `[count, rows, columns, values]`.
    #[serde(skip)]
    pub pixels: Vec<u8>,
}

/// The inside of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Inside {
    /// The filters of the first layer that has some.
    pub filters: Option<Tiles>,
    /// What each layer makes of the picture, without those that leave a value as it is; empty without a picture.
    pub layers: Vec<Tiles>,
}

/// The most filters, and the most channels of a layer.
const MOST_FILTERS: usize = 64;
const MOST_CHANNELS: usize = 16;
/// The most units of a layer, and the largest height and width of what it makes of a picture; larger ones are averaged.
const MOST_UNITS: usize = 256;
const LARGEST: usize = 48;

impl Model {
    /// Looks inside the network: at its first filters, and at what its layers make of a picture in inference mode.
    ///
    /// # Shapes
    /// - `rgb`: `[image_size, image_size, 3]`, RGB8
    ///
    /// # Errors
    ///
    /// The pixels are not of that shape, or the device failed.
    pub async fn inside(&mut self, rgb: Option<&[u8]>) -> Result<Inside> {
        leave_a_lost_gpu(self);
        let filters = self.filters().await?;
        let layers = match rgb {
            Some(rgb) => self.activations(rgb).await?,
            None => Vec::new(),
        };
        Ok(Inside { filters, layers })
    }

    async fn filters(&self) -> Result<Option<Tiles>> {
        let has_filters = |layer: &&Node| layer.weights.iter().any(|weight| weight.shape.len() == 4);
        let Some(layer) = self.architecture().layers.iter().find(has_filters) else { return Ok(None) };
        let &[rows, columns, inputs, outputs] = &layer.weights[0].shape[..] else { return Ok(None) };
        let numbers = read(self.network.weights[layer.first].clone()).await?;
        let by_channel = matches!(layer.config, LayerConfig::DepthwiseConv2D(_) | LayerConfig::SeparableConv2D(_));
        let (of, values) = match (by_channel, inputs) {
            (true, _) => (inputs * outputs, 1),
            (false, 3) => (outputs, 3),
            // Of other inputs than red, green and blue, the mean is shown.
            (false, _) => (outputs, 1),
        };
        let count = of.min(MOST_FILTERS);
        let all = inputs * outputs;
        let mut pixels = Vec::with_capacity(count * rows * columns * values);
        for filter in 0..count {
            let tile: Vec<f32> = (0..rows * columns)
                .flat_map(|place| {
                    let pixel = &numbers[place * all..][..all];
                    let weights = pixel.iter().skip(filter).step_by(of).copied();
                    match values {
                        3 => weights.collect(),
                        _ => vec![weights.clone().sum::<f32>() / weights.count() as f32],
                    }
                })
                .collect();
            let [low, high] = range(&tile);
            pixels.extend(tile.iter().map(|&value| grey(value, [low, high])));
        }
        let [low, high] = range(&numbers).map(f64::from);
        Ok(Some(Tiles { layer: layer.name.clone(), rows, columns, values, count, of, low, high, pixels }))
    }

    async fn activations(&self, rgb: &[u8]) -> Result<Vec<Tiles>> {
        let size = self.image_size();
        if rgb.len() != size * size * 3 {
            let given = rgb.len();
            let sentence = format!("A picture for this network is {size} x {size} RGB pixels, not {given} bytes.");
            return Err(Error::Dataset(sentence));
        }
        let network = &self.network;
        let architecture = network.architecture.unfused();
        let data = TensorData::new(tabfit_kernels::values(rgb), [1, size, size, 3]);
        let mut pass = Pass::new(&architecture, Tensor::<4>::from_data(data, &network.device).into());
        let (mut own, mut folds, mut layers) = (network.weights.clone(), Folds::default(), Vec::new());
        for layer in &architecture.layers {
            pass.next_layer(
                &architecture,
                &network.weights,
                &mut folds,
                &mut own,
                &mut Masks::default(),
                Mode::Inference,
            );
            let Some(made) = pass.newest().cloned() else { continue };
            if layer.config.kind().dropout().is_some() {
                continue; // it leaves nothing out now
            }
            let made = match made {
                Flow::Vector(logits) if layer.is_last => Flow::Vector(activation::softmax(logits, 1)),
                made => made,
            };
            let numbers = read(made.flat()).await?;
            layers.push(tiles(layer.name.clone(), layer.output, &numbers));
        }
        Ok(layers)
    }
}

/// What a layer made of one picture.
fn tiles(layer: String, shape: Shape, numbers: &[f32]) -> Tiles {
    let (rows, columns, count, of, values) = match shape {
        Shape::Vector(units) => {
            let shown = units.min(MOST_UNITS);
            (1, shown, 1, 1, numbers[..shown].to_vec())
        }
        Shape::Image([rows, columns, channels]) => {
            let (count, step) = (channels.min(MOST_CHANNELS), rows.max(columns).div_ceil(LARGEST));
            let mut values = Vec::new();
            for channel in 0..count {
                for top in (0..rows).step_by(step) {
                    for left in (0..columns).step_by(step) {
                        let places = (top..rows.min(top + step))
                            .flat_map(|row| (left..columns.min(left + step)).map(move |column| row * columns + column));
                        let sum: f32 = places.clone().map(|place| numbers[place * channels + channel]).sum();
                        values.push(sum / places.count() as f32);
                    }
                }
            }
            (rows.div_ceil(step), columns.div_ceil(step), count, channels, values)
        }
    };
    let ends = range(&values);
    let pixels = values.iter().map(|&value| grey(value, ends)).collect();
    let [low, high] = ends.map(f64::from);
    Tiles { layer, rows, columns, values: 1, count, of, low, high, pixels }
}

/// The smallest and the largest number.
fn range(values: &[f32]) -> [f32; 2] {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    [finite.clone().reduce(f32::min).unwrap_or(0.0), finite.reduce(f32::max).unwrap_or(0.0)]
}

/// A byte from black to white; what is no number is black.
fn grey(value: f32, [low, high]: [f32; 2]) -> u8 {
    let share = if high > low { (value - low) / (high - low) } else { 0.0 };
    (share * 255.0).round() as u8
}
