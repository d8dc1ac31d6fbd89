//! The tables of a `.tflite` file, with the slots of TensorFlow Lite's public `schema.fbs`.

use flatbuffers::{FlatBufferBuilder, TableFinishedWIPOffset, UnionWIPOffset, WIPOffset};

use super::operator::{Field, Operator};

/// The version of the schema.
const VERSION: u32 = 3;
const IDENTIFIER: &str = "TFL3";
/// The alignment of the weights, which small computers read in place.
const ALIGNMENT: usize = 16;

/// The types of elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Elements {
    Float32 = 0,
    Int32 = 2,
    Bool = 6,
}

/// A tensor: a constant with its bytes, or what an operator computes.
pub(crate) struct Tensor {
    pub(crate) name: String,
    /// The first axis of a tensor that is no constant is the batch: 1, which whoever runs the network may change.
    pub(crate) shape: Vec<usize>,
    pub(crate) elements: Elements,
    /// Little-endian; `None` if an operator computes it.
    pub(crate) constant: Option<Vec<u8>>,
}

/// An operator between tensors, which are known by their positions.
pub(crate) struct Call {
    pub(crate) operator: Operator,
    pub(crate) inputs: Vec<usize>,
    pub(crate) output: usize,
}

/// A whole file.
pub(crate) struct Model {
    pub(crate) description: &'static str,
    pub(crate) tensors: Vec<Tensor>,
    pub(crate) calls: Vec<Call>,
    pub(crate) input: usize,
    pub(crate) output: usize,
    /// Texts by name, for whoever opens the file.
    pub(crate) metadata: Vec<(&'static str, String)>,
}

type Table = WIPOffset<TableFinishedWIPOffset>;

/// A field of any table.
enum Slot {
    Byte(i8),
    Kind(u8),
    Int(i32),
    Count(u32),
    Float(f32),
    Flag(bool),
    To(WIPOffset<UnionWIPOffset>),
}

/// Writes tables from the last one to the first, as flatbuffers does.
struct Writer<'a>(FlatBufferBuilder<'a>);

impl Model {
    /// The file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let content = self.tensors.iter().filter_map(|tensor| tensor.constant.as_ref()).map(Vec::len).sum::<usize>();
        // Room for everything, so that the weights are not moved while the file grows.
        let mut writer = Writer(FlatBufferBuilder::with_capacity(content + content / 8 + (1 << 16)));
        // Buffer 0 is empty: it stands for "none".
        let mut buffers = vec![writer.table([])];
        let mut buffer_of = |bytes: &[u8], writer: &mut Writer| {
            let bytes = writer.aligned(bytes);
            buffers.push(writer.table([(0, bytes)]));
            buffers.len() as u32 - 1
        };
        let mut tensors = Vec::with_capacity(self.tensors.len());
        for tensor in &self.tensors {
            let buffer = tensor.constant.as_ref().map_or(0, |bytes| buffer_of(bytes, &mut writer));
            tensors.push(writer.tensor(tensor, buffer));
        }
        let mut metadata = Vec::with_capacity(self.metadata.len());
        for (name, text) in &self.metadata {
            let buffer = buffer_of(text.as_bytes(), &mut writer);
            let name = writer.text(name);
            metadata.push(writer.table([(0, name), (1, Slot::Count(buffer))]));
        }
        let mut codes: Vec<(i32, i32)> = Vec::new();
        let mut calls = Vec::with_capacity(self.calls.len());
        for call in &self.calls {
            let code = call.operator.code();
            let index = codes.iter().position(|other| *other == code).unwrap_or_else(|| {
                codes.push(code);
                codes.len() - 1
            });
            calls.push(writer.call(call, index));
        }
        let subgraph = [
            (0, writer.tables(&tensors)),
            (1, writer.ints([self.input as i32])),
            (2, writer.ints([self.output as i32])),
            (3, writer.tables(&calls)),
            (4, writer.text("network")),
        ];
        let subgraph = writer.table(subgraph);
        let codes: Vec<Table> = codes.into_iter().map(|code| writer.code(code)).collect();
        let signature = writer.signature(self);
        let model = [
            (0, Slot::Count(VERSION)),
            (1, writer.tables(&codes)),
            (2, writer.tables(&[subgraph])),
            (3, writer.text(self.description)),
            (4, writer.tables(&buffers)),
            (6, writer.tables(&metadata)),
            (7, writer.tables(&[signature])),
        ];
        let model = writer.table(model);
        writer.finished(model)
    }
}

