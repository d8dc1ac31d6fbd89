//! Convolutions, pools and borders of ONNX as layers.

use serde_json::json;

use crate::formats::onnx::features::{Features, Order};
use crate::formats::onnx::layout::{channels_last, rows_of_channels_last, transposed};
use crate::formats::onnx::operator::Operator;
use crate::formats::onnx::proto::TensorProto;
use crate::formats::onnx::translate::Translator;
use crate::network::layers::{Border, ZeroPadding2D};
use crate::network::{LayerConfig, Padding, Shape, WindowSpec};

/// Rows and columns before and after a picture: `[[top, bottom], [left, right]]`.
type Pads = [[usize; 2]; 2];

/// A layer in the words of this project's JSON.
fn layer(config: serde_json::Value) -> Result<LayerConfig, String> {
    serde_json::from_value(config).map_err(|error| format!("has a layer that cannot be: {error}"))
}

impl<'a> Translator<'a> {
    /// `Conv`, of all channels or of each by itself.
    pub(super) fn convolution(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let x = self.picture(operator)?;
        let kernel = self.given(operator, 1)?.ok_or_else(|| operator.cannot("without weights"))?;
        let &[outputs, inputs, rows, columns] = &kernel.shape()?[..] else {
            return Err(operator.cannot("along other axes than rows and columns"));
        };
        let (channels, groups) = (x.shape.channels(), operator.int("group", 1));
        let depthwise = groups == channels as i64 && inputs == 1 && outputs.is_multiple_of(channels) && channels > 1;
        if !depthwise && groups != 1 {
            return Err(operator.cannot(format!("in {groups} groups; one, or one for each channel, is read")));
        }
        if !depthwise && inputs != channels {
            return Err(operator.cannot(format!("whose weights are for {inputs} channels, but it gets {channels}")));
        }
        let name = self.name(operator);
        let (mut window, pads) = window(operator, [rows, columns], x.shape)?;
        let (x, padding) = self.bordered(operator, &name, x, window, pads)?;
        window.padding = padding;
        let bias = self.given(operator, 2)?;
        let mut config = json!({
            "kernelSize": window.size, "strides": window.strides, "dilationRate": window.dilation,
            "padding": window.padding, "useBias": bias.is_some(),
        });
        let values = channels_last([outputs, inputs, rows, columns], &kernel.read_floats()?);
        if depthwise {
            let multiplier = outputs / channels;
            (config["type"], config["depthMultiplier"]) = (json!("DepthwiseConv2D"), json!(multiplier));
            self.weight(format!("{name}/kernel"), vec![rows, columns, channels, multiplier], values)?;
        } else {
            (config["type"], config["filters"]) = (json!("Conv2D"), json!(outputs));
            self.weight(format!("{name}/kernel"), vec![rows, columns, inputs, outputs], values)?;
        }
        if let Some(bias) = bias {
            self.weight(format!("{name}/bias"), bias.shape()?, bias.read_floats()?)?;
        }
        self.push(operator, name, layer(config)?, &[x])
    }

    /// `Gemm`, or `MatMul` with a constant.
    pub(super) fn dense(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let x = self.features(operator, 0)?;
        let kernel = self.given(operator, 1)?.ok_or_else(|| operator.cannot("without weights"))?;
        let (Shape::Vector(units), &[rows, columns]) = (x.shape, &kernel.shape()?[..]) else {
            return Err(operator.cannot("of other things than a vector and a matrix, which there is not here"));
        };
        let scale = |name: &str| operator.float(name).unwrap_or(1.0) as f32;
        let (alpha, beta) = (scale("alpha"), scale("beta"));
        if operator.int("transA", 0) != 0 {
            return Err(operator.cannot("that transposes its first input, which there is not here"));
        }
        let mut values = kernel.read_floats()?;
        let (inputs, outputs) = if operator.int("transB", 0) == 0 {
            (rows, columns)
        } else {
            values = transposed([rows, columns], &values);
            (columns, rows)
        };
        if inputs != units {
            return Err(operator.cannot(format!("whose weights are for {inputs} values, but it gets {units}")));
        }
        if let Order::Planes(picture) = x.order {
            values = rows_of_channels_last(picture, outputs, &values);
        }
        for value in &mut values {
            *value *= alpha;
        }
        let bias = self.given(operator, 2)?;
        let name = self.name(operator);
        self.weight(format!("{name}/kernel"), vec![inputs, outputs], values)?;
        if let Some(bias) = bias {
            let mut values = bias.read_floats()?;
            for value in &mut values {
                *value *= beta;
            }
            if values.len() == 1 {
                values = vec![values[0]; outputs];
            }
            self.weight(format!("{name}/bias"), vec![values.len()], values)?;
        }
        let config = json!({"type": "Dense", "units": outputs, "useBias": bias.is_some()});
        let dense = self.push(operator, name, layer(config)?, &[x])?;
        Ok(Features { order: Order::Vector, ..dense })
    }

