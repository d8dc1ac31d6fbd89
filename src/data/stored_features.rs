//! Features as a file, which a later run reads in the place of computing them: never one that was cut or changed, or that is
//! of other pictures, of other layers, or of a browser that rounds in another way.
//!
//! A file is a head and pieces. The head is a mark, the version and the numbers of a [`FeatureFile`]; a piece is the features
//! of some neighbouring pictures as little-endian float32, and a checksum (CRC-32) of the head, of the place of the piece and
//! of these bytes.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use crc32fast::Hasher;

use crate::data::{Dataset, Features, Parts};
use crate::device;
use crate::error::{Error, Result};

const MARK: [u8; 8] = *b"tabfitF\n";
/// To be raised where another version of this program makes other features of the same pictures.
const VERSION: u32 = 2;
/// The bytes of the head: of the mark, the version and eight numbers.
const HEAD: usize = 8 + 4 + 8 * 4;
/// Where the number of the head stands that says how the features were computed.
const COMPUTED: usize = 8 + 4 + 4 * 4;
/// Where the numbers of the head begin that say which layers made the features.
const LAYERS: usize = COMPUTED + 4;
/// The most bytes of features in a piece, if a picture has no more.
const PIECE: usize = 4 << 20;
const CHECKSUM: usize = 4;

/// How features were computed, as the number in the head: each way has other last digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Computed {
    /// On a processor, and each product was rounded before it was added.
    RoundedTwice = 0,
    OnGpu = 1,
    /// On a processor, by an instruction that rounds once.
    RoundedOnce = 2,
}

impl Computed {
    /// As this program does on a device.
    fn on(device: &Device) -> Self {
        match (device::largest_tensor(device), tabfit_kernels::rounds_once()) {
            (Some(_), _) => Self::OnGpu,
            (None, true) => Self::RoundedOnce,
            (None, false) => Self::RoundedTwice,
        }
    }
}

/// What the features in a file are of. Two that are equal stand for equal features, on a GPU up to rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeatureFile {
    /// Checksums of the pixels, with classes and size, and of the files that they were decoded from.
    pixels: u32,
    files: u32,
    pictures: usize,
    image_size: usize,
    computed: Computed,
    /// As in [`Features`].
    body: u32,
    layers: usize,
    values: usize,
}

impl FeatureFile {
    pub(crate) fn new(dataset: &Dataset, body: u32, layers: usize, values: usize, device: &Device) -> Self {
        let pictures = &dataset.pictures;
        Self {
            pixels: pictures.of_pixels(),
            files: pictures.of_files.unwrap_or_default(),
            pictures: pictures.labels.len(),
            image_size: pictures.image_size,
            computed: Computed::on(device),
            body,
            layers,
            values,
        }
    }

    fn head(&self) -> [u8; HEAD] {
        let Self { pixels, files, pictures, image_size, computed, body, layers, values } = *self;
        let of_pictures = [pixels, files, pictures as u32, image_size as u32];
        let of_layers = [computed as u32, body, layers as u32, values as u32];
        let mut head = [0; HEAD];
        head[..MARK.len()].copy_from_slice(&MARK);
        let numbers = std::iter::once(VERSION).chain(of_pictures).chain(of_layers);
        for (place, number) in head[MARK.len()..].chunks_exact_mut(4).zip(numbers) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        head
    }

    /// A name that no other features have, nor those of another version of this program.
    #[must_use]
    pub fn name(&self) -> String {
        let mut name = String::new();
        for byte in &self.head()[MARK.len()..] {
            let _ = write!(name, "{byte:02x}"); // a String takes everything
        }
        name
    }

    /// The size of the file.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        HEAD as u64 + (self.pictures * self.values * 4) as u64 + (self.pieces() * CHECKSUM) as u64
    }

    fn pictures_of_piece(&self) -> usize {
        (PIECE / 4).checked_div(self.values).unwrap_or(1).max(1)
    }

    fn pieces(&self) -> usize {
        self.pictures.div_ceil(self.pictures_of_piece())
    }

    /// The pictures of a piece; none after the last one.
    fn rows(&self, piece: usize) -> Range<usize> {
        let first = piece.saturating_mul(self.pictures_of_piece()).min(self.pictures);
        first..(first + self.pictures_of_piece()).min(self.pictures)
    }

    /// The number of parts: the head, and the pieces.
    #[must_use]
    pub fn parts(&self) -> usize {
        1 + self.pieces()
    }

    /// The bytes of a part in the file.
    #[must_use]
    pub fn part(&self, part: usize) -> Range<u64> {
        let Some(piece) = part.checked_sub(1) else { return 0..HEAD as u64 };
        let bytes = |pictures: usize| (pictures * self.values * 4 + CHECKSUM) as u64;
        let start = HEAD as u64 + piece as u64 * bytes(self.pictures_of_piece());
        start..start + bytes(self.rows(piece).len())
    }

    fn checksum(&self, piece: usize, values: &[u8]) -> [u8; CHECKSUM] {
        let mut hasher = Hasher::new();
        hasher.update(&self.head());
        hasher.update(&(piece as u32).to_le_bytes());
        hasher.update(values);
        hasher.finalize().to_le_bytes()
    }
}

