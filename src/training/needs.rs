//! What a run will take, estimated before it starts.

use serde::Serialize;

use crate::data::Rows;
use crate::device;
use crate::error::{Error, Result};
use crate::training::callbacks::CallbackConfig;
use crate::training::frozen::{FrozenLayers, Runs};
use crate::training::parallel::{StepKind, layers_in_front};
use crate::training::plan::FitPlan;
use crate::training::state::Model;

/// The most memory that a program in a tab can use: its addresses have 32 bits.
const TAB: Option<u64> = if cfg!(target_family = "wasm") { Some(4 << 30) } else { None };

/// Memory in bytes, estimated from shapes; `RunNeeds` in `types/results.d.ts`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Needs {
    /// The largest tensor of a step.
    pub largest_tensor: u64,
    /// The largest tensor that the GPU takes; `None` on the CPU.
    pub largest_allowed: Option<u64>,
    /// On the GPU; 0 on the CPU.
    pub gpu: u64,
    /// In the memory of the tab, on the thread that needs most.
    pub tab: u64,
    /// What a tab can have; `None` outside a browser.
    pub tab_allowed: Option<u64>,
    /// The batch size of the plan, or the largest below it that fits; 0 if none does.
    pub batch_size: usize,
    /// How the frozen layers at the front run; `None` without any.
    pub frozen: Option<FrozenNeeds>,
}

/// How the frozen layers at the front of a network run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FrozenNeeds {
    /// Whether they run once for each picture, and not in every step.
    pub once: bool,
    /// About which share of the work of a training step is theirs where they run in it, 0 to 1.
    pub share: f64,
    /// The same for the person at the page; empty for a short run.
    pub sentence: String,
}

impl Needs {
    /// What a run on so many threads will take.
    #[must_use]
    pub fn of(model: &Model, plan: &FitPlan, threads: usize) -> Self {
        let frozen = FrozenLayers::of(model, plan);
        let features = frozen.filter(|frozen| frozen.runs == Runs::Once).map_or(0, |frozen| frozen.bytes);
        let with = |batch_size| Self::with(model, plan, threads, batch_size, features);
        let wanted = plan.batch_size.min(plan.training.len());
        let sizes: Vec<usize> = (1..=wanted).collect();
        let batch_size = sizes.partition_point(|&size| with(size).fits());
        let frozen = frozen.map(|frozen| FrozenNeeds {
            once: frozen.runs == Runs::Once,
            share: frozen.share,
            sentence: frozen.sentence().unwrap_or_default(),
        });
        Self { batch_size: if batch_size == wanted { plan.batch_size } else { batch_size }, frozen, ..with(wanted) }
    }

    /// `features` are the bytes of what the frozen layers make of all pictures, where it is kept.
    fn with(model: &Model, plan: &FitPlan, threads: usize, batch_size: usize, features: u64) -> Self {
        let architecture = &model.network.architecture;
        let (weights, largest_tensor) = (architecture.weight_bytes(), architecture.largest_tensor(batch_size));
        let pictures = plan.picture_bytes();
        let callbacks = &plan.config.callbacks;
        let keeps =
            |callback: &&_| matches!(callback, CallbackConfig::EarlyStopping(rule) if rule.restore_best_weights);
        let kept = callbacks.iter().filter(keeps).count() as u64;
        let saves =
            |callback: &_| matches!(callback, CallbackConfig::BackupAndRestore(_) | CallbackConfig::ModelCheckpoint(_));
        let state = weights * (1 + model.optimizer.config.slots() as u64 + kept);
        let file = if callbacks.iter().any(saves) { state } else { 0 };
        let largest_allowed = device::largest_tensor(&model.network.device);
        let (gpu, tab) = if largest_allowed.is_some() {
            (
                pictures + features + state + weights + architecture.step_bytes(batch_size, true),
                pictures + weights + file,
            )
        } else {
            // Each helper sends the gradients of its rows and layers, and all of them are there before they are added up. A
            // gradient is laid out anew and a weight is copied before it moves. A file is one piece, for which the memory
            // of a step, once it is free again, rarely has a place.
            let rows = Rows::divided(batch_size, threads);
            let front = layers_in_front(architecture, StepKind::Train { dropout: 0 }, &rows);
            let sent = architecture.weight_bytes_of_first(front) * 2 * (rows.len() as u64 - 1);
            let gradients = weights + sent + 2 * architecture.largest_weight();
            let step = architecture.step_bytes(rows[0].count, false)
                + architecture.head_bytes(front) * (batch_size - rows[0].count) as u64;
            (0, pictures + features + state + gradients + step + file)
        };
        Self { largest_tensor, largest_allowed, gpu, tab, tab_allowed: TAB, batch_size, frozen: None }
    }

    fn fits(&self) -> bool {
        self.largest_allowed.is_none_or(|most| self.largest_tensor <= most)
            && self.tab_allowed.is_none_or(|most| self.tab <= most)
    }

    /// Refuses a run that does not fit, and says how it would.
    ///
    /// # Errors
    ///
    /// Its batches are too large for the GPU or for the tab.
    pub(crate) fn check(&self, plan: &FitPlan) -> Result<()> {
        if self.batch_size == plan.batch_size {
            return Ok(());
        }
        let megabytes = |bytes: u64| bytes / 1_000_000;
        let (what, other) = match self.largest_allowed {
            Some(most) if self.largest_tensor > most => (
                format!(
                    "a tensor of {} MB but this GPU takes at most {} MB",
                    megabytes(self.largest_tensor),
                    megabytes(most)
                ),
                "the CPU",
            ),
            _ => (
                format!(
                    "about {} MB of memory but a tab has {} MB",
                    megabytes(self.tab),
                    megabytes(TAB.unwrap_or_default())
                ),
                "a smaller network",
            ),
        };
        let batches = match self.batch_size {
            0 => String::new(),
            size => format!("batches of at most {size}, "),
        };
        let of = plan.batch_size;
        Err(Error::config("batchSize", format!("of {of} needs {what}; use {batches}smaller pictures or {other}")))
    }
}
