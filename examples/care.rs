//! Looks after a folder of pictures and prints what is found, for example
//!
//! ```sh
//! cargo run --example care -- ../shared/data/brain-tumor-mri
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Parser;
use tabfit::{Error, ImageFolder, Listed, Part, Result};
use tabfit_care::{Care, Folder, Look, care};

/// Looks after a folder of pictures.
#[derive(Parser)]
struct Arguments {
    /// The folder, with a folder for each class
    dir: PathBuf,
}

fn main() -> Result<()> {
    let Arguments { dir } = Arguments::parse();
    let began = Instant::now();
    let unreadable = |error| Error::Dataset(format!("{} cannot be read: {error}.", dir.display()));
    let mut paths = Vec::new();
    files(&dir, &dir, &mut paths).map_err(unreadable)?;
    let mut folder = ImageFolder::new(paths.clone(), 64)?;
    for index in folder.wanted() {
        folder.add_encoded(index, &fs::read(dir.join(&paths[index])).map_err(unreadable)?)?;
    }
    let folder = folder.finish()?;
    let pictures = folder.listed();
    println!("{} pictures, read in {:.1} s", pictures.len(), began.elapsed().as_secs_f64());
    print_equal_files(&pictures);
    let looks = Look::all_from_bytes(&folder.looks().unwrap_or_default()).unwrap_or_default();
    let numbered = |part: Part| tabfit_care::Part::of_number(part as u8);
    let parts: Vec<_> = pictures.iter().map(|picture| numbered(picture.part)).collect();
    let labels: Vec<u32> = pictures.iter().map(|picture| picture.label).collect();
    let began = Instant::now();
    let names = folder.training.class_names();
    let folder = Folder::new(&looks, &parts, &labels, names).map_err(|error| Error::Dataset(error.to_string()))?;
    let found = care(&folder, &[]);
    println!("Looked after in {:.2} s", began.elapsed().as_secs_f64());
    print_found(&found, &pictures);
    Ok(())
}

/// What stands in two parts, file by file.
fn print_equal_files(pictures: &[Listed]) {
    let mut parts_of: BTreeMap<_, BTreeSet<Part>> = BTreeMap::new();
    for picture in pictures {
        parts_of.entry(picture.content).or_default().insert(picture.part);
    }
    let in_both: BTreeSet<_> =
        parts_of.iter().filter(|(_, parts)| parts.len() > 1).map(|(content, _)| content).collect();
    let of_test = pictures.iter().filter(|picture| picture.part == Part::Test);
    let twins = of_test.clone().filter(|picture| in_both.contains(&picture.content)).count();
    println!(
        "{} distinct pictures are in two parts by their bytes: {twins} of the {} test files",
        in_both.len(),
        of_test.count()
    );
}

/// Of the groups: the paths of each, in order, with commas, and a line for each group, in order.
fn checksum(groups: &[Vec<u32>], pictures: &[Listed]) -> u32 {
    let line = |group: &Vec<u32>| {
        let mut paths: Vec<_> = group.iter().map(|&id| pictures[id as usize].path.as_str()).collect();
        paths.sort_unstable();
        paths.join(",")
    };
    let mut lines: Vec<_> = groups.iter().map(line).collect();
    lines.sort_unstable();
    crc32fast::hash(lines.join("\n").as_bytes())
}

fn print_found(found: &Care, pictures: &[Listed]) {
    let largest = found.near.iter().map(Vec::len).max().unwrap_or_default();
    println!(
        "{} groups of equal files; {} groups that look alike (at most {} of 64 bits and {} of 255 grey values apart), the largest of {largest}",
        found.exact.len(),
        found.near.len(),
        found.distances.hash,
        found.distances.pixels
    );
    println!("The groups that look alike, path by path, have the CRC-32 {:08x}", checksum(&found.near, pictures));
    let tests: BTreeSet<u32> = found.leaks.iter().map(|leak| leak.pictures[1]).collect();
    let exact = found.leaks.iter().filter(|leak| leak.exact).count();
    println!(
        "{} pairs in two parts, {exact} of them equal; they hold {} of the later pictures",
        found.leaks.len(),
        tests.len()
    );
    for leak in found.leaks.iter().filter(|leak| !leak.exact).take(5) {
        let [a, b] = leak.pictures.map(|id| pictures[id as usize].path.as_str());
        println!("  {a} and {b}, {} bits apart", leak.distance);
    }
    println!("{} pairs in two classes", found.other_labels.len());
    let mut kinds: BTreeMap<String, (usize, f64)> = BTreeMap::new();
    for issue in &found.issues {
        let (count, worst) = kinds.entry(format!("{:?}", issue.kind)).or_insert((0, 1.0));
        (*count, *worst) = (*count + 1, worst.min(issue.score));
    }
    for (kind, (count, worst)) in kinds {
        println!("{kind}: {count}, the worst with {worst:.2}");
    }
    for shortcut in &found.shortcuts {
        let mark = if shortcut.issue { ", an issue" } else { "" };
        println!(
            "By {} alone, {:.0} % of the pictures are told right (guessing: {:.0} %), score {:.2}{mark}",
            shortcut.property,
            shortcut.accuracy * 100.0,
            shortcut.chance * 100.0,
            shortcut.score
        );
    }
}

/// The paths of all files in a folder.
fn files(root: &Path, dir: &Path, paths: &mut Vec<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            files(root, &path, paths)?;
        } else if let Ok(inside) = path.strip_prefix(root) {
            paths.push(inside.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}
