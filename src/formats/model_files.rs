//! Keras's methods for files: `save`, `save_with_optimizer`, `save_weights`, `load_weights` and `load` of a model; and
//! `load_pretrained`, Keras's argument `weights` of a ready-made network.

use crate::device::{DeviceKind, read_all};
use crate::error::Result;
use crate::formats::safetensors::pretrained;
use crate::formats::{keras_file, tabfit};
use crate::network::Sequential;
use crate::training::state::{Checkpoint, Measured, Model, leave_a_lost_gpu};

impl Model {
    /// The network as a `.tabfit` file.
    ///
    /// # Errors
    ///
    /// The device failed before an epoch was finished on it.
    pub async fn save(&mut self) -> Result<Vec<u8>> {
        tabfit::save(self, false).await
    }

    /// [`Self::save`] with the state of the optimizer, so that the next [`fit`](crate::fit()) goes on as if the network had
    /// not been saved and loaded: Keras's `save(include_optimizer=True)`.
    ///
    /// # Errors
    ///
    /// The same as [`Self::save`].
    pub async fn save_with_optimizer(&mut self) -> Result<Vec<u8>> {
        tabfit::save(self, true).await
    }

    /// The weights alone, as a plain safetensors file in Keras's names and layouts.
    ///
    /// # Errors
    ///
    /// The device failed before an epoch was finished on it.
    pub async fn save_weights(&mut self) -> Result<Vec<u8>> {
        tabfit::save_weights(self).await
    }

    /// Loads the weights of a safetensors file, plain or `.tabfit`, by name, or of Keras's `.weights.h5`; Keras's
    /// `load_weights`. The optimizer and the history stay.
    ///
    /// # Errors
    ///
    /// The file is damaged or its weights are those of another network; nothing is changed then.
    pub fn load_weights(&mut self, bytes: &[u8]) -> Result<()> {
        match keras_file::container::is_hdf5(bytes) {
            true => self.load_weights_of(keras_file::container::contents(bytes)?),
            false => tabfit::load_weights(self, bytes),
        }
    }

    /// Loads what this network has learnt before, from a file of pretrained weights: those of all layers but the last one
    /// with weights, whose own stay, by name. The optimizer and the history stay.
    ///
    /// # Errors
    ///
    /// The file is cut off, damaged, newer, of another kind, or for another network; or the device failed. Nothing is
    /// changed then.
    pub async fn load_pretrained(&mut self, bytes: &[u8]) -> Result<()> {
        leave_a_lost_gpu(self);
        let mut values = pretrained::read(bytes, self.architecture())?;
        values.extend(read_all(&self.network.weights[values.len()..]).await?);
        self.network = Sequential::from_values(self.network.architecture.clone(), values, &self.network.device);
        self.measured = Measured::default();
        Ok(())
    }

    /// Opens a `.tabfit` file on a device.
    ///
    /// # Errors
    ///
    /// The file is not one, is cut off or damaged, comes from a newer version, or holds other weights
    /// than its layers need; or there is no such device. What the file claims and does not
    /// have is never allocated.
    pub async fn load(bytes: &[u8], kind: DeviceKind) -> Result<Self> {
        Self::open(bytes, kind).await.map(|(model, _)| model)
    }

    /// [`Self::load`], with the checkpoint of a run if the file has one.
    ///
    /// # Errors
    ///
    /// The same as [`Self::load`].
    pub async fn open(bytes: &[u8], kind: DeviceKind) -> Result<(Self, Option<Checkpoint>)> {
        tabfit::open(bytes, kind).await
    }
}

impl Checkpoint {
    /// The checkpoint as a `.tabfit` file for [`Model::open`]. To resume the run, the same pixels are needed;
    /// another browser may decode the same pictures to other pixels, and [`resume`](crate::resume()) then refuses.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub async fn save(&self) -> Result<Vec<u8>> {
        tabfit::save_checkpoint(self, None).await
    }
}

