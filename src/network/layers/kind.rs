//! The traits that every layer implements.

use crate::network::{Flow, ForwardContext, Shape, WeightSpec, WindowSpec};

/// What distinguishes one class of layers from another, as data; the defaults are those of a layer that changes nothing.
pub(crate) trait LayerKind {
    /// Whether a fit moves its weights.
    fn trainable(&self) -> bool {
        true
    }

    /// Freezes its weights or lets them move; does nothing where it has none.
    fn set_trainable(&mut self, _trainable: bool) {}

    /// Whether its output for one picture depends, during training, on the other pictures of the batch.
    fn needs_whole_batches(&self) -> bool {
        false
    }

    /// Whether it makes of a picture the same numbers, to the last bit, in every step and beside any other pictures, as
    /// long as its weights stay.
    fn repeats_itself(&self) -> bool {
        true
    }

    /// The share of values that it leaves out while training; `None` if that is not what it is for.
    fn dropout(&self) -> Option<f64> {
        None
    }

    /// How many values of a picture it leaves out or keeps, each by itself; only called where [`Self::dropout`] is some.
    fn mask_values(&self, _input: Shape) -> usize {
        0
    }

    /// Changes that share; does nothing in other layers.
    fn set_dropout(&mut self, _rate: f64) {}

    /// The window that it moves over a picture, if any.
    fn window(&self) -> Option<WindowSpec> {
        None
    }

    /// The shape of its output for an input of this shape.
    ///
    /// # Errors
    ///
    /// An argument is out of range, or the shape does not fit; the clause completes "Layer … ".
    fn output(&self, input: Shape) -> Result<Shape, String> {
        Ok(input)
    }

    /// Its weights, in Keras's order; only called with a shape that [`Self::output`] accepted.
    fn weights(&self, _input: Shape) -> Vec<WeightSpec> {
        Vec::new()
    }
}

/// How a layer runs; the default is that of a layer that changes nothing. This is a trait of its own, because a program that
/// describes networks and never runs one, the part `exchange`, would have all of burn inside if they were one.
pub(crate) trait Forward {
    /// Its output; only called with values of a shape that [`LayerKind::output`] accepted.
    fn forward(&self, x: Flow, _context: &mut ForwardContext<'_>) -> Flow {
        x
    }
}

/// Declares layers by their arguments: the names and defaults are Keras's, and words that Keras does not know are
/// refused. Each may have a `name`.
macro_rules! layer_arguments {
    ($($(#[$attribute:meta])* $layer:ident { $($arguments:tt)* })*) => {$(
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $layer {
            $($arguments)*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub name: Option<String>,
        }
    )*};
}
pub(super) use layer_arguments;

/// The two methods of a layer with Keras's argument `trainable`.
macro_rules! trainable {
    () => {
        fn trainable(&self) -> bool {
            self.trainable
        }

        fn set_trainable(&mut self, trainable: bool) {
            self.trainable = trainable;
        }
    };
}
pub(super) use trainable;

/// The default of `trainable` and `useBias`.
pub(super) fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
pub(super) fn is_yes(value: &bool) -> bool {
    *value
}