    /// `BatchNormalization` with its moving statistics.
    pub(super) fn batch_normalization(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let x = self.features(operator, 0)?;
        if !matches!(x.order, Order::ChannelsFirst | Order::Vector) {
            return Err(operator.cannot("of another axis than the channels, which there is not here"));
        }
        if operator.int("training_mode", 0) != 0 {
            return Err(operator.cannot("in training mode; export the network for inference"));
        }
        let name = self.name(operator);
        for (index, weight) in (1..).zip(["gamma", "beta", "moving_mean", "moving_variance"]) {
            let tensor = self.given(operator, index)?;
            let tensor = tensor.ok_or_else(|| operator.cannot(format!("without its input {}", index + 1)))?;
            self.weight(format!("{name}/{weight}"), tensor.shape()?, tensor.read_floats()?)?;
        }
        let epsilon = operator.float("epsilon").unwrap_or(1e-5);
        let momentum = operator.float("momentum").unwrap_or(0.9);
        let config = json!({"type": "BatchNormalization", "epsilon": epsilon, "momentum": momentum});
        self.push(operator, name, layer(config)?, &[x])
    }

    /// `MaxPool` and `AveragePool`.
    pub(super) fn pool(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let x = self.picture(operator)?;
        let size = operator.pair("kernel_shape")?.ok_or_else(|| operator.cannot("without a kernel_shape"))?;
        let (mut window, pads) = window(operator, size, x.shape)?;
        if window.dilation != [1, 1] {
            return Err(operator.cannot("with dilations, which pools do not have here"));
        }
        let name = self.name(operator);
        let average = operator.kind() == "AveragePool";
        let counted = operator.int("count_include_pad", 0) != 0;
        let same = same_pads(operator, window, x.shape)?;
        // Zeros around the picture change no maximum of values from 0 on. A mean counts them or not.
        let as_same = pads == same && !(average && counted);
        let framed = if average { counted && operator.int("ceil_mode", 0) == 0 } else { x.positive };
        let x = if pads == [[0, 0]; 2] || as_same {
            window.padding = if pads == [[0, 0]; 2] { Padding::Valid } else { Padding::Same };
            x
        } else if framed {
            self.framed(operator, &name, x, pads)?
        } else {
            return Err(operator.cannot(format!("with pads = {pads:?}, which pools do not have here")));
        };
        let kind = if average { "AveragePooling2D" } else { "MaxPooling2D" };
        let config = json!({
            "type": kind, "poolSize": window.size, "strides": window.strides, "padding": window.padding,
        });
        Ok(Features { positive: x.positive, ..self.push(operator, name, layer(config)?, &[x])? })
    }

    /// `GlobalMaxPool`, `GlobalAveragePool`, and `ReduceMean` over rows and columns.
    pub(super) fn global_pool(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let x = self.features(operator, 0)?;
        let mut keepdims = true;
        if operator.kind() == "ReduceMean" {
            keepdims = operator.int("keepdims", 1) != 0;
            let given = self.given(operator, 1)?.map(TensorProto::read_ints).transpose()?;
            let axes = given.or_else(|| operator.ints("axes").map(<[i64]>::to_vec)).unwrap_or_default();
            let mut axes: Vec<i64> = axes.iter().map(|axis| axis.rem_euclid(4)).collect();
            axes.sort_unstable();
            let pixels = if x.order == Order::ChannelsFirst { [2, 3] } else { [1, 2] };
            if axes != pixels || matches!(x.shape, Shape::Vector(_)) {
                return Err(operator.cannot("over other axes than rows and columns, which there is not here"));
            }
        } else if x.order != Order::ChannelsFirst {
            return Err(operator.cannot("over other axes than rows and columns, which there is not here"));
        }
        let kind = if operator.kind() == "GlobalMaxPool" { "GlobalMaxPooling2D" } else { "GlobalAveragePooling2D" };
        let name = self.name(operator);
        let pooled = self.push(operator, name, layer(json!({"type": kind, "keepdims": keepdims}))?, &[x])?;
        Ok(Features { positive: x.positive, ..pooled })
    }

