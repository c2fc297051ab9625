//! The answer as CSV: a line for each violation that is there, would come or would go, and one for each product without any.

use super::{About, Impact, Row};
use crate::verdict::{Verdict, Violation};

const HEAD: [&str; 11] = ["product", "title", "agency", "agreement", "holder_agency", "request", "after", "change", "code", "field", "message"];

impl Impact {
    /// Text in UTF-8. Cells that a spreadsheet would take for a formula begin with an apostrophe.
    pub fn csv(&self) -> String {
        let mut out = String::new();
        line(&mut out, &HEAD);
        for row in &self.rows {
            let lines = lines(row);
            if lines.is_empty() {
                write(&mut out, row, "", None);
            }
            for (change, violation) in lines {
                write(&mut out, row, change, Some(violation));
            }
        }
        out
    }
}

fn lines(row: &Row) -> Vec<(&'static str, &Violation)> {
    let new = row.new_violations();
    let mut lines: Vec<(&str, &Violation)> =
        row.after.violations().iter().map(|violation| (if new.contains(&violation) { "new" } else { "as before" }, violation)).collect();
    lines.extend(row.gone_violations().into_iter().map(|violation| ("gone", violation)));
    lines
}

fn write(out: &mut String, row: &Row, change: &str, violation: Option<&Violation>) {
    let (after, why) = match &row.after {
        Verdict::Met => ("met", String::new()),
        Verdict::Violated(_) => ("violated", String::new()),
        Verdict::CannotTell(why) => ("cannot tell", why.to_string()),
    };
    let (code, field, message) = violation.map_or(("", "", why.as_str()), |v| (v.code.as_str(), v.field.as_str(), v.message.as_str()));
    let (agreement, request) = match &row.about {
        About::Product => ("", ""),
        About::Agreement(id) => (id.as_str(), ""),
        About::Request(id) => ("", id.as_str()),
    };
    let holder = row.holder.as_deref().unwrap_or_default();
    line(out, &[&row.address, &row.title, &row.agency, agreement, holder, request, after, change, code, field, message]);
}

fn line(out: &mut String, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        let guarded = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { (*cell).to_owned() };
        if guarded.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&guarded.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&guarded);
        }
    }
    out.push_str("\r\n");
}
