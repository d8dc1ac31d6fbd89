//! Convolutions beside their plain definition, over shapes that fill no tile.

mod definition;

use definition::{Case, noise, same};
use tabfit_convolutions::{ConvParams, Convolution, Depthwise, FusedActivation};

/// Maps smaller and larger than the window, channels for no, one, two and many registers and for parts of one.
#[test]
fn depthwise_convolutions_are_what_their_definition_says() {
    for size in [[1, 1], [3, 3], [5, 5], [2, 7], [4, 3]] {
        for strides in [[1, 1], [2, 2], [1, 3]] {
            for (picture, inputs, multiplier) in
                [([1, 1], 3, 1), ([3, 3], 40, 1), ([5, 6], 7, 2), ([9, 13], 17, 1), ([12, 8], 4, 3), ([7, 11], 33, 1)]
            {
                let params = same(picture, size, strides);
                let pictures = [2, picture[0], picture[1], inputs];
                Case { pictures, outputs: inputs * multiplier, params, depthwise: true }.check();
            }
        }
    }
}

#[test]
fn depthwise_convolutions_may_be_dilated_or_without_padding() {
    for (dilation, pads) in [([1, 1], [(0, 0); 2]), ([2, 3], [(2, 2), (3, 3)]), ([3, 1], [(0, 5), (1, 0)])] {
        let params = ConvParams { size: [3, 3], strides: [1, 1], dilation, pads };
        Case { pictures: [3, 10, 12, 9], outputs: 9, params, depthwise: true }.check();
    }
    // One row and one column are left over by the strides.
    let params = ConvParams { size: [3, 3], strides: [2, 2], dilation: [1, 1], pads: [(0, 0); 2] };
    Case { pictures: [2, 8, 10, 20], outputs: 20, params, depthwise: true }.check();
}

/// Pixels that fill no block of the product, and channels that fill no panel.
#[test]
fn convolutions_of_single_pixels_are_what_their_definition_says() {
    for pictures in [[1, 1, 1, 5], [3, 3, 3, 70], [5, 7, 4, 16], [2, 16, 9, 33]] {
        for outputs in [1, 4, 8, 24, 37] {
            Case { pictures, outputs, params: ConvParams::POINTWISE, depthwise: false }.check();
        }
    }
}

#[test]
fn a_convolution_adds_to_other_numbers_what_it_makes_to_the_last_bit() {
    for (pixels, inputs, outputs) in [(1, 3, 5), (65, 16, 24), (66, 7, 8), (200, 33, 37)] {
        let task = Convolution { params: ConvParams::POINTWISE, picture: [1, pixels, inputs], outputs };
        let (x, kernel, bias) = (noise(pixels * inputs, 1), noise(inputs * outputs, 2), noise(outputs, 3));
        let before = noise(pixels * outputs, 4);
        let made = task.forward(&x, &kernel, &bias, FusedActivation::Linear);
        let expected: Vec<f32> = made.iter().zip(&before).map(|(made, before)| before + made).collect();
        let mut sums = before;
        task.forward_onto(&x, &kernel, &bias, &mut sums);
        assert_eq!(sums, expected, "{pixels} pixels, {inputs} to {outputs} channels");
    }
}

#[test]
fn other_convolutions_are_what_their_definition_says() {
    for (size, strides) in [([3, 3], [2, 2]), ([1, 1], [2, 2]), ([2, 5], [1, 1]), ([5, 3], [1, 2])] {
        let params = same([9, 7], size, strides);
        Case { pictures: [2, 9, 7, 5], outputs: 19, params, depthwise: false }.check();
    }
}

#[test]
fn an_activation_passes_gradients_where_it_is_not_flat_and_keeps_nan() {
    let output = [-1.0, 0.0, 3.0, 6.0, f32::NAN];
    let gradients = |activation: FusedActivation| {
        let mut gradient = [2.0; 5];
        activation.gradient(&output, &mut gradient);
        gradient.to_vec()
    };
    assert_eq!(gradients(FusedActivation::Linear), [2.0; 5]);
    assert_eq!(gradients(FusedActivation::Relu), [0.0, 0.0, 2.0, 2.0, 0.0]);
    assert_eq!(gradients(FusedActivation::Relu6), [0.0, 0.0, 2.0, 0.0, 0.0]);
    let x = [f32::NAN; 12];
    let task = Depthwise { params: same([2, 2], [3, 3], [1, 1]), picture: [2, 2, 3], multiplier: 1 };
    let output = task.forward(&x, &[1.0; 27], &[0.0; 3], FusedActivation::Relu6);
    assert!(output.iter().all(|value| value.is_nan()), "{output:?}");
}
