//! What a layer was called in the program that an ONNX file was written by, from the names of its weights and operators.
//!
//! | | weight | operator |
//! |---|---|---|
//! | PyTorch | `layer1.0.conv1.weight`; where it was changed on the way, `onnx::Conv_497` | `/layer1/layer1.0/conv1/Conv` |
//! | tf2onnx | `model/conv1/Conv2D/ReadVariableOp:0`; where it was changed, `const_fold_opt__497` | `model/conv1/Conv2D` |

/// The layer of a weight; `None` if the name says nothing of it.
pub(super) fn of_weight(weight: &str) -> Option<String> {
    let (layer, own) = weight.rsplit_once(['/', '.'])?;
    let name = if own.starts_with("ReadVariableOp") { of_operator(layer) } else { joined(layer.split('/')) };
    (!name.is_empty()).then_some(name)
}

/// The layer of an operator; the operator itself where its name is no path.
pub(super) fn of_operator(operator: &str) -> String {
    let layer = operator.rsplit_once('/').map(|(layer, _)| joined(layer.split('/')));
    let own = || operator.trim_start_matches(['/', '_']).to_string();
    layer.filter(|layer| !layer.is_empty()).unwrap_or_else(own)
}

/// The parts of a path with dots between them. PyTorch puts the name of a list before that of a module in it, once more.
fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut joined: Vec<&str> = Vec::new();
    for part in parts.map(|part| part.trim_start_matches('_')).filter(|part| !part.is_empty()) {
        let again = |list: &&str| part.strip_prefix(*list).is_some_and(|rest| rest.starts_with('.'));
        if joined.last().is_some_and(again) {
            joined.pop();
        }
        joined.push(part);
    }
    joined.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_have_the_names_of_the_program_that_wrote_them() {
        let weights = [
            ("layer1.0.conv1.weight", Some("layer1.0.conv1")),
            ("onnx::Conv_497", None),
            ("const_fold_opt__497", None),
            ("_conv_stem.weight", Some("conv_stem")),
            ("conv2d/kernel", Some("conv2d")),
            (
                "StatefulPartitionedCall/vgg16/block1_conv1/Conv2D/ReadVariableOp:0",
                Some("StatefulPartitionedCall.vgg16.block1_conv1"),
            ),
        ];
        for (weight, layer) in weights {
            assert_eq!(of_weight(weight).as_deref(), layer, "{weight}");
        }
        let operators = [
            ("/layer1/layer1.0/conv1/Conv", "layer1.0.conv1"),
            ("/features/features.17/conv/conv.0/conv.0.0/Conv", "features.17.conv.0.0"),
            ("/features/denseblock1/denselayer1/conv1/Conv", "features.denseblock1.denselayer1.conv1"),
            ("/features/features.28/Conv", "features.28"),
            ("/conv1/Conv", "conv1"),
            ("/Flatten", "Flatten"),
            ("Conv_0", "Conv_0"),
            ("vgg16/block1_conv1/Conv2D", "vgg16.block1_conv1"),
        ];
        for (operator, layer) in operators {
            assert_eq!(of_operator(operator), layer, "{operator}");
        }
    }
}
