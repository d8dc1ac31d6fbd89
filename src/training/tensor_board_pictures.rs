//! The pictures that TensorBoard shows of a run: the confusion matrix and some predictions.

use crate::data::Dataset;
use crate::error::Result;
use crate::evaluation::evaluate::probabilities;
use crate::evaluation::scores::confusion_matrix;
use crate::formats::tensorboard::{self, MOST_CLASSES, MOST_SAMPLES, Sample, predictions};
use crate::training::callbacks::TensorBoard;
use crate::training::state::Run;

/// Evaluates the validation pictures once more and draws the predictions.
pub(super) async fn draw(rule: &mut TensorBoard, run: &mut Run<'_>, epoch: usize, pictures: &Dataset) -> Result<()> {
    let names = pictures.class_names();
    let batch_size = run.plan.validation_batch_size;
    let answers = probabilities(run.model, &mut (), pictures, batch_size, &mut ()).await?;
    let Some((_, probabilities)) = answers else { return Ok(()) };
    // Evenly spaced, because a folder is listed class by class; the same pictures every time.
    let shown = pictures.len().min(MOST_SAMPLES);
    let samples: Vec<Sample<'_>> = (0..shown)
        .map(|index| {
            let position = index * pictures.len() / shown;
            let row = &probabilities[position * names.len()..][..names.len()];
            let predicted = tabfit_kernels::first_largest(row);
            let (pixels, truth) = (pictures.pixels(position), pictures.label(position));
            Sample { pixels, truth, predicted, probability: f64::from(row[predicted]) }
        })
        .collect();
    let matrix = confusion_matrix(names.len(), &pictures.labels(), &probabilities);
    let images = [
        ("confusion_matrix", tensorboard::confusion_matrix(&matrix, names)),
        ("predictions", predictions(&samples, pictures.image_size(), names)),
    ];
    for (tag, picture) in images {
        if let Some(picture) = picture {
            rule.picture(tag, epoch, &picture);
        }
    }
    if names.len() > MOST_CLASSES && epoch == rule.image_freq {
        run.notes.push(format!(
            "TensorBoard: the confusion matrix of {} classes is not drawn, up to {MOST_CLASSES} are.",
            names.len()
        ));
    }
    Ok(())
}
