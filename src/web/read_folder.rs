//! A folder from files: read, checked and decoded one picture after another.

use std::collections::VecDeque;

use js_sys::{Date, Function, Reflect};
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Blob};

use super::{
    convert::{from_js, thrown},
    picture::{Opened, Rasterizer},
};
use crate::{
    data::folder::{FolderDataset, ImageFolder},
    error::{Error, Result},
};

/// Pictures the browser may decode at the same time, and the pixels that they may have together before another
/// one begins: a decoded pixel takes four bytes.
const IN_FLIGHT: usize = 16;
const IN_FLIGHT_PIXELS: usize = 32_000_000;

/// Files that are read ahead of the one whose header is looked at, and the bytes that they may have together.
const AHEAD: usize = 16;
const AHEAD_BYTES: f64 = 64e6;

/// The time between two calls of `onProgress`, in milliseconds.
const REPORT: f64 = 50.0;

/// `FolderOptions` in `types.d.ts`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FolderOptions {
    image_size: usize,
}

/// `Dataset.fromFolder`. Pictures are added in the order of their paths, whichever is decoded first,
/// so that the same folder always gives the same data set.
pub(super) async fn read_folder(
    files: JsValue,
    options: JsValue,
    on_progress: Option<Function>,
    signal: Option<AbortSignal>,
) -> Result<FolderDataset, JsValue> {
    let FolderOptions { image_size } = from_js("options", options)?;
    let (paths, files): (Vec<String>, Vec<Blob>) = entries(&files)?.into_iter().unzip();
    let mut folder = ImageFolder::new(paths, image_size).map_err(thrown)?;
    let rasterizer = Rasterizer::new(image_size)?;
    let mut progress = Progress { listener: on_progress, done: 0, total: folder.wanted().len(), reported: 0.0 };
    let mut opened = VecDeque::with_capacity(IN_FLIGHT);
    let mut ahead = ReadAhead { files: &files, waiting: folder.wanted().into(), reading: VecDeque::new() };
    while let Some((index, bytes)) = ahead.next() {
        if let Some(signal) = signal.as_ref().filter(|signal| signal.aborted()) {
            return Err(signal.reason());
        }
        match Opened::of(&files[index], bytes, image_size).await {
            Ok(picture) => opened.push_back((index, picture)),
            Err(reason) => folder.skip(index, reason),
        }
        while opened.len() == IN_FLIGHT || pixels(&opened) > IN_FLIGHT_PIXELS {
            add(&mut folder, opened.pop_front(), &rasterizer).await?;
        }
        progress.step()?;
    }
    while !opened.is_empty() {
        add(&mut folder, opened.pop_front(), &rasterizer).await?;
    }
    folder.finish().map_err(thrown)
}

fn pixels(opened: &VecDeque<(usize, Opened)>) -> usize {
    opened.iter().map(|(_, picture)| picture.pixels).sum()
}

/// Files that are read before their turn, as many as may lie in memory together.
struct ReadAhead<'a> {
    files: &'a [Blob],
    waiting: VecDeque<usize>,
    reading: VecDeque<(usize, JsFuture)>,
}

impl ReadAhead<'_> {
    /// The file whose turn it is, and its bytes to come.
    fn next(&mut self) -> Option<(usize, JsFuture)> {
        let size = |index: usize| self.files[index].size();
        while let Some(&index) = self.waiting.front() {
            let others: f64 = self.reading.iter().map(|&(index, _)| size(index)).sum();
            if !self.reading.is_empty() && (self.reading.len() == AHEAD || others + size(index) > AHEAD_BYTES) {
                break;
            }
            self.waiting.pop_front();
            self.reading.push_back((index, self.files[index].array_buffer().into()));
        }
        self.reading.pop_front()
    }
}

async fn add(
    folder: &mut ImageFolder,
    picture: Option<(usize, Opened)>,
    rasterizer: &Rasterizer,
) -> Result<(), JsValue> {
    let Some((index, picture)) = picture else { return Ok(()) };
    match picture.rgb(rasterizer, folder.image_size()).await {
        Ok(rgb) => folder.add(index, &rgb).map_err(thrown),
        Err(reason) => {
            folder.skip(index, reason);
            Ok(())
        }
    }
}

struct Progress {
    listener: Option<Function>,
    done: usize,
    total: usize,
    reported: f64,
}

impl Progress {
    /// One more file is read; tells `onProgress` from time to time, and at the end.
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

/// Paths and files, sorted as JavaScript sorts strings.
fn entries(files: &JsValue) -> Result<Vec<(String, Blob)>, JsValue> {
    let no_list = || thrown(Error::config("files", "must be the list of files of a folder input, or an array"));
    if !files.is_object() {
        return Err(no_list());
    }
    let list = js_sys::try_iter(files)?.ok_or_else(no_list)?;
    let mut entries = list
        .enumerate()
        .map(|(index, entry)| self::entry(index, &entry?))
        .collect::<Result<Vec<(String, Blob)>, JsValue>>()?;
    entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    Ok(entries)
}

/// A `File` with its path inside the picked folder, or `{ path, file }`.
fn entry(index: usize, entry: &JsValue) -> Result<(String, Blob), JsValue> {
    let strange =
        || thrown(Error::config(format!("files[{index}]"), "must be a File, or an object with path and file"));
    if !entry.is_object() {
        return Err(strange());
    }
    let text =
        |key: &str| Ok::<_, JsValue>(Reflect::get(entry, &key.into())?.as_string().filter(|text| !text.is_empty()));
    let (path, file) = match entry.dyn_ref::<Blob>() {
        Some(file) => (text("webkitRelativePath")?.or(text("name")?), file.clone()),
        None => (text("path")?, Reflect::get(entry, &"file".into())?.dyn_into().map_err(|_| strange())?),
    };
    Ok((path.ok_or_else(strange)?, file))
}
