//! How well personal data is found: over the labelled columns that the sample generates, or over a file of labelled columns.
//!
//! A line of the file is `{"id", "table", "name", "values": […], "label": {"pii": bool, "category": string}}`; without a label a
//! column is judged and not scored. A line of what is predicted is `{"id", "pii", "category", "confidence"}`.

use anyhow::{Context as _, Result};
use detect::{Column, Detectors, Proposal, Tally};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::time::Instant;

/// The seeds of the generated columns: 600 columns and more each.
const SEEDS: std::ops::Range<u64> = 1..6;

#[derive(Deserialize)]
struct Line {
    id: Value,
    #[serde(default)]
    table: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    values: Vec<Value>,
    label: Option<Label>,
    #[serde(skip)]
    hard: bool,
}

#[derive(Deserialize)]
struct Label {
    pii: bool,
    #[serde(default)]
    category: String,
}

#[derive(Serialize)]
struct Prediction<'a> {
    id: &'a Value,
    pii: bool,
    category: &'static str,
    confidence: f64,
}

#[derive(Default)]
struct Score {
    all: Tally,
    hard: Tally,
    /// Found, with the category that the label says.
    category_right: u32,
}

pub fn run(columns: Option<&Path>, predict: Option<&Path>) -> Result<()> {
    let sets = match columns {
        Some(file) => vec![read(file)?],
        None => SEEDS.map(generated).collect(),
    };
    let mut out = predict.map(File::create).transpose().context("the file of predictions")?.map(BufWriter::new);
    let mut score = Score::default();
    let begun = Instant::now();
    let mut judged = 0;
    for set in &sets {
        let proposals = proposals(set);
        judged += proposals.len();
        for (line, proposal) in set.iter().zip(&proposals) {
            if let Some(out) = &mut out {
                let prediction =
                    Prediction { id: &line.id, pii: proposal.pii, category: proposal.category.as_str(), confidence: proposal.confidence };
                writeln!(out, "{}", serde_json::to_string(&prediction)?)?;
            }
            score.add(line, proposal);
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    if let Some(mut out) = out {
        out.flush()?;
    }
    score.print(judged, seconds);
    Ok(())
}

impl Score {
    fn add(&mut self, line: &Line, proposal: &Proposal) {
        let Some(label) = &line.label else { return };
        self.all.add(label.pii, proposal.pii);
        if line.hard {
            self.hard.add(label.pii, proposal.pii);
        }
        self.category_right += u32::from(label.pii && proposal.pii && label.category == proposal.category.as_str());
        if label.pii != proposal.pii {
            let why = proposal.evidence.first().map(|piece| piece.note.as_str()).unwrap_or_default();
            let how = if label.pii { "missed" } else { "taken" };
            eprintln!("{how} {} {}.{} {:.2} {}", line.id, line.table, line.name, proposal.confidence, why);
        }
    }

    fn print(&self, judged: usize, seconds: f64) {
        println!("pii-columns {} columns", self.all.columns());
        for (slice, tally) in [("", self.all), ("-hard", self.hard)] {
            if tally.columns() > 0 {
                println!("pii-precision{slice} {:.3} share", tally.precision());
                println!("pii-recall{slice} {:.3} share", tally.recall());
                println!("pii-f2{slice} {:.3} share", tally.f2());
            }
        }
        if self.all.found > 0 {
            println!("pii-category-right {:.3} share", f64::from(self.category_right) / f64::from(self.all.found));
        }
        if let Ok(judged) = u32::try_from(judged)
            && judged > 0
        {
            println!("pii-time {:.2} ms/column", seconds * 1000.0 / f64::from(judged));
        }
    }
}

fn read(file: &Path) -> Result<Vec<Line>> {
    let shown = file.display();
    let reader = BufReader::new(File::open(file).with_context(|| format!("{shown}"))?);
    let mut lines = Vec::new();
    for (number, line) in reader.lines().enumerate() {
        let line = line?;
        if !line.trim().is_empty() {
            lines.push(serde_json::from_str(&line).with_context(|| format!("{shown}, line {}", number + 1))?);
        }
    }
    Ok(lines)
}

fn generated(seed: u64) -> Vec<Line> {
    let lines = sample::labelled::columns(seed).into_iter().map(|column| Line {
        id: Value::String(format!("{seed}-{}", column.id)),
        table: column.table,
        name: column.name,
        values: column.values.into_iter().map(|value| value.map_or(Value::Null, Value::String)).collect(),
        label: Some(Label { pii: column.category.is_personal(), category: column.category.to_string() }),
        hard: column.hard,
    });
    lines.collect()
}

/// A proposal for each line, in their order; columns of one table are judged together.
fn proposals(lines: &[Line]) -> Vec<Proposal> {
    let texts: Vec<Vec<Option<String>>> = lines.iter().map(|line| line.values.iter().map(text).collect()).collect();
    let values: Vec<Vec<Option<&str>>> = texts.iter().map(|column| column.iter().map(Option::as_deref).collect()).collect();
    let mut tables: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        tables.entry(&line.table).or_default().push(at);
    }
    let detectors = Detectors::default();
    let mut answers: Vec<(usize, Proposal)> = Vec::with_capacity(lines.len());
    for places in tables.values() {
        let columns: Vec<Column<'_>> =
            places.iter().filter_map(|at| Some(Column::new(&lines.get(*at)?.table, &lines.get(*at)?.name, values.get(*at)?))).collect();
        answers.extend(places.iter().copied().zip(detectors.table(&columns)));
    }
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, proposal)| proposal).collect()
}

/// A value as text: whatever JSON holds it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_any_kind_of_value_are_judged_in_their_order() {
        let lines: Vec<Line> = [
            r#"{"id":7,"table":"t","name":"nric","values":["S1234567D","T1234567J",null],"label":{"pii":true,"category":"direct"}}"#,
            r#"{"id":"b","table":"u","name":"count","values":[1,2.5,true,null,{"a":1}],"label":{"pii":false,"category":"none"}}"#,
            r#"{"id":"c","table":"t","name":"no_label","values":[]}"#,
        ]
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
        let answers: Vec<bool> = proposals(&lines).iter().map(|proposal| proposal.pii).collect();
        assert_eq!(answers, [true, false, false]);
    }
}
