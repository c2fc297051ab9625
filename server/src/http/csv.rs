//! Cells of tables that leave as CSV.

/// A cell as RFC 4180; one that a spreadsheet would take for a formula gets an apostrophe in front.
pub fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(quoted("=cmd()"), "\"'=cmd()\"");
        assert_eq!(quoted("say \"hi\", twice"), "\"say \"\"hi\"\", twice\"");
    }
}
