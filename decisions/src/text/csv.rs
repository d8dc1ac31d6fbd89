//! Rows of CSV files.

/// One row that ends in `line_end`. As with `QUOTE_MINIMAL` of Python's `csv`, a cell is quoted only if it
/// holds the separator, a quote or a line end.
pub(crate) fn row(cells: impl IntoIterator<Item = String>, separator: &str, line_end: &str) -> String {
    let special = |cell: &String| cell.contains(separator) || cell.contains(['"', '\r', '\n']);
    let quote = |cell: String| if special(&cell) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell };
    let cells: Vec<String> = cells.into_iter().map(quote).collect();
    cells.join(separator) + line_end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_quotes_is_quoted() {
        let cells = ["a", "b,c", "d;e", "said \"f\"", "g\nh", "i\rj", ""].map(String::from);
        assert_eq!(row(cells.clone(), ",", "\n"), "a,\"b,c\",d;e,\"said \"\"f\"\"\",\"g\nh\",\"i\rj\",\n");
        assert_eq!(row(cells[..3].to_vec(), ";", "\r\n"), "a;b,c;\"d;e\"\r\n");
    }
}
