//! The files of a page, by path.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    bundle::bundle,
    compress::{brotli, is_worth_it},
    listing::{LISTING, SERVICE_WORKER, listing},
    service_worker::service_worker,
};

/// The bytes of each file by its path in the page, with slashes.
#[derive(Default)]
pub(crate) struct Site(BTreeMap<String, Vec<u8>>);

impl Site {
    pub(crate) fn add(&mut self, path: String, bytes: Vec<u8>) {
        self.0.insert(path, bytes);
    }

    pub(crate) fn remove(&mut self, path: &str) {
        self.0.remove(path);
    }

    pub(crate) fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.0
    }

    /// What is at the top: files, and folders without a slash.
    pub(crate) fn tops(&self) -> Vec<&str> {
        let mut tops: Vec<_> = self.0.keys().filter_map(|path| path.split('/').next()).collect();
        tops.dedup();
        tops
    }

    /// Everything in a folder; `to` is the start of the paths, and ends with a slash unless it is empty.
    pub(crate) fn add_folder(&mut self, to: &str, folder: &Path) -> Result<()> {
        for (name, path) in entries(folder)? {
            if path.is_dir() {
                self.add_folder(&format!("{to}{name}/"), &path)?;
            } else {
                self.add(format!("{to}{name}"), read(&path)?);
            }
        }
        Ok(())
    }

    /// The files of a folder whose names have one of these ends; `to` is the start of their paths, as in [`Self::add_folder`].
    pub(crate) fn add_by_end(&mut self, to: &str, folder: &Path, ends: &[&str]) -> Result<()> {
        for (name, path) in entries(folder)? {
            if path.is_file() && ends.iter().any(|end| name.ends_with(end)) {
                self.add(format!("{to}{name}"), read(&path)?);
            }
        }
        Ok(())
    }

    /// Makes one file of modules that are loaded together, and adds the list of the files, the service worker that keeps them, and beside each the same compressed, where it is worth it
    /// and not there already.
    pub(crate) fn complete(&mut self) -> Result<()> {
        bundle(&mut self.0)?;
        let list = listing(&self.0)?.into_bytes();
        self.add(SERVICE_WORKER.to_string(), service_worker(&list)?.into_bytes());
        self.add(LISTING.to_string(), list);
        let there = |path: &String| self.0.contains_key(&format!("{path}.br"));
        let missing = self.0.iter().filter(|(path, bytes)| is_worth_it(path, bytes) && !there(path));
        let missing: Vec<_> =
            missing.map(|(path, bytes)| Ok((format!("{path}.br"), brotli(bytes)?))).collect::<Result<_>>()?;
        self.0.extend(missing);
        Ok(())
    }

    /// Makes the folder hold these files and no others. A file that is there already is not touched, so that browsers
    /// and editors see what has changed.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        remove_others(folder, "", &self.0)?;
        for (path, bytes) in &self.0 {
            let path = folder.join(path);
            if fs::read(&path).is_ok_and(|old| old == *bytes) {
                continue;
            }
            write(&path, bytes)?;
        }
        Ok(())
    }
}

fn remove_others(folder: &Path, prefix: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for (name, path) in entries(folder)? {
        let (name, inside) = (format!("{prefix}{name}"), format!("{prefix}{name}/"));
        let removed = if !path.is_dir() {
            if files.contains_key(&name) { Ok(()) } else { fs::remove_file(&path) }
        } else if files.keys().any(|file| file.starts_with(&inside)) {
            remove_others(&path, &inside, files)?;
            Ok(())
        } else {
            fs::remove_dir_all(&path)
        };
        removed.with_context(|| format!("{} belongs to no page and cannot be removed", path.display()))?;
    }
    Ok(())
}

/// Names and paths of what is in a folder, in order.
fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let unread = || format!("the folder {} cannot be read", folder.display());
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).with_context(unread)? {
        let entry = entry.with_context(unread)?;
        entries.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    entries.sort();
    Ok(entries)
}

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Writes a file, and the folders that it lies in.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, bytes));
    written.with_context(|| format!("{} cannot be written", path.display()))
}