impl Writer<'_> {
    fn table<const N: usize>(&mut self, fields: [(u16, Slot); N]) -> Table {
        self.table_of(fields)
    }

    fn table_of(&mut self, fields: impl IntoIterator<Item = (u16, Slot)>) -> Table {
        let start = self.0.start_table();
        for (slot, field) in fields {
            let at = 4 + 2 * slot;
            match field {
                Slot::Byte(value) => self.0.push_slot_always(at, value),
                Slot::Kind(value) => self.0.push_slot_always(at, value),
                Slot::Int(value) => self.0.push_slot_always(at, value),
                Slot::Count(value) => self.0.push_slot_always(at, value),
                Slot::Float(value) => self.0.push_slot_always(at, value),
                Slot::Flag(value) => self.0.push_slot_always(at, value),
                Slot::To(value) => self.0.push_slot_always(at, value),
            }
        }
        self.0.end_table(start)
    }

    fn tables(&mut self, tables: &[Table]) -> Slot {
        Slot::To(self.0.create_vector(tables).as_union_value())
    }

    fn ints(&mut self, values: impl IntoIterator<Item = i32>) -> Slot {
        let values: Vec<i32> = values.into_iter().collect();
        Slot::To(self.0.create_vector(&values).as_union_value())
    }

    fn text(&mut self, text: &str) -> Slot {
        Slot::To(self.0.create_string(text).as_union_value())
    }

    /// Bytes that begin at a multiple of the alignment, counted from the end of the file.
    fn aligned(&mut self, bytes: &[u8]) -> Slot {
        while !(self.0.unfinished_data().len() + bytes.len()).is_multiple_of(ALIGNMENT) {
            self.0.push(0u8);
        }
        Slot::To(self.0.create_vector(bytes).as_union_value())
    }

    fn tensor(&mut self, tensor: &Tensor, buffer: u32) -> Table {
        let lengths = || tensor.shape.iter().map(|&length| length as i32);
        let mut fields = vec![
            (0, self.ints(lengths())),
            (1, Slot::Byte(tensor.elements as i8)),
            (2, Slot::Count(buffer)),
            (3, self.text(&tensor.name)),
        ];
        if tensor.constant.is_none() {
            // The signature says which axes may vary.
            fields.push((7, self.ints(std::iter::once(-1).chain(lengths().skip(1)))));
        }
        self.table_of(fields)
    }

    fn call(&mut self, call: &Call, code: usize) -> Table {
        let (kind, options) = call.operator.options();
        let mut fields = vec![
            (0, Slot::Count(code as u32)),
            (1, self.ints(call.inputs.iter().map(|&input| input as i32))),
            (2, self.ints([call.output as i32])),
        ];
        if kind != 0 {
            let options = options.into_iter().map(|field| match field {
                Field::Byte(value) => Slot::Byte(value),
                Field::Int(value) => Slot::Int(value),
                Field::Float(value) => Slot::Float(value),
                Field::Flag(value) => Slot::Flag(value),
            });
            let options = self.table_of((0..).zip(options));
            fields.extend([(3, Slot::Kind(kind)), (4, Slot::To(options.as_union_value()))]);
        }
        self.table_of(fields)
    }

    /// The operator and its version. Readers of before 2020 look at the first slot, which is a byte.
    fn code(&mut self, (operator, version): (i32, i32)) -> Table {
        let byte = i8::try_from(operator).unwrap_or(i8::MAX);
        self.table([(0, Slot::Byte(byte)), (2, Slot::Int(version)), (3, Slot::Int(operator))])
    }

    /// The names under which interpreters find input and output.
    fn signature(&mut self, model: &Model) -> Table {
        let mut ends = [model.input, model.output].map(|end| {
            let name = self.text(&model.tensors[end].name);
            self.table([(0, name), (1, Slot::Count(end as u32))])
        });
        let [inputs, outputs] = ends.each_mut().map(|end| self.tables(&[*end]));
        let key = self.text("serving_default");
        self.table([(0, inputs), (1, outputs), (2, key), (4, Slot::Count(0))])
    }

    /// The file: its length becomes a multiple of the alignment, so that what is aligned from its end is aligned from its
    /// start too. Only the first number in it counts from the start.
    fn finished(mut self, model: Table) -> Vec<u8> {
        self.0.finish(model, Some(IDENTIFIER));
        let (buffer, start) = self.0.collapse();
        let data = &buffer[start..];
        let more = data.len().next_multiple_of(ALIGNMENT) - data.len();
        let (head, rest) = data.split_at(8);
        let root = u32::from_le_bytes(head[..4].try_into().expect("four bytes")) + more as u32;
        [&root.to_le_bytes(), &head[4..], &vec![0; more], rest].concat()
    }
}
