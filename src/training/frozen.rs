//! Decides whether the frozen layers at the front of a network run once for each picture, or in every step.

use serde::Serialize;

use crate::data::Dataset;
use crate::device;
use crate::network::Body;
use crate::training::plan::FitPlan;
use crate::training::state::Model;

/// The frozen layers in front of the first one that learns, and how a run computes them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FrozenLayers {
    /// How many layers they are.
    pub(crate) layers: usize,
    /// The bytes of what they make of all pictures.
    pub(crate) bytes: u64,
    /// The pictures of which they make something, and the most bytes of it that are kept.
    pub(crate) pictures: usize,
    pub(crate) most_bytes: u64,
    /// About which share of the products of a training step is theirs where they run in it, 0 to 1.
    pub(crate) share: f64,
    /// Whether they run once, or why not.
    pub(crate) runs: Runs,
    /// The layers whose output can be kept.
    pub(crate) body: Body,
}

/// When frozen layers run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Runs {
    /// Once for each picture, before the first step.
    Once,
    /// In every step, because the pictures are changed at random.
    ForAugmentation,
    /// In every step, because what they make of the pictures takes too much memory.
    ForMemory,
    /// In every step, unless they ran before, because the run sees fewer pictures than there are.
    ForBrevity,
}

impl FrozenLayers {
    /// What a run does with the frozen layers; `None` if the first layer that has weights learns.
    pub(crate) fn of(model: &Model, plan: &FitPlan) -> Option<Self> {
        let architecture = model.architecture();
        let pictures: usize = plan.folders().map(|folder| folder.whole_folder().len()).sum();
        let bytes = |body: &Body, pictures: usize| 4 * body.values as u64 * pictures as u64;
        let binding = device::largest_tensor(&model.network.device).unwrap_or(u64::MAX);
        let fits = |body: &Body| {
            let each = plan.folders().all(|folder| bytes(body, folder.whole_folder().len()) <= binding);
            each && bytes(body, pictures) <= plan.most_features
        };
        let seen = plan.pictures_of_all_steps() + plan.validation.as_ref().map_or(0, Dataset::len);
        let longest = architecture.bodies().next()?;
        let fitting = architecture.bodies().find(fits);
        let runs = match fitting {
            _ if !plan.config.augment.is_off() => Runs::ForAugmentation,
            None => Runs::ForMemory,
            Some(_) if seen < pictures => Runs::ForBrevity,
            Some(_) => Runs::Once,
        };
        let body = fitting.unwrap_or(longest);
        let of_body = architecture.products_of(0..body.layers) as f64;
        let of_head = 3.0 * architecture.products_of(body.layers..architecture.layers.len()) as f64;
        Some(Self {
            layers: body.layers,
            bytes: bytes(&body, pictures),
            pictures,
            most_bytes: plan.most_features.min(binding),
            share: of_body / (of_body + of_head).max(1.0),
            runs,
            body,
        })
    }

    /// A sentence for the person at the page; `None` for a short run.
    pub(crate) fn sentence(self) -> Option<String> {
        let Self { layers, pictures, share, .. } = self;
        let (first, make, run) = match layers {
            1 => ("The first layer is frozen".to_string(), "it makes", "it runs"),
            _ => (format!("The first {layers} layers are frozen"), "they make", "they run"),
        };
        let every = format!("{run} in every step, about {:.0} % of its work", 100.0 * share);
        let megabytes = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
        Some(match self.runs {
            Runs::Once => format!(
                "{first}: what {make} of the {pictures} pictures is computed once and kept in memory ({}).",
                megabytes(self.bytes)
            ),
            Runs::ForAugmentation => format!(
                "{first}, but the pictures are changed at random, so {every}; without augmentation {run} once for each picture."
            ),
            Runs::ForMemory => format!(
                "{first}, but what {make} of the {pictures} pictures takes {}, and at most {} are kept, so {every}; fewer or smaller pictures take less.",
                megabytes(self.bytes),
                megabytes(self.most_bytes)
            ),
            Runs::ForBrevity => return None,
        })
    }
}
