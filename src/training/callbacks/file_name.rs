//! File names with placeholders such as `{epoch:02d}`, a small part of Python's format language.

use crate::error::{Error, Result};
use crate::training::history::EpochRecord;

/// Refuses names that could leave the run's folder.
pub(super) fn check_path(field: &str, callback: &str, path: &str) -> Result<()> {
    let fine = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0', ':']);
    // The formats of placeholders have a colon, which a name must not have.
    let mut pieces = path.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, after)| after));
    let first = pieces.next().unwrap_or_default().to_string();
    let name = pieces.fold(first, |name, piece| name + "0" + piece);
    match path.len() <= 200 && name.split('/').all(fine) {
        true => Ok(()),
        false => Err(Error::config(
            field,
            format!(
                "of {callback} must be a relative path of at most 200 characters such as runs/model.tabfit, not \"{path}\""
            ),
        )),
    }
}

/// Fills `{epoch}`, `{epoch:02d}`, `{batch}`, `{val_loss:.2f}` and the like.
///
/// # Errors
///
/// A `ConfigError` about `filepath`: a metric was not measured, or a format is not `d`, `0Nd`, `.Nf` or `.Ne`.
pub(super) fn filled(
    pattern: &str,
    epoch: usize,
    batch: Option<usize>,
    record: Option<&EpochRecord>,
) -> Result<String> {
    let refuse = |what: String| Error::config("filepath", what);
    let mut name = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        name.push_str(before);
        let (inside, tail) =
            after.split_once('}').ok_or_else(|| refuse(format!("\"{pattern}\" opens {{ without closing it")))?;
        let (key, format) = inside.split_once(':').unwrap_or((inside, ""));
        let unknown = || refuse(format!("\"{pattern}\" names {{{key}}}, which is not measured in this run"));
        let text = match key {
            "epoch" => whole(epoch, format),
            "batch" => whole(batch.ok_or_else(unknown)?, format),
            _ => number(record.and_then(|record| record.get(key)).ok_or_else(unknown)?, format),
        };
        name.push_str(&text.ok_or_else(|| {
            refuse(format!(
                "\"{pattern}\" has the format {{{inside}}}; {{epoch:02d}} and {{val_loss:.2f}} are understood"
            ))
        })?);
        rest = tail;
    }
    Ok(name + rest)
}

/// Formats a whole number by `""`, `"d"` or `"02d"`; `None` for other formats.
fn whole(value: usize, format: &str) -> Option<String> {
    let width = format.strip_suffix('d').unwrap_or(format);
    if width.is_empty() {
        return Some(value.to_string());
    }
    let digits = width.strip_prefix('0')?.parse::<usize>().ok().filter(|&digits| digits <= 20)?;
    Some(format!("{value:0digits$}"))
}

/// Formats a number by `""`, `".3f"` or `".2e"`; `None` for other formats.
fn number(value: f64, format: &str) -> Option<String> {
    if format.is_empty() {
        return Some(value.to_string());
    }
    let (precision, kind) = format.strip_prefix('.')?.split_at_checked(format.len().checked_sub(2)?)?;
    let precision = precision.parse::<usize>().ok().filter(|&precision| precision <= 20)?;
    match kind {
        "f" => Some(format!("{value:.precision$}")),
        "e" => Some(format!("{value:.precision$e}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> EpochRecord {
        EpochRecord { epoch: 3, logs: [("val_loss".to_string(), 0.12345)].into() }
    }

    #[test]
    fn placeholders_are_filled_as_python_fills_them() {
        let fill = |pattern| filled(pattern, 3, Some(7), Some(&record()));
        assert_eq!(fill("best.tabfit").unwrap(), "best.tabfit");
        assert_eq!(fill("m-{epoch:02d}-{batch}-{val_loss:.2f}.tabfit").unwrap(), "m-03-7-0.12.tabfit");
        for wrong in
            ["{mape}", "{epoch", "{epoch:x}", "{val_loss:.2}", "{val_loss:f}", "{val_loss:.99f}", "{epoch:0999d}"]
        {
            assert!(fill(wrong).unwrap_err().to_string().starts_with("filepath"), "{wrong}");
        }
    }

    #[test]
    fn paths_stay_inside_the_folder() {
        for wrong in
            ["", "/etc/x", "../x", "a/../x", "a//b", "C:\\x", "a\\b", ".", "a:b", "{epoch:02d}:b", "{epoch}/../b"]
        {
            assert!(check_path("filepath", "ModelCheckpoint", wrong).is_err(), "{wrong}");
        }
        for right in ["runs/a b.tabfit", "{epoch:02d}/{val_loss:.2f}.tabfit", "a-{epoch:02d}"] {
            assert!(check_path("filepath", "ModelCheckpoint", right).is_ok(), "{right}");
        }
    }
}