/// The error where features are asked for that another run has replaced.
pub(crate) fn gone() -> Error {
    Error::Dataset("These features are no longer in memory; ask for them after the run that computed them.".into())
}

impl Dataset {
    /// What the features of the folder's pictures are of; `None` if there are none.
    #[must_use]
    pub fn feature_file(&self) -> Option<FeatureFile> {
        self.features().map(|features| self.file_of(&features))
    }

    fn file_of(&self, features: &Arc<Features>) -> FeatureFile {
        let &Features { body, layers, values, .. } = &**features;
        FeatureFile::new(self, body, layers, values, &features.device())
    }

    /// The bytes of [`FeatureFile::part`].
    ///
    /// # Errors
    ///
    /// The features are no longer those of the file, or the device failed.
    pub async fn feature_part(&self, file: &FeatureFile, part: usize) -> Result<Vec<u8>> {
        let features = self.features().filter(|features| self.file_of(features) == *file).ok_or_else(gone)?;
        let Some(piece) = part.checked_sub(1) else { return Ok(file.head().to_vec()) };
        let rows = file.rows(piece);
        if rows.is_empty() {
            return Err(gone());
        }
        let values = features.rows(rows).await?;
        let mut bytes = Vec::with_capacity(values.len() * 4 + CHECKSUM);
        bytes.extend_from_slice(bytemuck::cast_slice(&values));
        bytes.extend(file.checksum(piece, &bytes));
        Ok(bytes)
    }
}

/// Pictures whose features a run would compute.
#[derive(Debug, Clone)]
pub struct MissingFeatures {
    pub(crate) pictures: Dataset,
    pub(crate) device: Device,
    /// What they are of.
    pub file: FeatureFile,
}

/// Takes the parts of a file, one after another.
#[derive(Debug)]
pub struct FeatureReader {
    missing: MissingFeatures,
    features: Features,
    /// The pieces that were read.
    pieces: usize,
}

impl FeatureReader {
    /// Begins with the first part of what should be the file of these features. Features of other layers are freed before there
    /// is memory for these, and none is taken because of what a file says.
    ///
    /// # Errors
    ///
    /// Why it is another file, as a clause that completes "The file …".
    pub fn begin(missing: MissingFeatures, head: &[u8], length: u64) -> Result<Self, &'static str> {
        let file = missing.file;
        let expected = file.head();
        if head.len() != HEAD {
            return Err("is cut");
        }
        let differs = |range: Range<usize>| head[range.clone()] != expected[range];
        match () {
            () if differs(0..MARK.len()) => return Err("is damaged"),
            () if differs(MARK.len()..MARK.len() + 4) => return Err("is of another version of this page"),
            () if differs(MARK.len() + 4..COMPUTED) => return Err("is of other pictures"),
            () if differs(COMPUTED..LAYERS) => {
                return Err("is of another device or browser, which rounds in another way");
            }
            () if differs(LAYERS..HEAD) => return Err("is of other layers"),
            () if length < file.bytes() => return Err("is cut"),
            () if length > file.bytes() => return Err("is damaged"),
            () => {}
        }
        missing.pictures.keep_features(None);
        let FeatureFile { pictures, values, layers, body, .. } = file;
        let features = Features::with_room_for(pictures, values, layers, body, &missing.device);
        features.map(|features| Self { missing, features, pieces: 0 }).ok_or("does not fit into memory")
    }

    /// Takes the next part.
    ///
    /// # Errors
    ///
    /// Why it is refused, as a clause that completes "The file …".
    pub fn push(&mut self, part: &[u8]) -> Result<(), &'static str> {
        let MissingFeatures { file, device, .. } = &self.missing;
        let (rows, values) = (file.rows(self.pieces), file.values);
        if rows.is_empty() {
            return Err("is damaged");
        }
        let (bytes, checksum) = part.split_last_chunk().ok_or("is cut")?;
        if bytes.len() != rows.len() * values * 4 {
            return Err("is cut");
        }
        if *checksum != file.checksum(self.pieces, bytes) {
            return Err("is damaged");
        }
        let numbers: Vec<f32> = bytemuck::pod_collect_to_vec(bytes);
        let part = match file.computed {
            Computed::OnGpu => Parts::Gpu(Tensor::from_data(TensorData::new(numbers, [rows.len(), values]), device)),
            Computed::RoundedOnce | Computed::RoundedTwice => Parts::Processor(vec![numbers]),
        };
        self.features.push(rows.start, part);
        self.pieces += 1;
        Ok(())
    }

    /// Keeps the features for the next run with these pictures.
    ///
    /// # Errors
    ///
    /// A part has not come.
    pub fn end(self) -> Result<(), &'static str> {
        if self.pieces < self.missing.file.pieces() {
            return Err("is cut");
        }
        self.missing.pictures.keep_features(Some(Arc::new(self.features)));
        Ok(())
    }
}
