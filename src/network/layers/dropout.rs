//! Dropout, of single values or of whole channels.

use burn::tensor::Tensor;

use super::kind::{Forward, LayerKind, layer_arguments};
use crate::data::Rows;
use crate::network::{Flow, ForwardContext, Masks, Mode, Shape};

layer_arguments! {
    /// Sets a share of the values to zero while training and scales the rest by `1 / (1 - rate)`.
    Dropout { pub rate: f64, }

    /// [`Dropout`] of whole channels: a single pixel left out could be guessed from its neighbours (Tompson et al. 2014).
    SpatialDropout2D { pub rate: f64, }
}

/// What both layers answer alike.
macro_rules! leaves_out {
    () => {
        // Not even where the rate is 0: a person can change it while a run goes on.
        fn repeats_itself(&self) -> bool {
            false
        }

        fn dropout(&self) -> Option<f64> {
            Some(self.rate)
        }

        fn set_dropout(&mut self, rate: f64) {
            self.rate = rate;
        }
    };
}

fn check(rate: f64) -> Result<(), String> {
    match (0.0..1.0).contains(&rate) {
        true => Ok(()),
        false => Err(format!("needs a rate from 0 to below 1, not {rate}")),
    }
}

impl LayerKind for Dropout {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        check(self.rate).map(|()| input)
    }

    leaves_out!();

    fn mask_values(&self, input: Shape) -> usize {
        input.len()
    }
}

impl Forward for Dropout {
    fn forward(&self, x: Flow, context: &mut ForwardContext<'_>) -> Flow {
        match context.mode {
            Mode::Training(rows) if self.rate > 0.0 => match x {
                Flow::Image(x) => Flow::Image(dropped(x.clone(), x.dims(), self.rate, rows, context.masks)),
                Flow::Vector(x) => Flow::Vector(dropped(x.clone(), x.dims(), self.rate, rows, context.masks)),
            },
            _ => x,
        }
    }
}

impl LayerKind for SpatialDropout2D {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        check(self.rate)?;
        input.image().map(|_| input)
    }

    leaves_out!();

    fn mask_values(&self, input: Shape) -> usize {
        input.channels()
    }
}

impl Forward for SpatialDropout2D {
    fn forward(&self, x: Flow, context: &mut ForwardContext<'_>) -> Flow {
        match context.mode {
            Mode::Training(rows) if self.rate > 0.0 => {
                let x = x.image();
                let [batch, _, _, channels] = x.dims();
                Flow::Image(dropped(x, [batch, 1, 1, channels], self.rate, rows, context.masks))
            }
            _ => x,
        }
    }
}

/// Inverted dropout with a mask of this shape, which is drawn for the whole batch, so that a row loses the same values
/// whichever helper computes it.
fn dropped<const D: usize>(x: Tensor<D>, mut shape: [usize; D], rate: f64, rows: Rows, masks: &mut Masks) -> Tensor<D> {
    shape[0] = rows.of;
    let mask = masks.next(shape, rate, &x.device().inner());
    x * rows.narrow(mask)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[pollster::test]
    async fn whole_channels_go_or_stay_and_the_mean_stays() {
        let device = Device::flex();
        device.seed(3);
        let x = Tensor::<4>::ones([40, 2, 3, 25], &device);
        let y: Vec<f32> = dropped(x, [40, 1, 1, 25], 0.2, Rows::all(40), &mut Masks::default())
            .permute([0, 3, 1, 2])
            .into_data_async()
            .await
            .unwrap()
            .iter()
            .collect();
        assert!(y.chunks(6).all(|channel| channel == [0.0; 6] || channel == [1.25; 6]));
        let mean = y.iter().sum::<f32>() / y.len() as f32;
        assert!((mean - 1.0).abs() < 0.06, "{mean}");
    }
}
