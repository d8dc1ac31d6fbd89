//! Which pictures a network was trained on and which were held out, for whoever goes on with its run elsewhere.

use serde::Serialize;
use serde_json::{Value, json};

use crate::data::{Dataset, FolderDataset};
use crate::error::{Error, Result};
use crate::training::plan::FitPlan;
use crate::training::state::Model;

/// The pictures of a run, in the order from which each epoch is shuffled.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunPictures {
    /// Those that it learns from.
    pub training: PartPictures,
    /// Those that it is evaluated on after an epoch.
    pub validation: Option<PartPictures>,
    /// The folder's test part.
    pub test: Option<PartPictures>,
}

/// The pictures of one part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartPictures {
    /// The index of each picture in its folder.
    pub ids: Vec<usize>,
    /// The index of the class of each.
    pub labels: Vec<usize>,
    /// How much each counts in the loss; `None` if all count 1.
    pub weights: Option<Vec<f32>>,
}

impl PartPictures {
    fn of(pictures: &Dataset, weights: Option<&[f32]>) -> Self {
        let ids: Vec<usize> = (0..pictures.len()).map(|position| pictures.id(position)).collect();
        let weights = weights.map(|weights| ids.iter().map(|&id| weights[id]).collect());
        Self { ids, labels: pictures.labels(), weights }
    }
}

impl Model {
    /// The pictures of the run that trained this network, found again in the data that `fit` got.
    ///
    /// # Errors
    ///
    /// The network was not trained by this program, or on other pictures.
    pub fn run_pictures(&self, folder: &FolderDataset) -> Result<RunPictures> {
        let fit = self.manifest.as_ref().and_then(|manifest| manifest.get("fit"));
        // By way of text, as files are read: that code is there already.
        let config = fit.and_then(|fit| serde_json::from_str(&fit.to_string()).ok()).ok_or_else(|| {
            Error::Dataset("This network was not trained here, so it has no run to go on with; fit it first.".into())
        })?;
        let plan = FitPlan::new(config, folder.training.clone(), folder.validation.clone())?;
        let known = self.manifest.as_ref().and_then(|manifest| manifest.pointer("/pictures/hash"));
        if known != Some(&json!(plan.fingerprint()) as &Value) {
            return Err(Error::Dataset(
                "These are not the pictures that the network was trained on; pick the same folder at the same size."
                    .into(),
            ));
        }
        Ok(RunPictures {
            training: PartPictures::of(&plan.training, plan.weights()),
            validation: plan.validation.as_ref().map(|held_out| PartPictures::of(held_out, plan.validation_weights())),
            test: folder.test.as_ref().map(|test| PartPictures::of(test, None)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::DeviceKind;
    use crate::network::Preset;
    use crate::seed::Seed;
    use crate::training::fit::fit;

    fn pictures(first: u8) -> FolderDataset {
        let names = ["a", "b"].map(String::from).to_vec();
        let pixels = (0..6 * 192).map(|at| first + (at / 192) as u8 * 40).collect();
        let training = Dataset::from_arrays(pixels, vec![0, 1, 0, 1, 0, 1], names, 8).unwrap();
        FolderDataset::new(training.clone(), None, Some(training)).unwrap()
    }

    #[pollster::test]
    async fn the_pictures_of_a_run_are_found_again_and_others_are_refused() {
        let config = Preset::named("small").unwrap().config(8, 2);
        let mut model =
            Model::new(config, ["a", "b"].map(String::from).to_vec(), DeviceKind::Cpu, Seed(1)).await.unwrap();
        assert!(model.run_pictures(&pictures(0)).unwrap_err().to_string().contains("not trained here"));
        let settings = json!({"batchSize": 2, "validationSplit": 0.34, "split": "last", "classWeight": {"b": 3}});
        let plan = FitPlan::new(serde_json::from_value(settings).unwrap(), pictures(0).training, None).unwrap();
        fit(&mut model, plan, &mut ()).await.unwrap();
        let found = model.run_pictures(&pictures(0)).unwrap();
        let part =
            |ids: &[usize], labels: &[usize], weights| PartPictures { ids: ids.into(), labels: labels.into(), weights };
        assert_eq!(found.training, part(&[0, 1, 2], &[0, 1, 0], Some(vec![1.0, 3.0, 1.0])));
        assert_eq!(found.validation, Some(part(&[3, 4, 5], &[1, 0, 1], None)));
        assert_eq!(found.test.map(|test| test.ids.len()), Some(6));
        assert!(model.run_pictures(&pictures(1)).unwrap_err().to_string().contains("not the pictures"));
    }
}
