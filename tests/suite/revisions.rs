//! What a person changes of a folder: other labels, pictures that are left out, and groups that no split divides.

use std::collections::HashMap;

use serde_json::json;
use tabfit::{Dataset, FitConfig, FitPlan, FolderDataset, ImageFolder, Part, Revision};

use crate::portable_test;

/// Two classes with twelve training pictures and four test pictures each.
fn folder() -> FolderDataset {
    folder_of(&[("train", 12), ("test", 4)])
}

/// Two classes with so many pictures each in parts of these names. Two neighbours have names that begin alike.
fn folder_of(parts: &'static [(&str, usize)]) -> FolderDataset {
    let name = |part: &str, class: &str, number: usize| format!("x/{part}/{class}/{}-{number:02}.png", number / 2);
    let of = |&(part, count): &(&str, usize)| {
        ["a", "b"].map(|class| (0..count).map(|number| name(part, class, number)).collect::<Vec<_>>()).concat()
    };
    let paths: Vec<String> = parts.iter().flat_map(of).collect();
    let mut folder = ImageFolder::new(paths.clone(), 8).unwrap();
    for index in folder.wanted() {
        folder.add(index, &[index as u8; 8 * 8 * 3]).unwrap();
    }
    folder.finish().unwrap()
}

/// Groups in which the first pictures of a part and class look like those of every other part.
fn groups_by_name(folder: &FolderDataset) -> Vec<u32> {
    let name = |path: &str| path.rsplit('/').next().unwrap().split('-').next().unwrap().parse::<u32>().unwrap();
    folder.listed().iter().map(|picture| name(&picture.path) * 2 + picture.label).collect()
}

fn config(json: serde_json::Value) -> FitConfig {
    serde_json::from_value(json).unwrap()
}

/// The ids of pictures, by their first value.
fn ids(folder: &FolderDataset, pictures: &Dataset) -> Vec<usize> {
    let first: HashMap<u8, usize> = (0..folder.pictures()).map(|id| (folder.pixels(id).unwrap()[0], id)).collect();
    (0..pictures.len()).map(|position| first[&pictures.pixels(position)[0]]).collect()
}

#[portable_test]
async fn labels_and_exclusions_hold_and_the_folder_stays_as_it_was() {
    let read = folder();
    let listed = read.listed();
    assert_eq!(listed.iter().filter(|picture| picture.part == Part::Test).count(), 8);
    assert!(listed.windows(2).all(|pair| pair[0].path < pair[1].path), "ids are in the order of the paths");
    let test: Vec<usize> = (0..listed.len()).filter(|&id| listed[id].part == Part::Test).collect();
    let mut labels: Vec<u32> = listed.iter().map(|picture| picture.label).collect();
    let mut excluded = vec![0; listed.len()];
    labels[test[0]] = 1;
    excluded[test[1]] = 1;
    let changes = Revision { labels: Some(labels), excluded: Some(excluded), ..Revision::default() };
    let revised = read.revised(&changes).unwrap();
    assert_eq!(revised.test.as_ref().unwrap().counts(), [2, 5]);
    assert_eq!(read.test.as_ref().unwrap().counts(), [4, 4]);
    assert_eq!([test[0], test[1], test[2]].map(|id| revised.labels()[id]), [1, u32::MAX, 0]);
    assert_eq!(read.labels(), listed.iter().map(|picture| picture.label).collect::<Vec<_>>());
    assert_eq!((read.checksums()[1], read.checksums() == revised.checksums()), (0, false));
    assert_eq!(revised.listed(), listed, "what was read is known of it too");
    let back = revised.revised(&Revision::default()).unwrap();
    assert_eq!(back.test.unwrap().counts(), [4, 4]);
    let refused = |changes: Revision| read.revised(&changes).unwrap_err().to_string();
    assert!(
        refused(Revision { labels: Some(vec![0; 3]), ..Revision::default() }).contains("3 numbers for 32 pictures")
    );
    assert!(refused(Revision { labels: Some(vec![2; 32]), ..Revision::default() }).contains("only 2 classes"));
    assert!(
        refused(Revision { excluded: Some(vec![1; 32]), ..Revision::default() })
            .contains("No training picture is left")
    );
}

