//! How much of an ONNX file describes its network, and is not a number of a weight.
//!
//! A decoded description takes up to a hundred times the bytes that it has in the file, so that its length is bounded before
//! anything is decoded. The wire format is that of Protocol Buffers: fields of a tag and a content.

/// The fields of `onnx.proto` with weights in them: the graph of a model, the tensors of the graph, and their numbers.
const GRAPH: u64 = 7;
const INITIALIZER: u64 = 5;
const NUMBERS: [u64; 3] = [4, 9, 10];

/// The bytes of everything but the numbers of weights; `None` if it is no such file.
pub(super) fn described(model: &[u8]) -> Option<usize> {
    let mut described = 0;
    for field in Fields(model) {
        described += match field? {
            (GRAPH, content) => of_graph(content)?,
            (_, content) => 2 + content.len(),
        };
    }
    Some(described)
}

fn of_graph(graph: &[u8]) -> Option<usize> {
    let mut described = 0;
    for field in Fields(graph) {
        let (tag, content) = field?;
        described += 2 + content.len();
        if tag == INITIALIZER {
            for field in Fields(content) {
                let (tag, content) = field?;
                described -= if NUMBERS.contains(&tag) { content.len() } else { 0 };
            }
        }
    }
    Some(described)
}

/// The fields of a message. Those that are numbers have their bytes as content.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    /// The tag and the content; `None` if the bytes are no message.
    type Item = Option<(u64, &'a [u8])>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<(u64, &'a [u8])> {
        let key = self.varint()?;
        let length = match key & 7 {
            0 => {
                let before = self.0;
                self.varint()?;
                return Some((key >> 3, &before[..before.len() - self.0.len()]));
            }
            1 => 8,
            2 => usize::try_from(self.varint()?).ok()?,
            5 => 4,
            _ => return None,
        };
        let (content, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some((key >> 3, content))
    }

    /// A number of seven bits a byte, the least first.
    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;
    use crate::formats::onnx::proto::{GraphProto, ModelProto, NodeProto, StringStringEntryProto, TensorProto};

    #[test]
    fn weights_are_not_counted_and_empty_operators_are() {
        let tensor = TensorProto::floats("kernel", &[1000], &[1.5; 1000]);
        let listed = TensorProto { raw_data: Vec::new(), float_data: vec![1.5; 1000], ..tensor.clone() };
        let graph = |node, initializer| GraphProto { node, initializer, ..GraphProto::default() };
        let bytes = |graph| ModelProto { graph: Some(graph), ir_version: 8, ..ModelProto::default() }.encode_to_vec();
        let file = bytes(graph(Vec::new(), vec![tensor, listed]));
        assert!(file.len() > 8000 && described(&file).unwrap() < 100, "{:?}", described(&file));
        let file = bytes(graph(vec![NodeProto::default(); 5000], Vec::new()));
        assert!(described(&file).unwrap() >= file.len() - 20);
        assert_eq!(described(&file[..file.len() - 1]), None);
        let empty =
            ModelProto { metadata_props: vec![StringStringEntryProto::default(); 5000], ..ModelProto::default() };
        assert!(described(&empty.encode_to_vec()).unwrap() >= 10_000);
        assert_eq!(described(b"This is no model."), None);
    }
}
