//! Writes a model to a `.tabfit` file and reads it back.

use safetensors::SafeTensors;

use super::checkpoint;
use super::container::{self, Entry, broken};
use super::header::Header;
use super::{memory, optimizer};
use crate::device::{self, DeviceKind};
use crate::error::{Error, Result};
use crate::network::{Architecture, Sequential};
use crate::text::LosslessF64;
use crate::training::history::History;
use crate::training::state::{Checkpoint, Measured, Model, leave_a_lost_gpu};

pub(crate) async fn save(model: &mut Model, include_optimizer: bool) -> Result<Vec<u8>> {
    leave_a_lost_gpu(model);
    let (mut entries, mut header) = (Entry::weights(model), Header::new(model));
    if include_optimizer {
        entries.extend(optimizer::entries(model));
        header.optimizer_state = Some(optimizer::state(model));
    }
    header.temperature = model.measured.temperature.map(LosslessF64);
    if let Some((note, entry)) = memory::entry(model) {
        header.note_memory(note);
        entries.push(entry);
    }
    container::write(Some(&header), entries).await
}

pub(crate) async fn save_weights(model: &mut Model) -> Result<Vec<u8>> {
    leave_a_lost_gpu(model);
    container::write(None, Entry::weights(model)).await
}

pub(crate) fn load_weights(model: &mut Model, bytes: &[u8]) -> Result<()> {
    // A `.tabfit` file has a checksum, and may have more tensors than weights.
    let whole = container::has(bytes, "tabfit");
    let tensors = match whole {
        true => container::open(bytes)?.1,
        false => SafeTensors::deserialize(bytes).map_err(|_| {
            Error::ModelFile("This weights file is cut off, damaged, or not a safetensors file.".into())
        })?,
    };
    let other = |clause: String| {
        Error::ModelFile(format!(
            "This weights file is not for this network: it {clause}; open the network that it belongs to first."
        ))
    };
    let values = container::weights(model.architecture(), &tensors).map_err(other)?;
    if !whole && tensors.len() != values.len() {
        return Err(other("holds weights that no layer uses".into()));
    }
    model.network = Sequential::from_values(model.network.architecture.clone(), values, &model.network.device);
    model.measured = Measured::default();
    Ok(())
}

/// See [`Model::open`].
pub(crate) async fn open(bytes: &[u8], kind: DeviceKind) -> Result<(Model, Option<Checkpoint>)> {
    let (mut header, tensors) = container::open(bytes)?;
    if header.class_names.len() < 2 {
        return Err(broken("names fewer than two classes"));
    }
    if header.frozen.is_some() {
        return Err(broken("lacks the weights of its frozen layers, which lie in a file beside it"));
    }
    let memory = header.taken_memory();
    let architecture = Architecture::new(header.model, header.class_names.len())
        .map_err(|error| broken(format!("describes a network that cannot be: {error}")))?;
    let values = container::weights(&architecture, &tensors).map_err(broken)?;
    let weights = values.len();
    let (device, info) = device::open(kind).await?;
    let mut model = Model::on(Sequential::from_values(architecture, values, &device), header.class_names, info)?;
    let damaged = |error| broken(format!("has settings that cannot be: {error}"));
    model.compile(header.optimizer, header.loss, &header.metrics).map_err(damaged)?;
    model.history = header.history.map(History::from).unwrap_or_default();
    model.manifest = header.manifest;
    let slots = match &header.optimizer_state {
        Some(state) => optimizer::restore(&mut model, state, &tensors)
            .ok_or_else(|| broken("holds the state of another optimizer than it describes"))?,
        None => 0,
    };
    let unlike = || broken("has a temperature or a memory of pictures that is not for its network");
    if let Some(LosslessF64(temperature)) = header.temperature {
        model.set_temperature(Some(temperature)).map_err(|_| unlike())?;
    }
    if let Some(note) = &memory {
        memory::restore(&mut model, note, &tensors).ok_or_else(unlike)?;
    }
    let extra = slots + usize::from(memory.is_some());
    if header.place.is_none() && tensors.len() != weights + extra {
        return Err(broken("holds weights that no layer uses"));
    }
    let checkpoint = header.place.map(|place| checkpoint::open(&model, place, &tensors)).transpose()?;
    Ok((model, checkpoint))
}
