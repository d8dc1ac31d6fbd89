//! The file with the weights of frozen layers, which a checkpoint lies beside, and a checkpoint that should have one beside it.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tabfit::{Callback, DeviceKind, FileContent, FitPlan, Model, Result, Run, fit, join_checkpoint};
use tabfit_fuzz::{described, frozen_network, metadata, model, mutate, now, pictures, resealed, seed, tensors, use_it};

/// The files of a run by the ends of their names.
#[derive(Default)]
struct Files {
    checkpoint: Vec<u8>,
    frozen: Vec<u8>,
}

impl Callback for Files {
    async fn after_hook(&mut self, run: &mut Run<'_>) -> Result<()> {
        for write in run.files.drain(..) {
            if let FileContent::Whole(bytes) = write.content {
                let is_checkpoint = metadata(&bytes).contains_key("tabfit");
                *(if is_checkpoint { &mut self.checkpoint } else { &mut self.frozen }) = bytes;
            }
        }
        Ok(())
    }
}

static FILES: LazyLock<Files> = LazyLock::new(|| {
    let backup = serde_json::json!({"type": "BackupAndRestore", "frozenApart": true, "deleteCheckpoint": false});
    let config = serde_json::from_value(serde_json::json!({"epochs": 1, "validationSplit": 0, "callbacks": [backup]}));
    let plan = FitPlan::new(config.expect("spelt right"), pictures(), None).expect("in range");
    let mut files = Files::default();
    now(fit(&mut model(frozen_network()).expect("the network fits"), plan, &mut files)).expect("the CPU does not fail");
    files
});

/// The checkpoint that says that these are its frozen weights.
fn beside(frozen: &[u8]) -> Vec<u8> {
    let mut description: serde_json::Value =
        serde_json::from_str(&metadata(&FILES.checkpoint)["tabfit"]).expect("our own JSON");
    description["frozen"] = format!("{:08x}", crc32fast::hash(frozen)).into();
    described(&FILES.checkpoint, &description.to_string())
}

fn joined(checkpoint: &[u8], frozen: &[u8]) {
    let Ok(file) = now(join_checkpoint(checkpoint, frozen)) else { return };
    if let Ok((model, checkpoint)) = now(Model::open(&file, DeviceKind::Cpu)) {
        use_it(model, checkpoint.as_ref());
    }
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(tensors, data, size, most, seed) });

fuzz_target!(init: seed("joined", &[&FILES.checkpoint, &FILES.frozen]), |bytes: &[u8]| {
    joined(&beside(bytes), bytes);
    for checkpoint in [Some(bytes.to_vec()), resealed(bytes)].into_iter().flatten() {
        joined(&checkpoint, &FILES.frozen);
    }
});