/// A whole `.tabfit` file, from a checkpoint that `BackupAndRestore` wrote with `frozen_apart` and the file of its frozen
/// weights. A checkpoint that has all weights is returned as it is.
///
/// # Errors
///
/// One of them is damaged, or the frozen weights are those of another run.
pub async fn join_checkpoint(checkpoint: &[u8], frozen: &[u8]) -> Result<Vec<u8>> {
    tabfit::join(checkpoint, frozen).await
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::TensorView;
    use safetensors::{Dtype, SafeTensors};
    use serde_json::{Value, json};

    use super::*;
    use crate::formats::tabfit::container::checksum;
    use crate::network::Preset;
    use crate::seed::Seed;
    use crate::{Callback, Dataset, FitPlan, Progress, Result, Run, Stopped, fit, resume};

    async fn model() -> Model {
        let config = Preset::named("tutorial4").unwrap().config(16, 2);
        Model::new(config, vec!["a \"quoted\" 🧠".into(), "<script>".into()], DeviceKind::Cpu, Seed(3)).await.unwrap()
    }

    #[pollster::test]
    async fn a_network_comes_back_with_its_weights_classes_and_answers() {
        let mut model = model().await;
        let bytes = model.save().await.unwrap();
        let mut back = Model::load(&bytes, DeviceKind::Cpu).await.unwrap();
        assert_eq!(back.class_names(), model.class_names());
        assert_eq!(back.read_weights().await.unwrap(), model.read_weights().await.unwrap());
        let picture: Vec<u8> = (0..16 * 16 * 3).map(|i| (i * 31 % 256) as u8).collect();
        assert_eq!(back.predict(&picture).await.unwrap(), model.predict(&picture).await.unwrap());
        let kernel = SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(kernel.tensor("conv2d/kernel").unwrap().shape(), [3, 3, 3, 32]);
    }

    #[pollster::test]
    async fn a_file_cut_anywhere_is_refused() {
        let bytes = model().await.save().await.unwrap();
        for length in (0..bytes.len()).step_by(bytes.len() / 50) {
            let error = Model::load(&bytes[..length], DeviceKind::Cpu).await.unwrap_err();
            assert_eq!(error.name(), "ModelFileError", "at {length}: {error}");
        }
    }

    /// The file with a changed description and the right checksum for it.
    fn described(bytes: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).unwrap();
        let mut description = serde_json::from_str(&metadata.metadata().clone().unwrap()["tabfit"]).unwrap();
        change(&mut description);
        let (description, tensors) = (description.to_string(), SafeTensors::deserialize(bytes).unwrap());
        let sum = checksum(&description, &tensors);
        let metadata = [("tabfit", description), ("crc32", sum)];
        let metadata = metadata.map(|(name, text)| (name.to_string(), text)).into();
        safetensors::serialize(tensors.tensors(), Some(metadata)).unwrap()
    }

    #[pollster::test]
    async fn a_hostile_description_behind_a_right_checksum_is_refused_in_words() {
        type Change = fn(&mut Value);
        let bytes = model().await.save().await.unwrap();
        assert!(Model::load(&described(&bytes, |_| ()), DeviceKind::Cpu).await.is_ok());
        let changes: [(&str, Change); 4] = [
            ("version 3, newer", |header| *header = json!({"version": 3, "layers": {}})),
            ("nonzero", |header| {
                header["history"] = json!({"epochs": [[0, {}]], "stopped": "completed", "notes": [], "reading": ""});
            }),
            ("more numbers than memory", |header| {
                let metric = |n: u32| json!({"type": "AUC", "numThresholds": 2 + n % 9999, "name": n.to_string()});
                header["metrics"] = (0..5000).map(metric).collect();
            }),
            ("over 1 GB", |header| {
                let wide = json!({"type": "Conv2D", "filters": 4096, "kernelSize": 1});
                (header["model"]["imageSize"], header["model"]["layers"][0]) = (json!(512), wide);
            }),
        ];
        for (part, change) in changes {
            let error = Model::load(&described(&bytes, change), DeviceKind::Cpu).await.unwrap_err();
            let sentence = error.to_string();
            assert!(error.name() == "ModelFileError" && sentence.contains(part), "{part} is not in: {sentence}");
        }
    }

    #[pollster::test]
    async fn a_checkpoint_that_has_the_weights_of_the_file_beside_it_is_refused() {
        let frozen = model().await.save().await.unwrap();
        let checkpoint = described(&frozen, |header| header["frozen"] = json!(tabfit::frozen_checksum(&frozen)));
        let refusal = join_checkpoint(&checkpoint, &frozen).await.unwrap_err().to_string();
        assert!(refusal.contains("cut off, damaged or of another run"), "{refusal}");
    }

    struct Stop;

    impl Callback for Stop {
        async fn on_batch_end(&mut self, run: &mut Run<'_>, _progress: &Progress<'_>) -> Result<()> {
            run.stop = Some(Stopped::Aborted);
            Ok(())
        }
    }

    #[pollster::test]
    async fn a_run_that_counts_beyond_every_number_is_refused_or_goes_on() {
        let (mut model, names) = (model().await, model().await.class_names);
        let pictures = Dataset::from_arrays(vec![7; 2 * 16 * 16 * 3], vec![0, 1], names, 16).unwrap();
        let config = json!({"epochs": 2, "batchSize": 1, "callbacks": [
            {"type": "EarlyStopping", "monitor": "loss", "patience": 9},
            {"type": "ReduceLROnPlateau", "monitor": "loss", "minDelta": 1e6},
            {"type": "BackupAndRestore", "saveFreq": 9},
        ]});
        let plan = FitPlan::new(serde_json::from_value(config).unwrap(), pictures.clone(), None).unwrap();
        let checkpoint = fit(&mut model, plan, &mut Stop).await.unwrap().checkpoint;
        let bytes = checkpoint.expect("the run was stopped").save().await.unwrap();
        for counter in ["epoch", "step", "pictures", "optimizerSteps"] {
            let file = described(&bytes, |header| header["place"][counter] = json!(u64::MAX));
            let sentence = Model::load(&file, DeviceKind::Cpu).await.unwrap_err().to_string();
            assert!(sentence.contains("cannot be gone on with"), "{counter}: {sentence}");
        }
        let file = described(&bytes, |header| {
            let state = json!({"best": 0.0, "best_epoch": 1, "wait": u64::MAX, "cooling": 0});
            header["place"]["callbacks"] = json!([state, state, u64::MAX]);
        });
        let (mut model, checkpoint) = Model::open(&file, DeviceKind::Cpu).await.unwrap();
        assert!(resume(&mut model, &checkpoint.unwrap(), pictures, None, &mut ()).await.is_ok());
    }

    #[pollster::test]
    async fn a_plain_safetensors_file_is_refused_in_words() {
        let data = [0u8; 4];
        let view = TensorView::new(Dtype::F32, vec![1], &data).unwrap();
        let bytes = safetensors::serialize([("w", view)], None).unwrap();
        let error = Model::load(&bytes, DeviceKind::Cpu).await.unwrap_err();
        assert!(error.to_string().contains("was not made by tabfit"), "{error}");
    }
}
