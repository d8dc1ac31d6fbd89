//! ONNX's operators as layers, one after the other. Tensors of the file know which layer computes them, and in which order
//! their axes lie there: pictures have their channels first, in most places.

use std::collections::{HashMap, HashSet};

use crate::formats::onnx::features::{Features, Order, Value};
use crate::formats::onnx::module_name;
use crate::formats::onnx::operator::Operator;
use crate::formats::onnx::proto::{NodeProto, TensorProto};
use crate::formats::onnx::step::{PICTURE, Step};
use crate::formats::shared::names;
use crate::network::{LayerConfig, MOST_VALUES, Shape};
use crate::text::unique_name::unique;

/// The longest name of a layer.
const LONGEST_NAME: usize = 100;

/// The layers so far.
pub(super) struct Translator<'a> {
    values: HashMap<&'a str, Value<'a>>,
    /// The constants that are lists of numbers, by the names of their outputs.
    listed: &'a HashMap<&'a str, TensorProto>,
    /// How often each tensor is read, as the network's output too.
    uses: HashMap<&'a str, usize>,
    pub(super) version: i64,
    /// The name of the network's output.
    pub(super) end: &'a str,
    pub(super) steps: Vec<Step>,
    /// The shape and the values of each weight, by names such as `conv2d/kernel`.
    pub(super) weights: HashMap<String, (Vec<usize>, Vec<f32>)>,
    /// The number of values in them.
    values_of_weights: usize,
    names: HashSet<String>,
}

