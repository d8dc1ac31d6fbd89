//! Holds every file of the page to the size that `docs/sizes.md` allows.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use anyhow::{Context, Result, ensure};

use crate::{
    compress::gzipped,
    listing::{SERVICE_WORKER, is_fetched},
    root::{dist, root},
    site::Site,
};

/// The most that a computer without a GPU may have to load of the program, whatever the table says: what does not fit becomes a
/// late part.
const CPU_PART: usize = 1_200_000;

/// A line of the table.
#[derive(Debug, PartialEq, Eq)]
struct Budget<'a> {
    /// A file or a pattern: `*` stands for any name, and `**` for any path.
    files: &'a str,
    limit: usize,
}

/// Compares `dist` with the table, and with `note` writes the sizes of today into it.
pub(crate) fn check(note: bool) -> Result<()> {
    let table = root().join("docs/sizes.md");
    let text = fs::read_to_string(&table).with_context(|| format!("{} cannot be read", table.display()))?;
    let mut site = Site::default();
    site.add_folder("", &dist()).context("there is no page to measure: please run scripts/page.sh build first")?;
    let files = site.files().iter().filter(|(path, _)| is_fetched(path) || *path == SERVICE_WORKER);
    let sizes: BTreeMap<&str, usize> =
        files.map(|(path, bytes)| Ok((path.as_str(), gzipped(bytes)?))).collect::<Result<_>>()?;
    let budgets: Vec<_> = text.lines().filter_map(budget).collect();
    ensure!(!budgets.is_empty(), "{} has no table of files", table.display());
    for budget in &budgets {
        let size = sum(budget, &budgets, &sizes);
        println!("{:>9} of {:>9} bytes gzipped: {}", grouped(size), grouped(budget.limit), budget.files);
    }
    if note {
        let noted = noted(&text, &budgets, &sizes);
        fs::write(&table, noted).with_context(|| format!("{} cannot be written", table.display()))?;
    }
    let faults = faults(&budgets, &sizes);
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// What `` | `js/**` | 1,234 | 5,678 | `` says; `None` for a line that is not of the table.
fn budget(line: &str) -> Option<Budget<'_>> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let files = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
    let limit = cells.nth(1)?.replace(',', "").parse().ok()?;
    Some(Budget { files, limit })
}

/// Whether a path fits a pattern.
fn fits(pattern: &str, path: &str) -> bool {
    let Some((start, end)) = pattern.split_once('*') else { return pattern == path };
    let Some(rest) = path.strip_prefix(start) else { return false };
    let (end, folders) = end.strip_prefix('*').map_or((end, false), |end| (end, true));
    let own = if folders { rest.len() } else { rest.find('/').unwrap_or(rest.len()) };
    (0..=own).filter_map(|length| rest.get(length..)).any(|rest| fits(end, rest))
}

/// The line of the table that a file counts for: the first that it fits.
fn line_of<'a, 'b>(path: &str, budgets: &'b [Budget<'a>]) -> Option<&'b Budget<'a>> {
    budgets.iter().find(|budget| fits(budget.files, path))
}

fn sum(budget: &Budget<'_>, budgets: &[Budget<'_>], sizes: &BTreeMap<&str, usize>) -> usize {
    sizes.iter().filter(|(path, _)| line_of(path, budgets) == Some(budget)).map(|(_, size)| size).sum()
}

