//! `Dataset.fromFolder`: reads, checks and decodes the files of a folder.

use std::collections::VecDeque;

use js_sys::{Date, Function, Promise};
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Blob};

use super::picture::{OpenedPicture, Rasterizer};
use super::source::{FileRead, Source};
use crate::data::{FolderDataset, ImageFolder};
use crate::web::convert::{from_js, thrown};

/// The most pictures that the browser decodes at the same time, and the total of pixels from which on no further
/// one is started: a decoded pixel takes four bytes.
const IN_FLIGHT: usize = 16;
const IN_FLIGHT_PIXELS: usize = 32_000_000;

/// The most files that are read ahead of the one that is being checked, and the most bytes of them together.
const AHEAD: usize = 16;
const AHEAD_BYTES: f64 = 64e6;

/// The time between two calls of `onProgress`, in milliseconds.
const REPORT: f64 = 50.0;

/// `FolderOptions` in `types/data.d.ts`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FolderOptions {
    image_size: usize,
}

/// The caller's functions that are told about the progress.
pub(super) struct Listeners {
    pub(super) progress: Option<Function>,
    pub(super) plan: Option<Function>,
    pub(super) picture: Option<Function>,
}

/// Reads a folder or an archive into a data set. Pictures are added in the order of their paths, no matter which is
/// decoded first, so that in one browser the same folder always gives the same data set.
pub(super) async fn read_folder(
    files: JsValue,
    options: JsValue,
    listeners: Listeners,
    signal: Option<AbortSignal>,
) -> Result<FolderDataset, JsValue> {
    let FolderOptions { image_size } = from_js("options", options)?;
    let (paths, mut source) = Source::open(&files)?;
    let folder = ImageFolder::new(paths, image_size).map_err(thrown)?;
    if let Some(on_plan) = &listeners.plan {
        on_plan.call1(&JsValue::UNDEFINED, &folder.classes().into())?;
    }
    let waiting: VecDeque<usize> = folder.wanted().into();
    let mut progress = Progress { listener: listeners.progress, done: 0, total: waiting.len(), reported: 0.0 };
    let mut ahead = ReadAhead { waiting, reading: VecDeque::new() };
    let mut adding = PictureAdder { folder, rasterizer: Rasterizer::new(image_size)?, on_picture: listeners.picture };
    let mut opened = VecDeque::with_capacity(IN_FLIGHT);
    while let Some((index, reading)) = ahead.next(&mut source) {
        if let Some(signal) = signal.as_ref().filter(|signal| signal.aborted()) {
            return Err(signal.reason());
        }
        match reading.finish().await.and_then(|(file, bytes)| OpenedPicture::new(file, &bytes, image_size)) {
            Ok(picture) => opened.push_back((index, picture)),
            Err(reason) => adding.folder.skip(index, reason),
        }
        while opened.len() == IN_FLIGHT || pixels(&opened) > IN_FLIGHT_PIXELS {
            adding.next(&mut opened).await?;
        }
        progress.step()?;
    }
    while !opened.is_empty() {
        adding.next(&mut opened).await?;
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
        match picture.rgb(&self.rasterizer, self.folder.image_size()).await {
            Ok((rgb, by_browser)) => {
                self.folder.add(index, &rgb).map_err(thrown)?;
                if by_browser {
                    self.tell(index, &picture.file).await?;
                }
            }
            Err(reason) => self.folder.skip(index, reason),
        }
        Ok(())
    }

    async fn tell(&self, index: usize, file: &Blob) -> Result<(), JsValue> {
        if let (Some(listener), Some((part, class))) = (&self.on_picture, self.folder.place(index)) {
            let answer = listener.call3(&JsValue::UNDEFINED, file, &class.into(), &part.name().into())?;
            JsFuture::from(Promise::resolve(&answer)).await?;
        }
        Ok(())
    }
}

struct Progress {
    listener: Option<Function>,
    done: usize,
    total: usize,
    reported: f64,
}

impl Progress {
    /// Counts a file as read; calls `onProgress` from time to time, and at the end.
    fn step(&mut self) -> Result<(), JsValue> {
        self.done += 1;
        let now = Date::now();
        if let Some(listener) = &self.listener
            && (now - self.reported > REPORT || self.done == self.total)
        {
            self.reported = now;
            listener.call2(&JsValue::UNDEFINED, &self.done.into(), &self.total.into())?;
        }
        Ok(())
    }
}
