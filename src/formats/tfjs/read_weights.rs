//! The weights of a TensorFlow.js model: names and shapes in `model.json`, values in other files.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::error::Result;
use crate::formats::shared::{ModelFile, names::last_two};
use crate::formats::tabfit::numbers;
use crate::formats::tfjs::refusal::refused;
use crate::network::{Architecture, Origin, Origins, Shaped, WeightSpec};

/// Weights that lie one after the other in the files of `paths`.
#[derive(Deserialize)]
pub(crate) struct Group {
    paths: Vec<String>,
    weights: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    shape: Vec<usize>,
    dtype: String,
    #[serde(default)]
    quantization: Option<Quantization>,
}

/// How the numbers of a weight are packed: `value = q * scale + min` for `uint8` and `uint16`, and `float16` as it is.
#[derive(Deserialize)]
struct Quantization {
    dtype: String,
    scale: Option<f64>,
    min: Option<f64>,
}

/// The values of every weight, in the order of the layers and the layout of the device.
///
/// # Errors
///
/// A file is missing or has another size than its weights; or the weights are not those of the layers.
pub(crate) fn read(
    groups: &[Group],
    files: &[ModelFile],
    architecture: &Architecture,
    origins: &Origins,
) -> Result<Vec<Vec<f32>>> {
    // Checked before any file is copied: one file named a thousand times would take its size a thousand times.
    let mut seen = HashSet::new();
    if !groups.iter().flat_map(|group| &group.paths).all(|path| seen.insert(base_name(path))) {
        return Err(refused("names a file of weights twice"));
    }
    let contents = groups.iter().map(|group| group.contents(files)).collect::<Result<Vec<_>>>()?;
    let mut found = Found::default();
    for (group, contents) in groups.iter().zip(&contents) {
        let mut rest: &[u8] = contents;
        for entry in &group.weights {
            let (bytes, after) = entry.split(rest).map_err(refused)?;
            rest = after;
            if !entry.is_state() {
                found.add(entry, bytes).map_err(refused)?;
            }
        }
        if !rest.is_empty() {
            return Err(refused(format!("has {} bytes of weights more than it describes", rest.len())));
        }
    }
    let values =
        origins.values(architecture, |origin, index, weight| found.take(origin, index, weight)).map_err(refused)?;
    match found.left() {
        Some(stranger) => Err(refused(format!("holds a weight {stranger}, which no layer uses"))),
        None => Ok(values),
    }
}

#[derive(Default)]
struct Found<'a> {
    names: HashSet<&'a str>,
    /// The weights of the files, by the last two parts of their names.
    alike: HashMap<&'a str, Vec<(&'a Entry, &'a [u8])>>,
}

impl<'a> Found<'a> {
    fn add(&mut self, entry: &'a Entry, bytes: &'a [u8]) -> Result<(), String> {
        if !self.names.insert(&entry.name) {
            return Err(format!("has two weights named {}", entry.name));
        }
        self.alike.entry(last_two(&entry.name)).or_default().push((entry, bytes));
        Ok(())
    }

    /// The weight whose name ends in those of the layer and of as many models around it as there are. Some tools put only the
    /// layer's name before that of the weight, and some that of the whole network too. TensorFlow.js's converter names the weights of
    /// a `.keras` file by their paths there.
    fn take(&mut self, origin: &Origin, index: usize, weight: &WeightSpec) -> Result<Option<Shaped>, String> {
        let (_, own) = weight.name.split_once('/').unwrap_or_default();
        // The kernel of a DepthwiseConv2D is `depthwise_kernel` in Keras 2 and `kernel` in Keras 3.
        let owns = [own.to_string(), own.replace("kernel", "depthwise_kernel")];
        let places = (0..origin.names.len()).map(|from| origin.names[from..].join("/"));
        let names = places.flat_map(|place| owns.each_ref().map(|own| format!("{place}/{own}")));
        for name in std::iter::once(format!("{}/vars/{index}", origin.path)).chain(names) {
            let Some(alike) = self.alike.get_mut(last_two(&name)) else { continue };
            let parts = |at: usize| alike[at].0.name.matches('/').count();
            let mut ends: Vec<usize> = (0..alike.len()).filter(|&at| alike[at].0.ends_in(&name)).collect();
            ends.sort_by_key(|&at| parts(at));
            match ends[..] {
                [] => {}
                [one, other, ..] if parts(one) == parts(other) => {
                    return Err(format!("has two weights named {name}"));
                }
                [one, ..] => {
                    let (entry, bytes) = alike.swap_remove(one);
                    return Ok(Some((entry.shape.clone(), entry.numbers()?.read(bytes))));
                }
            }
        }
        Ok(None)
    }

