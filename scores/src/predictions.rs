//! What a network said of labelled pictures.

/// The most pictures that are scored at once: their numbers share a word with two marks in a `Ranking`.
const MOST: usize = 1 << 30;

/// The most classes: their table has the square of it.
const MOST_CLASSES: usize = 2_048;

/// Labels and probabilities that belong together, checked once. Everything in this crate is computed from them.
#[derive(Debug, Clone, Copy)]
pub struct Predictions<'a> {
    labels: &'a [u32],
    probabilities: &'a [f32],
    classes: usize,
}

impl<'a> Predictions<'a> {
    /// # Shapes
    /// - `labels`: one per picture, from 0 to `classes` - 1
    /// - `probabilities`: `[pictures, classes]`, each from 0 to 1
    ///
    /// # Errors
    ///
    /// A sentence, if the lengths do not fit, there is no such class, or a number is not a probability.
    pub fn new(labels: &'a [u32], probabilities: &'a [f32], classes: usize) -> Result<Self, String> {
        let (pictures, numbers) = (labels.len(), probabilities.len());
        if classes == 0 {
            return Err("There is no class to score.".into());
        }
        if classes > MOST_CLASSES {
            return Err(format!("{classes} classes are too many to score: at most {MOST_CLASSES}."));
        }
        if pictures >= MOST {
            return Err(format!("{pictures} pictures are too many to score at once."));
        }
        if pictures.checked_mul(classes) != Some(numbers) {
            return Err(format!(
                "{pictures} pictures of {classes} classes need {classes} probabilities each; {numbers} were given in all."
            ));
        }
        if let Some(at) = labels.iter().position(|&label| label as usize >= classes) {
            return Err(format!(
                "Picture {at} has the label {}, but the classes are numbered from 0 to {}.",
                labels[at],
                classes - 1
            ));
        }
        // Softmax in 32 bits can exceed 1 by its rounding.
        if let Some(at) = probabilities.iter().position(|p| !(0.0..=1.0 + 1e-5).contains(p)) {
            let (picture, class) = (at / classes, at % classes);
            let found = probabilities[at];
            return Err(format!("The probability of class {class} for picture {picture} is {found}, not from 0 to 1."));
        }
        Ok(Self { labels, probabilities, classes })
    }

    /// The number of pictures.
    #[must_use]
    pub fn pictures(&self) -> usize {
        self.labels.len()
    }

    /// The number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Refuses a class that is none of these.
    pub(crate) fn check_class(&self, class: usize) -> Result<(), String> {
        match class < self.classes {
            true => Ok(()),
            false => Err(format!("There is no class {class}: they are numbered from 0 to {}.", self.classes - 1)),
        }
    }

    /// The class of each picture.
    #[must_use]
    pub fn labels(&self) -> impl ExactSizeIterator<Item = usize> + Clone + 'a {
        self.labels.iter().map(|&label| label as usize)
    }

    /// The class of one picture.
    pub(crate) fn label(&self, picture: usize) -> usize {
        self.labels[picture] as usize
    }

    /// The probabilities of one picture: `[classes]`.
    pub(crate) fn row(&self, picture: usize) -> &'a [f32] {
        &self.probabilities[picture * self.classes..][..self.classes]
    }

    /// The probabilities of each picture: `[classes]` each.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = &'a [f32]> + Clone {
        self.probabilities.chunks_exact(self.classes)
    }

    /// The probability of one class for one picture.
    pub(crate) fn probability(&self, picture: usize, class: usize) -> f32 {
        self.probabilities[picture * self.classes + class]
    }

    /// The class that each picture was taken for: the one with the highest probability, of several the first.
    #[must_use]
    pub fn said(&self) -> impl ExactSizeIterator<Item = usize> + Clone + 'a {
        self.probabilities
            .chunks_exact(self.classes)
            .map(|row| (1..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_belong_together_is_refused_in_words() {
        let refused = |labels: &[u32], probabilities: &[f32], classes| {
            Predictions::new(labels, probabilities, classes).err().unwrap_or_default()
        };
        assert!(refused(&[0], &[1.0], 2).contains("1 were given"));
        assert!(refused(&[0, 2], &[1.0, 0.0, 0.0, 1.0], 2).contains("Picture 1 has the label 2"));
        assert!(refused(&[0], &[f32::NAN, 0.0], 2).contains("is NaN"));
        assert!(refused(&[0], &[1.0, -0.5], 2).contains("class 1 for picture 0 is -0.5"));
        assert!(refused(&[], &[], 0).contains("no class"));
        assert!(refused(&[0], &[0.5, 0.5], usize::MAX).contains("too many"));
        assert!(refused(&[], &[], 3).is_empty());
    }

    #[test]
    fn of_equal_probabilities_the_first_class_is_said() {
        let predictions = Predictions::new(&[0, 1], &[0.5, 0.5, 0.2, 0.8], 2).unwrap();
        assert_eq!(predictions.said().collect::<Vec<_>>(), [0, 1]);
    }
}
