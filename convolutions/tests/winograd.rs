//! Winograd's algorithm beside the plain definition, over maps that its squares do not fill.

mod definition;

use definition::{Case, noise, same};
use tabfit_convolutions::{ConvParams, Convolution, FusedActivation};

const WINDOW: ConvParams = ConvParams { size: [3, 3], strides: [1, 1], dilation: [1, 1], pads: [(0, 0); 2] };

fn convolution([rows, columns]: [usize; 2], inputs: usize, outputs: usize) -> Convolution {
    let params = same([rows, columns], [3, 3], [1, 1]);
    Convolution { params, picture: [rows, columns, inputs], outputs }
}

fn checked(params: ConvParams, pictures: [usize; 4], outputs: usize) {
    let [_, rows, columns, inputs] = pictures;
    let used = Convolution { params, picture: [rows, columns, inputs], outputs }.workspace() > 0;
    assert!(used, "{pictures:?} to {outputs} channels is another algorithm");
    Case { pictures, outputs, params, depthwise: false }.check();
}

/// Maps of one square, of parts of squares and of several blocks of them, and channels for one and many registers.
#[test]
fn it_is_what_the_definition_says() {
    for ([rows, columns], inputs, outputs) in
        [([4, 4], 16, 16), ([3, 4], 32, 64), ([7, 8], 48, 16), ([9, 15], 16, 32), ([25, 22], 32, 16), ([4, 90], 16, 48)]
    {
        checked(same([rows, columns], [3, 3], [1, 1]), [3, rows, columns, inputs], outputs);
    }
}

/// Without padding, with as much as there may be, and with more of it on one side.
#[test]
fn the_border_may_be_any() {
    for pads in [[(0, 0), (0, 0)], [(2, 2), (2, 2)], [(1, 0), (0, 2)], [(0, 2), (1, 1)]] {
        checked(ConvParams { pads, ..WINDOW }, [2, 10, 13, 16], 32);
    }
}

/// A picture's output and gradient have the same bits alone, in any batch and twice; so have all pictures' gradients twice.
#[test]
fn a_picture_does_not_depend_on_the_others() {
    for (map, inputs, outputs) in [([4, 4], 16, 32), ([13, 8], 48, 16), ([33, 40], 32, 32)] {
        let task = convolution(map, inputs, outputs);
        assert!(task.workspace() > 0);
        let (length, out_length) = (map[0] * map[1] * inputs, map[0] * map[1] * outputs);
        let (x, gradient) = (noise(7 * length, 1), noise(7 * out_length, 2));
        let (kernel, bias) = (noise(9 * inputs * outputs, 3), noise(outputs, 4));
        let forward = |x: &[f32]| task.forward(x, &kernel, &bias, FusedActivation::Relu);
        let backward = |gradient: &[f32]| task.input_gradient(gradient, &kernel);
        let (output, pictures) = (forward(&x), backward(&gradient));
        for (first, last) in [(0, 7), (0, 1), (3, 4), (2, 7)] {
            let (large, small) = (first * length..last * length, first * out_length..last * out_length);
            assert_eq!(forward(&x[large.clone()]), output[small.clone()], "{map:?}, pictures {first} to {last}");
            assert_eq!(backward(&gradient[small]), pictures[large], "{map:?}, pictures {first} to {last}");
        }
        assert_eq!(task.kernel_gradient(&x, &gradient), task.kernel_gradient(&x, &gradient), "{map:?}");
    }
}

#[test]
fn what_it_takes_is_bounded() {
    // The matrices of the kernel, and half a megabyte for a block of squares.
    for (map, inputs, outputs) in [([8, 8], 16, 16), ([64, 64], 32, 32), ([1024, 1024], 64, 64), ([16, 16], 512, 512)] {
        let matrices = 36 * 4 * inputs * outputs;
        let block = convolution(map, inputs, outputs).workspace() - matrices;
        assert!(block < 1 << 20, "{map:?}, {inputs} to {outputs} channels: {block} bytes");
    }
}

#[test]
fn it_is_only_used_where_it_is_faster() {
    let used = |map, inputs, outputs| convolution(map, inputs, outputs).workspace() > 0;
    assert!(used([64, 64], 32, 32) && used([8, 8], 16, 32));
    assert!(!used([64, 64], 3, 32), "three channels fill no register");
    assert!(!used([5, 5], 32, 32), "four squares for 25 pixels");
    let params = ConvParams { strides: [2, 2], ..WINDOW };
    assert_eq!(Convolution { params, picture: [64, 64, 32], outputs: 32 }.workspace(), 0);
}
