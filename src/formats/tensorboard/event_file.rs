//! An event file of TensorBoard: TFRecords with `Event` messages, byte for byte as TensorFlow 2 writes them.

use prost::Message;

use super::{canvas::Picture, message};

/// The polynomial of CRC-32C (Castagnoli 1993), its bits reversed.
const CASTAGNOLI: u32 = 0x82f6_3b78;

/// An event file. It holds only the bytes that were added since the last [`EventFile::take`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFile {
    path: String,
    fresh: Vec<u8>,
}

impl EventFile {
    /// A file in `folder` that begins at `wall_time`, in seconds since 1970; both are part of its path. Its
    /// first record is the version of the format.
    #[must_use]
    pub fn new(folder: &str, wall_time: f64) -> Self {
        // Whole seconds with leading zeros, because TensorBoard sorts the files of a folder by name.
        let seconds = wall_time as u64;
        let path = format!("{folder}/events.out.tfevents.{seconds:010}.tabfit.v2");
        let mut file = Self { path, fresh: Vec::new() };
        file.record(&message::Event {
            wall_time: seconds as f64,
            file_version: Some("brain.Event:2".into()),
            source_metadata: Some(message::SourceMetadata {
                writer: concat!("tabfit ", env!("CARGO_PKG_VERSION")).into(),
            }),
            ..message::Event::default()
        });
        file
    }

    /// Adds a point to the curve `tag`; TensorBoard keeps 32-bit floats.
    pub fn scalar(&mut self, tag: &str, step: usize, wall_time: f64, value: f64) {
        let tensor = message::TensorProto {
            dtype: message::FLOAT,
            tensor_content: (value as f32).to_le_bytes().to_vec(),
            ..message::TensorProto::default()
        };
        self.summary(tag, "scalars", step, wall_time, tensor);
    }

    /// Adds a picture under `tag`.
    pub fn image(&mut self, tag: &str, step: usize, wall_time: f64, picture: &Picture) {
        let string_val =
            vec![picture.width.to_string().into_bytes(), picture.height.to_string().into_bytes(), picture.png.clone()];
        let tensor = message::TensorProto {
            dtype: message::STRING,
            tensor_shape: Some(message::Shape { dim: vec![message::Dim { size: string_val.len() as i64 }] }),
            string_val,
            ..message::TensorProto::default()
        };
        self.summary(tag, "images", step, wall_time, tensor);
    }

    /// The file's path and the bytes to append to it; `None` where there are none.
    pub fn take(&mut self) -> Option<(String, Vec<u8>)> {
        let fresh = std::mem::take(&mut self.fresh);
        (!fresh.is_empty()).then(|| (self.path.clone(), fresh))
    }

    fn summary(&mut self, tag: &str, plugin: &str, step: usize, wall_time: f64, mut tensor: message::TensorProto) {
        tensor.tensor_shape.get_or_insert_default();
        let plugin_data = Some(message::PluginData { plugin_name: plugin.into() });
        let metadata = Some(message::Metadata { plugin_data });
        let value = message::Value { tag: tag.into(), tensor: Some(tensor), metadata };
        self.record(&message::Event {
            wall_time,
            step: step as i64,
            summary: Some(message::Summary { value: vec![value] }),
            ..message::Event::default()
        });
    }

    /// Adds a TFRecord: the length, its checksum, the message, its checksum.
    fn record(&mut self, event: &message::Event) {
        let data = event.encode_to_vec();
        let length = (data.len() as u64).to_le_bytes();
        self.fresh.extend(length);
        self.fresh.extend(masked(&length).to_le_bytes());
        self.fresh.extend(&data);
        self.fresh.extend(masked(&data).to_le_bytes());
    }
}

/// TFRecord's checksum: CRC-32C, rotated and shifted, because the CRC of bytes that contain their own CRC
/// would be a constant.
fn masked(bytes: &[u8]) -> u32 {
    crc32c(bytes).rotate_right(15).wrapping_add(0xa282_ead8)
}

/// Bit by bit, because a record is small; crc32fast knows only CRC-32, with another polynomial.
fn crc32c(bytes: &[u8]) -> u32 {
    let shifted = |sum: u32, _| (sum >> 1) ^ if sum & 1 == 1 { CASTAGNOLI } else { 0 };
    !bytes.iter().fold(!0, |sum, &byte| (0..8).fold(sum ^ u32::from(byte), shifted))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The check value of the catalogue of CRCs.
    #[test]
    fn the_checksum_is_crc_32c() {
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    }

    /// The messages of a file whose checksums are right.
    fn events(mut bytes: &[u8]) -> Vec<message::Event> {
        let mut events = Vec::new();
        while let Some((head, rest)) = bytes.split_at_checked(12) {
            let length = u64::from_le_bytes(head[..8].try_into().unwrap()) as usize;
            assert_eq!(masked(&head[..8]).to_le_bytes(), head[8..]);
            let (data, rest) = rest.split_at(length);
            assert_eq!(masked(data).to_le_bytes(), rest[..4]);
            events.push(message::Event::decode(data).unwrap());
            bytes = &rest[4..];
        }
        assert!(bytes.is_empty());
        events
    }

    /// Tag, step and value of every number in a file that begins with its version.
    pub(in super::super) fn scalars(bytes: &[u8]) -> Vec<(String, i64, f32)> {
        let events = events(bytes);
        assert_eq!(events[0].file_version.as_deref(), Some("brain.Event:2"));
        let value = |event: &message::Event| {
            let [value] = event.summary.clone().unwrap().value.try_into().unwrap();
            assert_eq!(value.metadata.unwrap().plugin_data.unwrap().plugin_name, "scalars");
            let content = value.tensor.unwrap().tensor_content;
            (value.tag, event.step, f32::from_le_bytes(content.try_into().unwrap()))
        };
        events[1..].iter().map(value).collect()
    }

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    fn without_its_version(write: impl FnOnce(&mut EventFile)) -> Vec<u8> {
        let mut file = EventFile::new("logs", 0.0);
        file.take();
        write(&mut file);
        file.take().unwrap().1
    }

    /// Records that TensorFlow 2.21 wrote for `tf.summary.scalar` and `tf.summary.image`.
    #[test]
    fn records_are_tensorflows_to_the_byte() {
        let scalar = without_its_version(|file| file.scalar("epoch_accuracy", 1, 1_795_558_342.943_289, 0.5));
        let expected = "3800000000000000a3797d5709d95ebcf182c1da4110012a2b0a290a0e65706f63685f6163637572616379\
            420a0801120022040000003f4a0b0a090a077363616c6172737d5b228e";
        assert_eq!(scalar, bytes(expected));

        let png = bytes(
            "89504e470d0a1a0a0000000d4948445200000005000000040802000000c95162170000000c4944415408996360a00c0000004000\
            01e22951590000000049454e44ae426082",
        );
        let picture = Picture { png, width: 5, height: 4 };
        let image = without_its_version(|file| file.image("pic", 3, 1_795_558_342.961_729, &picture));
        let expected = "7700000000000000e6b4a6c309f88cbdf182c1da4110032a6a0a680a0370696342550807120412020803420135\
            420134424589504e470d0a1a0a0000000d4948445200000005000000040802000000c95162170000000c4944415408996360a0\
            0c000000400001e22951590000000049454e44ae4260824a0a0a080a06696d61676573ab94fe92";
        assert_eq!(image, bytes(expected));
    }
}
