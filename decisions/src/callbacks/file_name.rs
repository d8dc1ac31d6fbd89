//! File names with placeholders such as `{epoch:02d}`, a small part of Python's format language.

use crate::error::{Error, Result};
use crate::history::EpochRecord;

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

/// Checks that [`filled`] will find a value for every placeholder, among the names of what is known at each save.
pub(super) fn check_placeholders(pattern: &str, known: impl Iterator<Item = String>, in_batches: bool) -> Result<()> {
    let record = EpochRecord { epoch: 1, logs: known.map(|name| (name, 0.0)).collect() };
    filled(pattern, &record, in_batches.then_some(1)).map(drop)
}

/// Fills `{epoch}`, `{epoch:02d}`, `{batch}`, `{val_loss:.2f}` and the like.
///
/// # Errors
///
/// A `ConfigError` about `filepath`: a metric was not measured, or a format is not `d`, `0Nd`, `.Nf` or `.Ne`.
pub(super) fn filled(pattern: &str, record: &EpochRecord, batch: Option<usize>) -> Result<String> {
    let refuse = |what: String| Error::config("filepath", format!("of ModelCheckpoint {what}"));
    let mut name = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        name.push_str(before);
        let (inside, tail) =
            after.split_once('}').ok_or_else(|| refuse(format!("opens {{ without closing it in \"{pattern}\"")))?;
        let (key, format) = inside.split_once(':').unwrap_or((inside, ""));
        let unknown = || {
            let batch = batch.map(|_| "batch");
            let known = ["epoch"].into_iter().chain(batch).chain(record.logs.keys().map(String::as_str));
            let known = known.collect::<Vec<_>>().join("}, {");
            refuse(format!("names {{{key}}}, but this run measures at every save only {{{known}}}; name one of these"))
        };
        let text = match key {
            "epoch" => whole(record.epoch, format),
            "batch" => whole(batch.ok_or_else(unknown)?, format),
            _ => number(record.get(key).ok_or_else(unknown)?, format),
        };
        name.push_str(&text.ok_or_else(|| {
            refuse(format!(
                "has the format {{{inside}}}; only such as {{epoch:02d}} and {{val_loss:.2f}} are understood"
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
        let fill = |pattern| filled(pattern, &record(), Some(7));
        assert_eq!(fill("best.tabfit").unwrap(), "best.tabfit");
        assert_eq!(fill("m-{epoch:02d}-{batch}-{val_loss:.2f}.tabfit").unwrap(), "m-03-7-0.12.tabfit");
        for wrong in
            ["{mape}", "{epoch", "{epoch:x}", "{val_loss:.2}", "{val_loss:f}", "{val_loss:.99f}", "{epoch:0999d}"]
        {
            assert!(fill(wrong).unwrap_err().to_string().starts_with("filepath of ModelCheckpoint"), "{wrong}");
        }
        let unknown = filled("{val_acc:.2f}", &record(), None).unwrap_err().to_string();
        let known = "names {val_acc}, but this run measures at every save only {epoch}, {val_loss}; name one of these.";
        assert!(unknown.ends_with(known), "{unknown}");
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