    /// `Pad` with zeros.
    pub(super) fn pad(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let x = self.features(operator, 0)?;
        let value = match self.given(operator, 2)? {
            Some(value) => value.read_floats()?.first().map_or(0.0, |&value| f64::from(value)),
            None => operator.float("value").unwrap_or(0.0),
        };
        if operator.text("mode").is_some_and(|mode| mode != b"constant") || value != 0.0 || operator.input(3).is_some()
        {
            return Err(operator.cannot("with something other than zeros around the picture"));
        }
        let given = self.given(operator, 1)?.map(TensorProto::read_ints).transpose()?;
        let pads = given.or_else(|| operator.ints("pads").map(<[i64]>::to_vec)).unwrap_or_default();
        let pads: Option<Vec<usize>> = pads.iter().map(|&pad| usize::try_from(pad).ok()).collect();
        let sides = match (pads.as_deref(), x.order) {
            (Some(&[0, 0, top, left, 0, 0, bottom, right]), Order::ChannelsFirst)
            | (Some(&[0, top, left, 0, 0, bottom, right, 0]), Order::ChannelsLast) => [[top, bottom], [left, right]],
            _ => return Err(operator.cannot("of other axes than rows and columns, or that cuts some off")),
        };
        let name = self.name(operator);
        self.framed(operator, &name, x, sides)
    }

    /// An input that is a picture with its channels first, as every window needs it.
    fn picture(&self, operator: Operator<'a>) -> Result<Features, String> {
        let x = self.features(operator, 0)?;
        match x.order {
            Order::ChannelsFirst => Ok(x),
            _ => Err(operator.cannot("of something that is no picture with its channels first")),
        }
    }

    /// The picture with a border of zeros where Keras's two kinds of padding do not have it.
    fn bordered(
        &mut self,
        operator: Operator<'a>,
        name: &str,
        x: Features,
        window: WindowSpec,
        pads: Pads,
    ) -> Result<(Features, Padding), String> {
        if pads == [[0, 0]; 2] {
            return Ok((x, Padding::Valid));
        }
        if pads == same_pads(operator, window, x.shape)? {
            return Ok((x, Padding::Same));
        }
        Ok((self.framed(operator, name, x, pads)?, Padding::Valid))
    }

    fn framed(&mut self, operator: Operator<'a>, name: &str, x: Features, pads: Pads) -> Result<Features, String> {
        let own = if operator.kind() == "Pad" { name.to_string() } else { self.free_name(&format!("{name}_pad")) };
        let layer = LayerConfig::ZeroPadding2D(ZeroPadding2D { padding: Border::Sides(pads), name: None });
        Ok(Features { positive: x.positive, ..self.push(operator, own, layer, &[x])? })
    }
}

/// The window of an operator, and its pads.
fn window(operator: Operator<'_>, size: [usize; 2], shape: Shape) -> Result<(WindowSpec, Pads), String> {
    let strides = operator.pair("strides")?.unwrap_or([1, 1]);
    let dilation = operator.pair("dilations")?.unwrap_or([1, 1]);
    let window = WindowSpec { size, strides, dilation, padding: Padding::Valid };
    let mut pads = match operator.text("auto_pad") {
        None | Some(b"" | b"NOTSET") => given_pads(operator)?,
        Some(b"VALID") => [[0, 0]; 2],
        Some(b"SAME_UPPER") => same_pads(operator, window, shape)?,
        Some(b"SAME_LOWER") => same_pads(operator, window, shape)?.map(|[before, after]| [after, before]),
        Some(_) => return Err(operator.cannot("with an auto_pad that is not known")),
    };
    if operator.int("ceil_mode", 0) != 0 {
        let [rows, columns, _] = shape.image()?;
        for (axis, length) in [rows, columns].into_iter().enumerate() {
            let whole = length + pads[axis][0] + pads[axis][1];
            let left = whole.checked_sub(size[axis]).ok_or_else(|| operator.cannot("that does not fit"))?;
            let windows = left.div_ceil(strides[axis].max(1));
            // A last window that would begin behind the picture is left out.
            let windows = if windows * strides[axis] >= length + pads[axis][0] { windows - 1 } else { windows };
            pads[axis][1] += (windows * strides[axis] + size[axis]).saturating_sub(whole);
        }
    }
    Ok((window, pads))
}

/// ONNX lists the pads before the data, then those after.
fn given_pads(operator: Operator<'_>) -> Result<Pads, String> {
    let Some(pads) = operator.ints("pads") else { return Ok([[0, 0]; 2]) };
    // More than a window covers is never needed, and cannot overflow what comes after.
    let few: Vec<usize> = pads.iter().filter_map(|&pad| usize::try_from(pad).ok().filter(|&pad| pad <= 64)).collect();
    match (<[usize; 4]>::try_from(few), pads.len()) {
        (Ok([top, left, bottom, right]), 4) => Ok([[top, bottom], [left, right]]),
        _ => Err(operator.cannot(format!("with pads = {pads:?}; four numbers from 0 to 64 are read"))),
    }
}

/// The pads of Keras's padding `same`.
fn same_pads(operator: Operator<'_>, window: WindowSpec, shape: Shape) -> Result<Pads, String> {
    let slid = WindowSpec { padding: Padding::Same, ..window }.slide(shape);
    let (_, params) = slid.map_err(|clause| operator.cannot(format!("for a layer that {clause}")))?;
    Ok(params.pads.map(|(before, after)| [before, after]))
}
