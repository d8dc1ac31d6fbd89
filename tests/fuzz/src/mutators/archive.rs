//! Changes a zip archive in one of its files, and packs it again with the right lengths and checksums.

use std::io::{Cursor, Read, Write};

use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{Random, bytes, json_value, random};

/// The most that is unpacked of one file.
const MOST: u64 = 1 << 20;

/// One change of a file's content, of its name, or of the list of files.
pub fn archive(archive: &[u8], seed: u32) -> Option<Vec<u8>> {
    let mut files = unpacked(archive)?;
    let mut random = random(seed);
    let at = random(files.len());
    match random(8) {
        0 => drop(files.remove(at)),
        1 => files.push((format!("{}{}", files[at].0, random(3)), files[at].1.clone())),
        2 => files[at].0 = String::from_utf8_lossy(&bytes(files[at].0.as_bytes())).into_owned(),
        _ => {
            let content = &files[at].1;
            files[at].1 = json_value(content, seed).unwrap_or_else(|| bytes(content));
        }
    }
    packed(&files, &mut random)
}

fn unpacked(archive: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).ok()?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let file = archive.by_index(index).ok()?;
        let (name, mut content) = (file.name().ok()?.into_owned(), Vec::new());
        file.take(MOST).read_to_end(&mut content).ok()?;
        files.push((name, content));
    }
    (!files.is_empty()).then_some(files)
}

fn packed(files: &[(String, Vec<u8>)], random: &mut impl Random) -> Option<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let method = [CompressionMethod::Stored, CompressionMethod::Deflated][random(2)];
        writer.start_file(name.as_str(), SimpleFileOptions::default().compression_method(method)).ok()?;
        writer.write_all(content).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}
