//! `Dataset.fromFolder`: reads, checks and decodes the files of a folder.

use std::collections::VecDeque;

use js_sys::{Date, Function, Promise, Uint8Array};
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::picture::{OpenedPicture, Rasterizer};
use super::source::{FileRead, Source, UNOPENED};
use crate::data::{FolderDataset, ImageFolder};
use crate::web::convert::{from_js, thrown};
use crate::web::watch::{Watch, taken};

/// The most pictures that the browser decodes at the same time, and the total of pixels from which on no further
/// one is started: a decoded pixel takes four bytes.
const IN_FLIGHT: usize = 16;
const IN_FLIGHT_PIXELS: usize = 32_000_000;

/// The most files that are read ahead of the one that is being checked, and the most bytes of them together.
const AHEAD: usize = 16;
const AHEAD_BYTES: f64 = 64e6;

/// The time between two calls of `onProgress`, in milliseconds.
const REPORT: f64 = 250.0;

/// `FolderOptions` in `types/data.d.ts`, but for its functions and its signal.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FolderOptions {
    image_size: usize,
}

// The files of a directory handle, or of a zip archive, as a list; a list stays as it is.
#[wasm_bindgen(module = "/src/web/pictures/listed.js")]
extern "C" {
    fn listed(given: &JsValue, signal: JsValue) -> Promise;
}

/// Reads a folder, or archives of it, into a data set. Pictures are added in the order of their paths, no matter how they come
/// and which is decoded first, so that in one browser the same files always give the same data set.
pub(super) async fn read_folder(files: JsValue, options: JsValue) -> Result<FolderDataset, JsValue> {
    let (options, watch) = Watch::taken_from(&options)?;
    let listener = |name: &str| match options.dyn_ref() {
        Some(options) => taken::<Function>(options, name, "must be a function"),
        None => Ok(None),
    };
    let (on_plan, on_picture) = (listener("onPlan")?, listener("onPicture")?);
    let FolderOptions { image_size } = from_js("options", options)?;
    let files = JsFuture::from(listed(&files, watch.signal())).await?;
    let (paths, mut source) = Source::open(&files)?;
    let known = source.pictures_without_ending(&paths).await?;
    let unopened: Vec<usize> = source.unopened_folders(&paths).collect();
    let mut folder = ImageFolder::with_known(paths, &known, image_size).map_err(thrown)?;
    for index in unopened {
        folder.skip(index, UNOPENED.into());
    }
    if let Some(on_plan) = on_plan {
        on_plan.call1(&JsValue::UNDEFINED, &folder.classes().into())?;
    }
    let waiting: VecDeque<usize> = folder.wanted().into();
    let mut progress = Progress { watch, done: 0, total: waiting.len(), reported: 0.0 };
    let mut ahead = ReadAhead { waiting, reading: VecDeque::new() };
    let mut adding = PictureAdder { folder, rasterizer: Rasterizer::new()?, on_picture };
    let mut opened = VecDeque::with_capacity(IN_FLIGHT);
    while let Some((index, reading)) = ahead.next(&mut source) {
        progress.watch.check()?;
        let read = reading.finish().await;
        let inspected = read.and_then(|(file, bytes)| {
            let (width, height) = adding.folder.inspect(index, &bytes)?;
            Ok(OpenedPicture::new(file, &bytes, width * height, image_size))
        });
        match inspected {
            Ok(picture) => opened.push_back((index, picture)),
            Err(reason) => adding.folder.skip(index, reason),
        }
        while opened.len() == IN_FLIGHT || pixels(&opened) > IN_FLIGHT_PIXELS {
            progress.watch.unless_aborted(adding.next(&mut opened)).await??;
        }
        if progress.step()? {
            progress.watch.pause().await?; // unpacking leaves no other moment in which a person could cancel
        }
    }
    while !opened.is_empty() {
        progress.watch.unless_aborted(adding.next(&mut opened)).await??;
    }
    adding.folder.finish().map_err(thrown)
}

fn pixels(opened: &VecDeque<(usize, OpenedPicture)>) -> usize {
    opened.iter().map(|(_, picture)| picture.pixels).sum()
}

/// Reads files ahead, as many as may be in memory together.
struct ReadAhead {
    waiting: VecDeque<usize>,
    reading: VecDeque<(usize, FileRead)>,
}

impl ReadAhead {
    /// The next file, which is being read.
    fn next(&mut self, source: &mut Source) -> Option<(usize, FileRead)> {
        while let Some(&index) = self.waiting.front() {
            let others: f64 = self.reading.iter().map(|&(index, _)| source.size(index)).sum();
            if !self.reading.is_empty() && (self.reading.len() == AHEAD || others + source.size(index) > AHEAD_BYTES) {
                break;
            }
            self.waiting.pop_front();
            self.reading.push_back((index, source.begin(index)));
        }
        self.reading.pop_front()
    }
}

/// Adds decoded pictures to the folder, in the order of their paths.
struct PictureAdder {
    folder: ImageFolder,
    rasterizer: Rasterizer,
    on_picture: Option<Function>,
}

impl PictureAdder {
    async fn next(&mut self, opened: &mut VecDeque<(usize, OpenedPicture)>) -> Result<(), JsValue> {
        let Some((index, picture)) = opened.pop_front() else { return Ok(()) };
        match picture.measured(&self.rasterizer, self.folder.image_size()).await {
            Ok(picture) => {
                self.folder.add_decoded(index, &picture).map_err(thrown)?;
                self.tell(index, &picture.rgb).await?;
            }
            Err(reason) => self.folder.skip(index, reason),
        }
        Ok(())
    }

    async fn tell(&self, index: usize, rgb: &[u8]) -> Result<(), JsValue> {
        if let (Some(listener), Some((part, class))) = (&self.on_picture, self.folder.place(index)) {
            let pixels = Uint8Array::from(rgb);
            let answer = listener.call3(&JsValue::UNDEFINED, &pixels, &class.into(), &part.name().into())?;
            JsFuture::from(Promise::resolve(&answer)).await?;
        }
        Ok(())
    }
}

struct Progress {
    watch: Watch,
    done: usize,
    total: usize,
    reported: f64,
}

impl Progress {
    /// Counts a file as read; calls `onProgress` from time to time, and at the end. Returns whether it is such a time.
    fn step(&mut self) -> Result<bool, JsValue> {
        self.done += 1;
        let now = Date::now();
        let is_time = now - self.reported > REPORT || self.done == self.total;
        if is_time {
            self.reported = now;
            self.watch.tell(self.done, self.total)?;
        }
        Ok(is_time)
    }
}