/// A sentence for everything in which page and table differ.
fn faults(budgets: &[Budget<'_>], sizes: &BTreeMap<&str, usize>) -> Vec<String> {
    let mut faults = Vec::new();
    for budget in budgets {
        let Budget { files, limit } = budget;
        let size = sum(budget, budgets, sizes);
        if !sizes.keys().any(|path| line_of(path, budgets) == Some(budget)) {
            faults.push(format!(
                "{files} is not in dist/: please build the page, or take the line out of docs/sizes.md."
            ));
        } else if size > *limit {
            let over = grouped(size - limit);
            faults.push(format!(
                "{files} is {over} bytes over its limit: make it smaller, or raise the limit in docs/sizes.md and say \
                 in the CHANGELOG what for."
            ));
        }
    }
    let cpu_part = cpu_part(budgets);
    if cpu_part >= CPU_PART {
        faults.push(format!(
            "docs/sizes.md allows the CPU part {} bytes, and it stays under {}: please make a late part of what is new.",
            grouped(cpu_part),
            grouped(CPU_PART)
        ));
    }
    let is_program = |path: &&&str| [".js", ".wasm"].iter().any(|end| path.ends_with(end));
    for path in sizes.keys().filter(is_program).filter(|path| line_of(path, budgets).is_none()) {
        faults.push(format!("{path} has no limit: please give it a line in docs/sizes.md."));
    }
    faults
}

/// What the table allows the CPU part. A browser loads one of its two files of wasm.
fn cpu_part(budgets: &[Budget<'_>]) -> usize {
    let without = |other: &str| -> usize {
        let part = budgets.iter().filter(|budget| budget.files.starts_with("cpu/") && budget.files != other);
        part.map(|budget| budget.limit).sum()
    };
    without("cpu/tabfit_bg.wasm").max(without("cpu/tabfit_plain_bg.wasm"))
}

/// The table with the sizes of today.
fn noted(text: &str, budgets: &[Budget<'_>], sizes: &BTreeMap<&str, usize>) -> String {
    let mut noted = String::new();
    for line in text.lines() {
        let _ = match budget(line) {
            Some(budget) => {
                let (size, limit) = (grouped(sum(&budget, budgets, sizes)), grouped(budget.limit));
                writeln!(noted, "| `{}` | {size} | {limit} |", budget.files)
            }
            None => writeln!(noted, "{line}"),
        };
    }
    noted
}

/// `1234567` as `1,234,567`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "# Sizes\n\n| File | Now | Limit |\n|---|---:|---:|\n| `a.wasm` | 1 | 1,000 |\n| `js/**` | 2 | 50 |\n";

    fn budgets() -> Vec<Budget<'static>> {
        TABLE.lines().filter_map(budget).collect()
    }

    #[test]
    fn the_lines_of_the_table_are_read_and_its_head_is_not() {
        let [wasm, js] = &budgets()[..] else { panic!("two lines, not {:?}", budgets()) };
        assert_eq!((wasm.files, wasm.limit, js.files, js.limit), ("a.wasm", 1000, "js/**", 50));
    }

    #[test]
    fn a_star_stands_for_a_name_and_two_stand_for_a_path() {
        assert!(fits("js/**", "js/page/a.js") && fits("*.js", "a.js") && fits("cpu/**/*.js", "cpu/a/b/c.js"));
        assert!(!fits("*.js", "js/a.js") && !fits("js/**", "css/a.css") && !fits("a.js", "a.jsx"));
    }

    #[test]
    fn a_page_within_its_limits_has_no_faults_and_every_other_difference_is_named() {
        let sizes = BTreeMap::from([("a.wasm", 1000), ("js/a.js", 20), ("js/b/c.js", 30), ("index.html", 9)]);
        assert!(faults(&budgets(), &sizes).is_empty());
        let sizes = BTreeMap::from([("js/a.js", 20), ("js/b/c.js", 31), ("new.js", 1)]);
        let faults = faults(&budgets(), &sizes);
        let starts = ["a.wasm is not in dist/", "js/** is 1 bytes over", "new.js has no limit"];
        assert_eq!(faults.len(), starts.len(), "{faults:?}");
        assert!(faults.iter().zip(starts).all(|(fault, start)| fault.starts_with(start)), "{faults:?}");
    }

    #[test]
    fn no_table_may_allow_the_cpu_part_more_than_it_ever_has() {
        let table = |plain: &str| {
            format!(
                "| `cpu/tabfit_bg.wasm` | 1 | 1,000,000 |\n| `cpu/tabfit_plain_bg.wasm` | 1 | {plain} |\n| `cpu/**` | 1 | 99,999 |\n"
            )
        };
        let files = ["cpu/tabfit_bg.wasm", "cpu/tabfit_plain_bg.wasm", "cpu/tabfit.js"];
        let sizes = files.into_iter().map(|file| (file, 1)).collect();
        let faults_of = |table: &str| faults(&table.lines().filter_map(budget).collect::<Vec<_>>(), &sizes);
        assert!(faults_of(&table("1,100,000")).is_empty());
        let sentence = "docs/sizes.md allows the CPU part 1,200,000 bytes, and it stays under 1,200,000";
        assert!(matches!(&faults_of(&table("1,100,001"))[..], [fault] if fault.starts_with(sentence)));
    }

    #[test]
    fn the_sizes_of_today_replace_those_of_yesterday() {
        let sizes = BTreeMap::from([("a.wasm", 1234), ("js/a.js", 20)]);
        let text = noted(TABLE, &budgets(), &sizes);
        assert!(text.ends_with("|---|---:|---:|\n| `a.wasm` | 1,234 | 1,000 |\n| `js/**` | 20 | 50 |\n"), "{text}");
    }
}
