//! What a person should know of the pictures of a folder before training: those that teach nothing, or something wrong.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tabfit_care::Content;

use super::refusal::counted;
use super::{Dataset, Part, Skipped};

/// A picture whose values differ by no more than this in each channel is of one colour, as far as a person can see.
const FLAT: u8 = 16;
/// The most classes that are named in one sentence, and that get a sentence of their own.
const NAMED: usize = 5;

/// What is doubtful in the pictures that were looked at so far.
#[derive(Debug, Default)]
pub(super) struct Doubtful {
    /// Pictures without a class, by the reason: how many, and the first of them.
    lost: BTreeMap<&'static str, (usize, String)>,
    /// Pictures of classes without training pictures: how many, and the class of training pictures that is written alike.
    strangers: BTreeMap<(Part, String), (usize, Option<String>)>,
    /// Pictures of one colour, by label.
    flat: BTreeMap<u32, Flat>,
    /// Where a file with these bytes was seen first.
    seen: HashMap<Content, (Part, u32, String)>,
    /// Files that are the same in two classes, or in two parts: how many, and the first two.
    in_two_classes: (usize, Option<[String; 2]>),
    in_two_parts: (usize, Option<[String; 2]>),
}

#[derive(Debug, Default)]
struct Flat {
    count: usize,
    dark: bool,
    example: String,
}

impl Doubtful {
    pub(super) fn lost(&mut self, reason: &'static str, path: &str) {
        self.lost.entry(reason).or_insert_with(|| (0, path.into())).0 += 1;
    }

    /// A picture of a class that has no training pictures; `known` are the classes that have.
    pub(super) fn stranger(&mut self, part: Part, class: &str, known: &BTreeSet<&str>) {
        let alike = || known.iter().find(|name| name.to_lowercase() == class.to_lowercase()).map(ToString::to_string);
        self.strangers.entry((part, class.into())).or_insert_with(|| (0, alike())).0 += 1;
    }

    /// Looks at a picture that was read: its pixels, and the hash of its file.
    pub(super) fn look(&mut self, path: &str, (part, label): (Part, u32), rgb: &[u8], file: Content) {
        if let Some(brightest) = flat(rgb) {
            let flat = self.flat.entry(label).or_insert_with(|| Flat { example: path.into(), ..Flat::default() });
            flat.count += 1;
            flat.dark |= brightest <= FLAT;
        }
        let (earlier_part, earlier_label, earlier) =
            self.seen.entry(file).or_insert_with(|| (part, label, path.into()));
        let doubled = match (*earlier_label == label, *earlier_part == part) {
            (false, _) => &mut self.in_two_classes,
            (true, false) => &mut self.in_two_parts,
            (true, true) => return,
        };
        doubled.0 += 1;
        doubled.1.get_or_insert_with(|| [earlier.clone(), path.into()]);
    }

    /// Sentences for the person to read before training.
    pub(super) fn warnings(
        &self,
        unread: &Skipped,
        training: &Dataset,
        validation: Option<&Dataset>,
        test: Option<&Dataset>,
    ) -> Vec<String> {
        let mut sentences = Vec::new();
        if let Some((_, file)) = unread.commonest() {
            let (left_out, they) = left_out(unread.count());
            sentences.push(format!(
                "{left_out} because {they} could not be read; for example, {} {}.",
                file.path, file.reason
            ));
        }
        for (reason, (count, path)) in &self.lost {
            let (left_out, they) = left_out(*count);
            let reason = if *count == 1 { (*reason).into() } else { reason.replacen("lies", "lie", 1) };
            sentences.push(format!("{left_out} because {they} {reason}, for example {path}."));
        }
        for (part, pictures) in [(Part::Validation, validation), (Part::Test, test)] {
            sentences.extend(self.strangers_of(part, pictures.is_none()));
            sentences.extend(pictures.and_then(|pictures| missing(part, pictures, training)));
        }
        let pictures: Vec<&Dataset> = [Some(training), validation, test].into_iter().flatten().collect();
        for (&label, flat) in self.flat.iter().take(NAMED) {
            let all = pictures.iter().map(|pictures| pictures.counts()[label as usize]).sum();
            sentences.push(flat.sentence(&training.class_names()[label as usize], all));
        }
        if self.flat.len() > NAMED {
            let more = self.flat.len() - NAMED;
            sentences.push(format!("{} more also have pictures of one colour.", counted(more, "class", "classes")));
        }
        if let (count, Some([a, b])) = &self.in_two_classes {
            let files = counted(*count, "file lies", "files lie");
            sentences.push(format!(
                "{files} in two classes, for example {a} and {b}: one of the two teaches something wrong."
            ));
        }
        if let (count, Some([a, b])) = &self.in_two_parts {
            let files = counted(*count, "file lies", "files lie");
            sentences.push(format!(
                "{files} in two parts, for example {a} and {b}: the score on pictures that were learned says little."
            ));
        }
        sentences
    }

