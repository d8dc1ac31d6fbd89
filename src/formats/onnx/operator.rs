//! One operator of an ONNX file with its arguments.

use crate::formats::onnx::proto::{AttributeProto, NodeProto, TensorProto};

/// The largest size or stride of a window; no layer here has one as large.
const LARGEST: usize = 4096;

/// An operator; its errors are clauses that name it.
#[derive(Clone, Copy)]
pub(super) struct Operator<'a> {
    pub(super) node: &'a NodeProto,
}

impl<'a> Operator<'a> {
    /// Its kind, such as `Conv`.
    pub(super) fn kind(self) -> &'a str {
        &self.node.op_type
    }

    /// "has an operator Conv ("conv1") …".
    pub(super) fn cannot(self, clause: impl AsRef<str>) -> String {
        let name = [&self.node.name].into_iter().chain(&self.node.output).find(|name| !name.is_empty());
        let name = name.map_or(String::new(), |name| format!(" (\"{name}\")"));
        format!("has an operator {}{name} {}", self.kind(), clause.as_ref())
    }

    fn attribute(self, name: &str) -> Option<&'a AttributeProto> {
        self.node.attribute.iter().find(|attribute| attribute.name == name)
    }

    pub(super) fn int(self, name: &str, default: i64) -> i64 {
        self.attribute(name).and_then(|attribute| attribute.i).unwrap_or(default)
    }

    pub(super) fn float(self, name: &str) -> Option<f64> {
        self.attribute(name).and_then(|attribute| attribute.f).map(f64::from)
    }

    pub(super) fn ints(self, name: &str) -> Option<&'a [i64]> {
        self.attribute(name).map(|attribute| &attribute.ints[..])
    }

    pub(super) fn text(self, name: &str) -> Option<&'a [u8]> {
        self.attribute(name).map(|attribute| &attribute.s[..])
    }

    pub(super) fn tensor(self, name: &str) -> Option<&'a TensorProto> {
        self.attribute(name).and_then(|attribute| attribute.t.as_ref())
    }

    /// Two sizes, for rows and columns.
    pub(super) fn pair(self, name: &str) -> Result<Option<[usize; 2]>, String> {
        let Some(values) = self.ints(name) else { return Ok(None) };
        let sizes = values
            .iter()
            .map(|&value| usize::try_from(value).ok().filter(|&size| size <= LARGEST))
            .collect::<Option<Vec<_>>>();
        let pair = sizes.and_then(|sizes| <[usize; 2]>::try_from(sizes).ok());
        pair.map(Some).ok_or_else(|| self.cannot(format!("with {name} = {values:?}; two whole numbers are read")))
    }

    /// The name of an input, if it has it.
    pub(super) fn input(self, index: usize) -> Option<&'a str> {
        self.node.input.get(index).map(String::as_str).filter(|name| !name.is_empty())
    }
}
