//! A zip archive instead of a folder.
#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tabfit::data::zip::ZipFolder;
use tabfit_fuzz::{archive, mutate, seed};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

fn packed(method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_directory("pets", SimpleFileOptions::default()).expect("memory can be written to");
    for (path, bytes) in [("pets/cat/ä.png", b"meow, meow, meow, meow"), ("pets/dog/1.png", b"woof, woof, woof, woof")]
    {
        writer
            .start_file(path, SimpleFileOptions::default().compression_method(method))
            .and_then(|()| Ok(writer.write_all(bytes)?))
            .expect("memory can be written to");
    }
    writer.finish().expect("memory can be written to").into_inner()
}

fn seeds() -> [Vec<u8>; 2] {
    [CompressionMethod::Stored, CompressionMethod::Deflated].map(packed)
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(archive, data, size, most, seed) });

fuzz_target!(init: seed("zip_folder", &seeds()), |bytes: &[u8]| {
    if let Ok(mut folder) = ZipFolder::open(Cursor::new(bytes)) {
        for index in 0..folder.paths().len().min(16) {
            let _ = folder.read(index);
        }
        assert!(folder.read(folder.paths().len()).is_err());
    }
});