    fn strangers_of(&self, wanted: Part, is_all: bool) -> Option<String> {
        let of_part: Vec<_> = self.strangers.iter().filter(|((part, _), _)| *part == wanted).collect();
        let count: usize = of_part.iter().map(|(_, (count, _))| count).sum();
        let names = named(of_part.iter().map(|((_, class), _)| class.as_str()));
        let part = wanted.name();
        let (class, has) = if of_part.len() == 1 { ("class", "has") } else { ("classes", "have") };
        let pictures = counted(count, &format!("{part} picture"), &format!("{part} pictures"));
        let whole = if is_all {
            format!("None of the {part} pictures is used")
        } else {
            format!("{} left out", be(count, &pictures))
        };
        let alike = of_part.iter().find_map(|((_, class), (_, alike))| Some((class, alike.as_ref()?)));
        let advice = match alike {
            Some((class, known)) => format!("\"{class}\" is written \"{known}\" there, so give both folders one name"),
            None => "name the folders alike in all parts, or add training pictures".into(),
        };
        (count > 0).then(|| format!("{whole} because the {class} {names} {has} no training pictures; {advice}."))
    }
}

impl Flat {
    fn sentence(&self, class: &str, all: usize) -> String {
        let Self { count, dark, example } = self;
        let which = match (*count, all) {
            (1, 1) => format!("The picture of \"{class}\" is"),
            (1, _) => format!("1 of the {all} pictures of \"{class}\" is"),
            (count, all) if count == all => format!("All {all} pictures of \"{class}\" are"),
            (count, _) => format!("{count} of the {all} pictures of \"{class}\" are"),
        };
        let why = if *dark {
            " Transparency is laid on black, and 16 bits with small values become dark: save such pictures as 8 bits on a light ground."
        } else {
            ""
        };
        format!("{which} of one colour or nearly so, for example {example}, and can teach nothing.{why}")
    }
}

/// The brightest value of a picture of one colour, or nearly so; `None` for any other.
fn flat(rgb: &[u8]) -> Option<u8> {
    let (mut least, mut most) = ([u8::MAX; 3], [0; 3]);
    for pixel in rgb.as_chunks::<3>().0 {
        for channel in 0..3 {
            least[channel] = least[channel].min(pixel[channel]);
            most[channel] = most[channel].max(pixel[channel]);
            if most[channel] - least[channel] > FLAT {
                return None; // most pictures soon show a second colour
            }
        }
    }
    most.into_iter().max()
}

/// The classes that have training pictures and none in this part.
fn missing(part: Part, pictures: &Dataset, training: &Dataset) -> Option<String> {
    let counts = training.counts().into_iter().zip(pictures.counts());
    let missing: Vec<&str> = (training.class_names().iter().zip(counts))
        .filter(|(_, (learned, there))| *learned > 0 && *there == 0)
        .map(|(name, _)| name.as_str())
        .collect();
    let names = named(missing.iter().copied());
    let (class, has) = if missing.len() == 1 { ("Class", "has") } else { ("Classes", "have") };
    let part = part.name();
    (!missing.is_empty())
        .then(|| format!("{class} {names} {has} no {part} pictures, so the {part} score says nothing of it."))
}

/// `"a", "b" and 3 more`.
fn named<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let list: Vec<String> = names.take(NAMED).map(|name| format!("\"{name}\"")).collect();
    let list = list.join(", ");
    if more > 0 { format!("{list} and {more} more") } else { list }
}

fn left_out(count: usize) -> (String, &'static str) {
    (format!("{} left out", be(count, &counted(count, "picture", "pictures"))), if count == 1 { "it" } else { "they" })
}

fn be(count: usize, what: &str) -> String {
    format!("{what} {}", if count == 1 { "is" } else { "are" })
}