#[portable_test]
async fn twins_of_the_test_part_leave_training_and_never_the_other_way() {
    let read = folder();
    let groups = groups_by_name(&read);
    let together = Revision { groups: Some(groups.clone()), ..Revision::default() };
    let revised = read.revised(&together).unwrap();
    assert_eq!(revised.training.counts(), [12, 12], "groups alone move nothing");
    let revised = read.revised(&Revision { on_one_side: true, ..together }).unwrap();
    assert_eq!(revised.test.as_ref().unwrap().counts(), [4, 4]);
    assert_eq!(revised.training.counts(), [8, 8]);
    let of_test: Vec<u32> = ids(&read, revised.test.as_ref().unwrap()).into_iter().map(|id| groups[id]).collect();
    assert!(ids(&read, &revised.training).into_iter().all(|id| !of_test.contains(&groups[id])));
}

#[portable_test]
async fn twins_of_the_test_part_leave_validation_too_and_those_of_validation_leave_training() {
    let read = folder_of(&[("train", 6), ("valid", 4), ("test", 2)]);
    let groups = groups_by_name(&read);
    let revised = read.revised(&Revision { groups: Some(groups), on_one_side: true, ..Revision::default() }).unwrap();
    let (validation, test) = (revised.validation.unwrap(), revised.test.unwrap());
    // Of each class, two pictures are in a group with a picture of the test part, and two others with one of validation.
    assert_eq!((revised.training.counts(), validation.counts(), test.counts()), (vec![2, 2], vec![2, 2], vec![2, 2]));
    assert_eq!(read.validation.as_ref().unwrap().counts(), [4, 4]);
}

#[portable_test]
async fn every_rule_keeps_groups_whole_and_the_folds_are_all_pictures() {
    let read = folder();
    let groups: Vec<u32> = (0..read.pictures() as u32).map(|id| id / 3).collect();
    let training = read.revised(&Revision { groups: Some(groups.clone()), ..Revision::default() }).unwrap().training;
    let sides = |split: serde_json::Value| {
        let plan = FitPlan::new(config(split), training.clone(), None).unwrap();
        (ids(&read, &plan.training), ids(&read, plan.validation.as_ref().unwrap()))
    };
    let whole = |(training, validation): &(Vec<usize>, Vec<usize>)| {
        let held: Vec<u32> = validation.iter().map(|&id| groups[id]).collect();
        assert_eq!(training.len() + validation.len(), 24);
        training.iter().all(|&id| !held.contains(&groups[id]))
    };
    for split in [
        json!({"validationSplit": 0.25}),
        json!({"validationSplit": 0.3, "split": "last"}),
        json!({"validationSplit": {"fraction": 0.25}}),
        json!({"validationSplit": {"fraction": 0.25, "stratified": false}}),
    ] {
        assert!(whole(&sides(split.clone())), "{split}");
    }
    assert!(
        !whole(&sides(json!({"validationSplit": {"fraction": 0.4, "grouped": false}}))),
        "groups do not matter then"
    );
    let mut held = Vec::new();
    for fold in 0..4 {
        let sides = sides(json!({"seed": 5, "validationSplit": {"folds": 4, "fold": fold}}));
        assert!(whole(&sides));
        assert_eq!(sides.1.len(), 6);
        held.extend(sides.1);
    }
    held.sort_unstable();
    let mut all = ids(&read, &training);
    all.sort_unstable();
    assert_eq!(held, all);
}

#[portable_test]
async fn a_split_that_cannot_be_says_why() {
    let training = folder().training;
    let refused =
        |split: serde_json::Value| match serde_json::from_value::<FitConfig>(json!({"validationSplit": split})) {
            Ok(config) => FitPlan::new(config, training.clone(), None).unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
    assert!(refused(json!({"folds": 1, "fold": 0})).contains("whole number from 2 to 100, not 1"));
    assert!(refused(json!({"folds": 5, "fold": 5})).contains("whole number from 0 to 4, not 5"));
    assert!(refused(json!({"folds": 50, "fold": 49})).contains("leaves one of them empty"));
    assert!(refused(json!({"fraction": 0})).contains("above 0 and below 1"));
    assert!(refused(json!({"fraktion": 0.5})).contains("validationSplit must be a share"));
    assert!(refused(json!("half")).contains("validationSplit must be a share"));
}