    /// The first name of a weight that was not taken.
    fn left(&self) -> Option<&str> {
        self.alike.values().flatten().map(|(entry, _)| entry.name.as_str()).min()
    }
}

impl Group {
    fn contents<'a>(&self, files: &'a [ModelFile]) -> Result<Cow<'a, [u8]>> {
        let shards = self.paths.iter().map(|path| {
            let file = files.iter().find(|file| base_name(&file.name) == base_name(path));
            file.map(|file| file.bytes.as_slice())
                .ok_or_else(|| refused(format!("needs the file {path}; choose it together with model.json")))
        });
        let shards = shards.collect::<Result<Vec<_>>>()?;
        Ok(if let [one] = shards[..] { Cow::Borrowed(one) } else { Cow::Owned(shards.concat()) })
    }
}

impl Entry {
    /// Whether its name ends in these parts.
    fn ends_in(&self, name: &str) -> bool {
        self.name.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('/'))
    }

    /// Whether it is what an optimizer remembers or a random state, which the converter for Keras 3 writes like weights.
    fn is_state(&self) -> bool {
        let mut parts = self.name.rsplit('/').skip(1);
        parts.next() == Some("vars") && matches!(parts.next(), Some("optimizer" | "seed_generator"))
    }

    /// # Errors
    ///
    /// The numbers are of a kind that no weight here has.
    fn numbers(&self) -> Result<Numbers, String> {
        if self.dtype != "float32" {
            return Err(format!("holds {} as {}; weights are float32, packed or not", self.name, self.dtype));
        }
        let Some(packed) = &self.quantization else { return Ok(Numbers::Float32) };
        let affine = || match (packed.scale, packed.min) {
            (Some(scale), Some(min)) if scale.is_finite() && min.is_finite() => Ok(Affine { scale, min }),
            _ => Err(format!("holds {} as {} without a scale and a min", self.name, packed.dtype)),
        };
        match packed.dtype.as_str() {
            "uint8" => affine().map(Numbers::Uint8),
            "uint16" => affine().map(Numbers::Uint16),
            "float16" => Ok(Numbers::Float16),
            other => Err(format!("holds {} quantized to {other}; uint8, uint16 and float16 are read", self.name)),
        }
    }

    /// The bytes of this weight, and those after it.
    fn split<'a>(&self, bytes: &'a [u8]) -> Result<(&'a [u8], &'a [u8]), String> {
        let counts = self.is_state() && self.dtype == "int32";
        let size = if counts { size_of::<i32>() } else { self.numbers()?.size() };
        let length = self.shape.iter().try_fold(size, |length, &axis| length.checked_mul(axis));
        length
            .and_then(|length| bytes.split_at_checked(length))
            .ok_or_else(|| format!("is cut off: its files end inside the weight {}", self.name))
    }
}

/// How the numbers of a weight lie in its file.
#[derive(Clone, Copy)]
enum Numbers {
    Float32,
    Float16,
    Uint8(Affine),
    Uint16(Affine),
}

/// `q * scale + min`.
#[derive(Clone, Copy)]
struct Affine {
    scale: f64,
    min: f64,
}

impl Affine {
    fn value(self, q: u16) -> f32 {
        (f64::from(q) * self.scale + self.min) as f32
    }
}

impl Numbers {
    /// The bytes of one number.
    fn size(self) -> usize {
        match self {
            Self::Float32 => 4,
            Self::Float16 | Self::Uint16(_) => 2,
            Self::Uint8(_) => 1,
        }
    }

    fn read(self, bytes: &[u8]) -> Vec<f32> {
        match self {
            Self::Float32 => numbers::float32(bytes),
            Self::Float16 => numbers::float16(bytes),
            Self::Uint8(affine) => bytes.iter().map(|&q| affine.value(q.into())).collect(),
            Self::Uint16(affine) => bytes.as_chunks().0.iter().map(|&q| affine.value(u16::from_le_bytes(q))).collect(),
        }
    }
}

fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
