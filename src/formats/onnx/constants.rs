//! The operators `Constant` of an ONNX file that list their numbers, which since operator set 12 need not be a tensor.

use std::collections::HashMap;

use crate::formats::onnx::proto::{AttributeProto, FLOAT, INT64, NodeProto, TensorProto};

/// The tensors that such operators stand for, by the names of their outputs.
pub(super) fn listed(nodes: &[NodeProto]) -> HashMap<&str, TensorProto> {
    let constants = nodes.iter().filter(|node| node.op_type == "Constant");
    let tensor = |node: &'_ NodeProto| node.attribute.iter().find_map(tensor);
    constants.filter_map(|node| Some((node.output.first()?.as_str(), tensor(node)?))).collect()
}

fn tensor(attribute: &AttributeProto) -> Option<TensorProto> {
    let floats = |float_data, dims| TensorProto { data_type: FLOAT, float_data, dims, ..TensorProto::default() };
    let ints = |int64_data, dims| TensorProto { data_type: INT64, int64_data, dims, ..TensorProto::default() };
    let AttributeProto { f, i, floats: many_floats, ints: many_ints, .. } = attribute;
    // A number that is 0 may be left out of the message, and so may an empty list.
    let mut tensor = match attribute.name.as_str() {
        "value_float" => floats(vec![f.unwrap_or_default()], Vec::new()),
        "value_floats" => floats(many_floats.clone(), vec![many_floats.len() as i64]),
        "value_int" => ints(vec![i.unwrap_or_default()], Vec::new()),
        "value_ints" => ints(many_ints.clone(), vec![many_ints.len() as i64]),
        _ => return None,
    };
    tensor.name = format!("a constant's {}", attribute.name);
    Some(tensor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constant(attribute: AttributeProto) -> NodeProto {
        let (op_type, output) = ("Constant".into(), vec!["c".into()]);
        NodeProto { op_type, output, attribute: vec![attribute], ..NodeProto::default() }
    }

    #[test]
    fn single_numbers_have_no_axes_and_lists_have_one() {
        let attribute = |name: &str| AttributeProto { name: name.into(), ..AttributeProto::default() };
        let nodes = [
            constant(AttributeProto { f: Some(6.0), ..attribute("value_float") }),
            constant(AttributeProto { floats: vec![1.5, 2.5], ..attribute("value_floats") }),
            constant(AttributeProto { i: Some(-1), ..attribute("value_int") }),
            constant(AttributeProto { ints: vec![2, 3], ..attribute("value_ints") }),
        ];
        let tensor = |node: usize| listed(&nodes[node..=node])["c"].clone();
        assert_eq!((tensor(0).shape(), tensor(0).read_floats()), (Ok(vec![]), Ok(vec![6.0])));
        assert_eq!((tensor(1).shape(), tensor(1).read_floats()), (Ok(vec![2]), Ok(vec![1.5, 2.5])));
        assert_eq!((tensor(2).shape(), tensor(2).read_ints()), (Ok(vec![]), Ok(vec![-1])));
        assert_eq!((tensor(3).shape(), tensor(3).read_ints()), (Ok(vec![2]), Ok(vec![2, 3])));
        assert!(listed(&[constant(attribute("value_string"))]).is_empty());
    }
}
