//! Figures of rules, printed as `name value unit`: `figures SAMPLE_FOLDER PRODUCTS`. `cargo xtask bench rules` builds and runs it.

use chrono::NaiveDate;
use domain::catalogue::PersonalCategory;
use rules::{Compiled, Input, Limits, Rule, Ruleset, Surroundings, Verdict, examples, simulate};
use sample::generated::Generator;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::thread;
use std::time::Instant;

/// Of the figure for one evaluation.
const RULE: &str = include_str!("figures.rego");
const ROUNDS: u32 = 20_000;
/// Of the figure for a simulation.
const SIMULATED: u64 = 2_000;
/// Products that a thread holds at once.
const HELD: u64 = 500;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (folder, products) = (arguments.next().ok_or("the sample's folder")?, arguments.next().ok_or("how many products")?.parse()?);
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).ok_or("a day")?;
    let threads = thread::available_parallelism()?.get();
    one_rule()?;
    simulation(Path::new(&folder), today, threads)?;
    all_standards(Path::new(&folder), today, threads, products)
}

/// One rule over one product of 24 columns, six violations; the input is built once.
fn one_rule() -> Result<(), Box<dyn Error>> {
    let rule = Rule::compile(RULE).map_err(|faults| format!("{faults:?}"))?;
    let mut input = Input::example();
    let column = input.datasets.get(1).and_then(|dataset| dataset.columns.first()).ok_or("a column")?.clone();
    input.datasets.truncate(1);
    for dataset in &mut input.datasets {
        dataset.columns = (0..24)
            .map(|at| rules::input::Column {
                name: format!("column_{at}"),
                personal: if at % 2 == 0 { PersonalCategory::Direct } else { PersonalCategory::None },
                technique: (at % 4 != 0).then(|| "pseudonym".to_owned()),
                ..column.clone()
            })
            .collect();
    }
    let facts = input.facts()?;
    let mut machine = rule.machine(Limits::default());
    let found = machine.evaluate(&facts).violations().len();
    if found != 6 {
        return Err(format!("{found} violations instead of six").into());
    }
    print("rule-one-product", per_round(|| drop(black_box(machine.evaluate(&facts)))), "µs");
    print("rule-one-product-new-machine", per_round(|| drop(black_box(rule.evaluate(&facts)))), "µs");
    print("rule-input", per_round(|| drop(black_box(input.facts()))), "µs");
    Ok(())
}

fn per_round(mut work: impl FnMut()) -> f64 {
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        work();
    }
    begun.elapsed().as_secs_f64() * 1_000_000.0 / f64::from(ROUNDS)
}

fn inputs(generator: &Generator, from: u64, to: u64, today: NaiveDate) -> Vec<Input> {
    let around = || Surroundings { sector: "geospatial".into(), agency: "agency".into(), ..Surroundings::default() };
    (from..to).map_while(|index| generator.product(index)).map(|document| Input::of_document(&document, around(), today)).collect()
}

/// Each standard simulated over 2,000 products, beside itself as the version in force, reasons and CSV included; the slowest is told too.
fn simulation(folder: &Path, today: NaiveDate, threads: usize) -> Result<(), Box<dyn Error>> {
    let inputs = inputs(&Generator::read(folder, 1)?, 0, SIMULATED, today);
    let mut times = Vec::new();
    for standard in examples::all() {
        let compiled = Compiled::new(standard).map_err(|faults| format!("{faults:?}"))?;
        let begun = Instant::now();
        let impact = simulate(&compiled, Some(&compiled), &inputs, threads);
        black_box(impact.csv());
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    print("simulate-2000-median", times.get(times.len() / 2).copied().unwrap_or_default(), "ms");
    print("simulate-2000-slowest", times.last().copied().unwrap_or_default(), "ms");
    Ok(())
}

/// All standards over many products, each made, turned into an input and judged.
fn all_standards(folder: &Path, today: NaiveDate, threads: usize, products: u64) -> Result<(), Box<dyn Error>> {
    let compiled: Result<Vec<Compiled>, _> = examples::all().into_iter().map(Compiled::new).collect();
    let set = Ruleset::new(compiled.map_err(|faults| format!("{faults:?}"))?);
    let generator = Generator::read(folder, 1)?;
    let share = products.div_ceil(u64::try_from(threads)?).max(1);
    let begun = Instant::now();
    let (judged, found) = thread::scope(|scope| {
        let parts: Vec<_> = (0..products)
            .step_by(usize::try_from(share).unwrap_or(usize::MAX))
            .map(|from| {
                let (set, generator) = (&set, &generator);
                scope.spawn(move || judged(set, generator, today, from, (from + share).min(products)))
            })
            .collect();
        parts.into_iter().filter_map(|part| part.join().ok()).fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1))
    });
    println!("all-standards-verdicts {judged} verdicts");
    println!("all-standards-violations {found} violations");
    print("all-standards", begun.elapsed().as_secs_f64(), "s");
    Ok(())
}

fn judged(set: &Ruleset, generator: &Generator, today: NaiveDate, from: u64, to: u64) -> (usize, usize) {
    let mut judge = set.judge();
    let (mut verdicts, mut found) = (0, 0);
    let mut next = from;
    while next < to {
        let until = (next + HELD).min(to);
        for input in inputs(generator, next, until, today) {
            let Ok(facts) = input.facts() else { continue };
            let findings = judge.findings(&input, &facts, today);
            verdicts += findings.iter().filter(|finding| !matches!(finding.verdict, Verdict::CannotTell(_))).count();
            found += findings.iter().map(|finding| finding.told(&input).len()).sum::<usize>();
        }
        next = until;
    }
    (verdicts, found)
}

fn print(name: &str, value: f64, unit: &str) {
    println!("{name} {value:.2} {unit}");
}
