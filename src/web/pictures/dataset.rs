//! The `Dataset` class for JavaScript.

use serde::Serialize;
use wasm_bindgen::Clamped;
use wasm_bindgen::prelude::*;

use super::arrays;
use super::read_folder::read_folder;
use crate::data::preview::augmented_copies;
use crate::data::{Dataset, FolderDataset, SkippedFile};
use crate::seed::Seed;
use crate::web::convert::{or_default, thrown, to_js};

/// Labelled pictures, in the parts of a folder.
#[wasm_bindgen(js_name = Dataset)]
#[derive(Debug)]
pub struct JsDataset(pub(in crate::web) FolderDataset);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DatasetSummary<'a> {
    image_size: usize,
    class_names: &'a [String],
    counts: Counts,
    skipped: Vec<SkippedFile>,
    skipped_count: usize,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct Counts {
    training: Vec<usize>,
    validation: Option<Vec<usize>>,
    test: Option<Vec<usize>>,
}

#[wasm_bindgen(js_class = Dataset)]
impl JsDataset {
    /// Reads the files of a folder with one folder of pictures per class, as `<input webkitdirectory>`
    /// lists them, of a directory handle, or of one or several `.zip` archives (only in a worker), and stretches each picture to a square.
    /// `summary.skipped` lists the files that are not used.
    ///
    /// The same files give the same data set in whatever order they are listed or packed. Pass `{ path, file }` to a worker: Safari clears `webkitRelativePath` on the way.
    ///
    /// # Errors
    ///
    /// `ConfigError` for a misspelt option or a bad size, `DatasetError` when nothing can be learned
    /// from the folder, the signal's reason when it is aborted, and whatever a listener throws.
    #[wasm_bindgen(js_name = fromFolder)]
    pub async fn from_folder(
        #[wasm_bindgen(unchecked_param_type = "Iterable<File | FolderEntry> | FileSystemDirectoryHandle | Blob")] files: JsValue,
        #[wasm_bindgen(unchecked_param_type = "FolderOptions")] options: JsValue,
    ) -> Result<JsDataset, JsValue> {
        read_folder(files, options).await.map(Self)
    }

    /// Copies pictures from arrays of pixels, one picture after another.
    ///
    /// # Errors
    ///
    /// `ConfigError` for a misspelt option or one of the wrong kind, `DatasetError` for arrays that do
    /// not fit each other or hold a single class.
    #[wasm_bindgen(js_name = fromArrays)]
    pub fn from_arrays(
        #[wasm_bindgen(unchecked_param_type = "DatasetArrays")] arrays: JsValue,
    ) -> Result<JsDataset, JsValue> {
        arrays::dataset(&arrays).map(Self)
    }

    /// The height and width of every picture, in pixels.
    #[must_use]
    #[wasm_bindgen(getter, js_name = imageSize)]
    pub fn image_size(&self) -> usize {
        self.0.training.image_size()
    }

    /// The names of the classes; a label is an index into them.
    #[must_use]
    #[wasm_bindgen(getter, js_name = classNames)]
    pub fn class_names(&self) -> Vec<String> {
        self.0.training.class_names().to_vec()
    }

    /// What augmentation makes of the training picture with this index, as the first epochs of a run with this seed (1 if
    /// none is given) see it: `copies` pictures (1 to 64) of RGBA, one after another. Standardization is left out.
    ///
    /// # Errors
    ///
    /// `ConfigError` for a setting that is not understood, `DatasetError` if there is no such picture.
    #[wasm_bindgen(js_name = augmentedCopies, unchecked_return_type = "Uint8ClampedArray<ArrayBuffer>")]
    pub fn augmented_copies(
        &self,
        picture: usize,
        copies: usize,
        #[wasm_bindgen(unchecked_param_type = "AugmentConfig")] augment: JsValue,
        seed: Option<f64>,
    ) -> Result<Clamped<Vec<u8>>, JsValue> {
        let augment = or_default("augment", augment)?;
        let seed = seed.map_or(Ok(Seed::default()), Seed::try_from).map_err(thrown)?;
        augmented_copies(&self.0.training, picture, copies, &augment, seed).map(Clamped).map_err(thrown)
    }

    /// Classes, counts, and what was skipped and why.
    #[wasm_bindgen(getter, unchecked_return_type = "DatasetSummary")]
    pub fn summary(&self) -> JsValue {
        let FolderDataset { training, validation, test, skipped, warnings, .. } = &self.0;
        to_js(&DatasetSummary {
            image_size: training.image_size(),
            class_names: training.class_names(),
            counts: Counts {
                training: training.counts(),
                validation: validation.as_ref().map(Dataset::counts),
                test: test.as_ref().map(Dataset::counts),
            },
            skipped: skipped.list(),
            skipped_count: skipped.count(),
            warnings,
        })
    }
}
