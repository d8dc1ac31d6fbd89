//! Tests that this repository obeys the rules.

use std::{fs, process::Command};

use tabfit_house::{circles::circles, javascript, layout, order::upward, rust, sources::Sources, without_burn};

use crate::{CONVOLUTIONS, DECISIONS, KERNELS, SRC, page, rooms, root};

#[track_caller]
fn assert_none(sentences: Vec<String>) {
    assert!(sentences.is_empty(), "{}\n{} in all", sentences.join("\n"), sentences.len());
}

#[test]
fn imports_of_the_crate_go_down() {
    assert_none(upward(&rust::tree(SRC.base, &SRC.parsed), &rooms("order")));
}

#[test]
fn imports_of_what_decides_go_down() {
    assert_none(upward(&rust::tree(DECISIONS.base, &DECISIONS.parsed), &rooms("order-decisions")));
}

#[test]
fn imports_of_the_page_go_down() {
    assert_none(upward(&javascript::tree("www/js/", &page()), &rooms("order-js")));
}

#[test]
fn no_circle_of_files() {
    let crates = [&SRC, &CONVOLUTIONS, &DECISIONS, &KERNELS].map(|read| rust::tree(read.base, &read.parsed));
    let page = javascript::tree("www/js/", &page());
    assert_none(crates.iter().chain([&page]).flat_map(circles).collect());
}

#[test]
fn what_decides_without_tensors_does_not_reach_burn() {
    assert_none(without_burn::chains(&rust::tree(SRC.base, &SRC.parsed), &rooms("without-burn")));
}

#[test]
fn the_top_of_src_is_read_at_a_glance() {
    assert_none(layout::crowded("src", &SRC.sources));
}

#[test]
fn no_file_is_long() {
    let listed = Command::new("git").arg("-C").arg(root()).args(["ls-files", "-z"]).output().unwrap();
    let files = String::from_utf8(listed.stdout).unwrap();
    let extensions = ["rs", "js", "mjs", "css", "html", "ts", "sh", "py"];
    let is_source = |file: &&str| file.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension));
    let read = |file: &str| Some((file.to_string(), fs::read_to_string(root().join(file)).ok()?));
    let sources: Sources = files.split('\0').filter(is_source).filter_map(read).collect();
    assert!(sources.len() > 100, "git lists the files");
    assert_none(layout::long(&sources));
}