impl<'a> Translator<'a> {
    pub(super) fn new(
        version: i64,
        picture: (&'a str, Order, [usize; 3]),
        end: &'a str,
        listed: &'a HashMap<&'a str, TensorProto>,
    ) -> Self {
        let (picture, order, dims) = picture;
        let shape = Shape::Image(dims);
        let features = Features { at: 0, shape, order, shared: false, positive: true };
        Self {
            values: HashMap::from([(picture, Value::Features(features))]),
            listed,
            uses: HashMap::new(),
            version,
            end,
            steps: Vec::new(),
            weights: HashMap::new(),
            values_of_weights: 0,
            names: HashSet::from([PICTURE.to_string()]),
        }
    }

    /// Adds a constant.
    pub(super) fn constant(&mut self, tensor: &'a TensorProto) {
        self.values.insert(&tensor.name, Value::Constant(tensor));
    }

    /// Translates all operators, which stand after those whose results they read.
    ///
    /// # Errors
    ///
    /// There is no layer for one of them, or none that can do what it is asked for.
    pub(super) fn operators(&mut self, nodes: &'a [NodeProto]) -> Result<(), String> {
        for name in nodes.iter().flat_map(|node| &node.input).map(String::as_str).chain([self.end]) {
            *self.uses.entry(name).or_default() += 1;
        }
        for node in nodes {
            let operator = Operator { node };
            let Some((output, others)) = node.output.split_first() else { continue };
            if let Some(other) = others.iter().find(|&other| self.uses.contains_key(other.as_str())) {
                return Err(operator.cannot(format!("whose other output \"{other}\" is read, which there is not here")));
            }
            let mut value = self.operator(operator)?;
            if let Value::Features(features) = &mut value {
                features.shared |= self.uses.get(output.as_str()).is_some_and(|&uses| uses > 1);
            }
            if self.values.insert(output, value).is_some() {
                return Err(operator.cannot(format!("that computes \"{output}\" a second time")));
            }
        }
        Ok(())
    }

    fn operator(&mut self, operator: Operator<'a>) -> Result<Value<'a>, String> {
        if !matches!(operator.node.domain.as_str(), "" | "ai.onnx") {
            return Err(operator.cannot(format!("of \"{}\", which is not ONNX's own", operator.node.domain)));
        }
        Ok(Value::Features(match operator.kind() {
            "Constant" => {
                let listed = || self.listed.get(operator.node.output.first()?.as_str());
                let tensor = operator.tensor("value").or_else(listed);
                return tensor.map(Value::Constant).ok_or_else(|| operator.cannot("without numbers"));
            }
            // Outside training a Dropout passes on what it gets.
            "Identity" | "Dropout" => return self.value(operator, 0),
            "Conv" => self.convolution(operator)?,
            "Gemm" | "MatMul" => self.dense(operator)?,
            "BatchNormalization" => self.batch_normalization(operator)?,
            "MaxPool" | "AveragePool" => self.pool(operator)?,
            "GlobalMaxPool" | "GlobalAveragePool" | "ReduceMean" => self.global_pool(operator)?,
            "Pad" => self.pad(operator)?,
            "Transpose" => self.transpose(operator)?,
            "Flatten" | "Reshape" | "Squeeze" | "Unsqueeze" => self.reshape(operator)?,
            "Add" | "Sum" | "Mul" | "Sub" | "Div" => self.arithmetic(operator)?,
            "Concat" => self.concatenation(operator)?,
            "Clip" | "Min" | "LeakyRelu" => self.clipped(operator)?,
            "Softmax" | "LogSoftmax" => self.softmax(operator)?,
            _ => self.activation(operator)?,
        }))
    }

    /// An input of an operator.
    pub(super) fn value(&self, operator: Operator<'a>, index: usize) -> Result<Value<'a>, String> {
        let name = operator.input(index).ok_or_else(|| operator.cannot(format!("without its input {}", index + 1)))?;
        let value = self.values.get(name).copied();
        value.ok_or_else(|| operator.cannot(format!("that reads \"{name}\", which nothing before it computes")))
    }

    /// An input that a layer computes.
    pub(super) fn features(&self, operator: Operator<'a>, index: usize) -> Result<Features, String> {
        match self.value(operator, index)? {
            Value::Features(features) => Ok(features),
            Value::Constant(_) => Err(operator.cannot("of constants alone, which there is not here")),
        }
    }

    /// An input that is a constant; `None` if the operator does not have it.
    pub(super) fn given(&self, operator: Operator<'a>, index: usize) -> Result<Option<&'a TensorProto>, String> {
        if operator.input(index).is_none() {
            return Ok(None);
        }
        match self.value(operator, index)? {
            Value::Constant(tensor) => Ok(Some(tensor)),
            Value::Features(_) => Err(operator
                .cannot(format!("whose input {} is computed by other operators; it must be a constant", index + 1))),
        }
    }

    /// What the output of the file is.
    pub(super) fn output(&self) -> Result<Features, String> {
        match self.values.get(self.end) {
            Some(Value::Features(features)) => Ok(*features),
            _ => Err(format!("has an output \"{}\" that no operator computes", self.end)),
        }
    }

    /// A name for the layer of an operator that no other layer has: by its weight, such as `features.0.weight`, else its
    /// own.
    pub(super) fn name(&mut self, operator: Operator<'a>) -> String {
        let constant = matches!(self.value(operator, 1), Ok(Value::Constant(_)));
        let weight = operator.input(1).filter(|_| constant).and_then(module_name::of_weight);
        let own = || [&operator.node.name, &operator.node.op_type].into_iter().find(|name| !name.is_empty());
        let wanted = weight.or_else(|| own().map(|name| module_name::of_operator(name)));
        let wanted: String = names::valid(wanted.as_deref().unwrap_or("layer")).chars().take(LONGEST_NAME).collect();
        self.free_name(&wanted)
    }

    /// That name, or if another layer has it one that is like it.
    pub(super) fn free_name(&mut self, wanted: &str) -> String {
        let name = unique(wanted, |name| self.names.contains(name));
        self.names.insert(name.clone());
        name
    }

    /// Adds a layer that reads `inputs`, all alike in shape and order unless it joins them.
    pub(super) fn push(
        &mut self,
        operator: Operator<'a>,
        name: String,
        layer: LayerConfig,
        inputs: &[Features],
    ) -> Result<Features, String> {
        let [first, others @ ..] = inputs else { return Err(operator.cannot("without an input")) };
        let joined = match &layer {
            LayerConfig::Concatenate(_) => others.iter().try_fold(first.shape, |all, other| all.beside(other.shape)),
            _ => Some(first.shape),
        };
        let joined = joined.ok_or_else(|| operator.cannot("of shapes that do not fit together"))?;
        let shape = layer.kind().output(joined).and_then(Shape::within_memory);
        let shape = shape.map_err(|clause| operator.cannot(format!("for a layer that {clause}")))?;
        let order = match (shape, first.order) {
            (Shape::Vector(_), order @ Order::Planes(_)) => order,
            (Shape::Vector(_), _) => Order::Vector,
            (Shape::Image(_), Order::ChannelsLast) => Order::ChannelsLast,
            (Shape::Image(_), _) => Order::ChannelsFirst,
        };
        self.steps.push(Step { name, layer, inputs: inputs.iter().map(|input| input.at).collect() });
        Ok(Features { at: self.steps.len(), shape, order, shared: false, positive: false })
    }

    /// Notes a weight of a layer.
    ///
    /// # Errors
    ///
    /// All of them would take over 1 GB: one tensor of the file may be the weight of a thousand layers.
    pub(super) fn weight(&mut self, name: String, shape: Vec<usize>, values: Vec<f32>) -> Result<(), String> {
        self.values_of_weights += values.len();
        if self.values_of_weights > MOST_VALUES {
            return Err("has over 1 GB of weights".into());
        }
        self.weights.insert(name, (shape, values));
        Ok(())
    }

    /// The layer that computes something, if it may still be changed.
    pub(super) fn own_layer(&mut self, x: Features) -> Option<&mut Step> {
        if x.shared { None } else { x.at.checked_sub(1).and_then(|index| self.steps.get_mut(index)) }
    }
}
