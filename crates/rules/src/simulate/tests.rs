use super::*;
use crate::corpus;
use crate::standard::{Source, Standard};
use crate::template::{Form, Template};
use std::cell::Cell;

fn freshness(days: u32, scope: &str) -> Compiled {
    let form = Form::from([("days".to_owned(), vec![days.to_string()])]);
    let source = Source::Template(Template::read("freshness", &form).unwrap().unwrap());
    Compiled::new(Standard { scope: scope.parse().unwrap(), source, ..crate::examples::all().remove(0) }).unwrap()
}

fn inputs(count: u64) -> Vec<Input> {
    let numbered = |number| {
        let mut input = corpus::input(number);
        input.product.address = format!("ssot-a.p{number:04}");
        input.product.agency = format!("agency-{}", number % 3);
        if number % 2 == 0 {
            input.agreement = None;
        } else if let Some(agreement) = &mut input.agreement {
            agreement.id = format!("a{number}");
        }
        input
    };
    (0..count).map(numbered).collect()
}

#[test]
fn the_answer_is_the_same_on_one_thread_and_on_many() {
    let (candidate, current, inputs) = (freshness(30, "whole"), freshness(365, "whole"), inputs(60));
    let one = simulate(&candidate, Some(&current), &inputs, 1);
    assert_eq!(simulate(&candidate, Some(&current), &inputs, 7), one);
    assert_eq!(one.all.looked_at, 60);
    assert_eq!(one.all.met + one.all.violated + one.all.cannot_tell, 60);
    assert_eq!(one.by_agency.values().map(|counts| counts.looked_at).sum::<usize>(), 60);
}

#[test]
fn what_comes_and_what_goes_is_told_with_its_reason() {
    let inputs = inputs(60);
    let stricter = simulate(&freshness(30, "whole"), Some(&freshness(365, "whole")), &inputs, 2);
    assert!(stricter.all.newly_violated > 0);
    assert_eq!(stricter.all.newly_met, 0);
    let milder = simulate(&freshness(365, "whole"), Some(&freshness(30, "whole")), &inputs, 2);
    assert_eq!((milder.all.newly_met, milder.all.newly_violated), (stricter.all.newly_violated, 0));
    let csv = stricter.csv();
    assert!(csv.starts_with("product,title,agency,agreement,holder_agency,request,after,change,code,field,message\r\n"));
    assert!(csv.contains(",violated,new,update_late,updated_on,"), "{csv}");
}

#[test]
fn products_outside_the_scope_are_left_out() {
    let impact = simulate(&freshness(1, "sector:sensor"), None, &inputs(20), 2);
    assert_eq!(impact.all, Counts::default());
    assert_eq!(simulate(&freshness(1, "whole"), None, &[], 0).all.looked_at, 0);
}

#[test]
fn the_agency_of_who_holds_an_agreement_is_told_with_it() {
    let impact = simulate(&freshness(1, "whole"), None, &inputs(20), 2);
    for row in &impact.rows {
        assert_eq!(row.holder.is_some(), row.agreement().is_some());
    }
    let row = impact.rows.iter().find(|row| row.agreement().is_some()).unwrap();
    let cells = format!(",{},{},", row.agreement().unwrap(), row.holder.as_ref().unwrap());
    assert!(impact.csv().contains(&cells), "{cells}");
}

#[test]
fn a_cell_is_no_formula() {
    let mut input = inputs(1);
    input[0].product.title = "=HYPERLINK(\"x\")".into();
    let csv = simulate(&freshness(1, "whole"), None, &input, 1).csv();
    assert!(csv.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{csv}");
}

#[test]
fn what_there_was_no_time_for_cannot_be_told_and_is_counted() {
    let (candidate, current, inputs) = (freshness(30, "whole"), freshness(365, "whole"), inputs(60));
    let left = Cell::new(20_usize);
    let more = || left.get().checked_sub(1).inspect(|rest| left.set(*rest)).is_some();
    let impact = Impact::of(inputs.chunks(25).flat_map(|share| rows_while(&candidate, Some(&current), share, &more)).collect());
    assert_eq!((impact.all.looked_at, impact.not_asked(), impact.rows.len()), (60, 40, 60));
    assert_eq!(impact.all.cannot_tell, 40);
    let mut late = impact.rows.iter().filter(|row| row.after == LATE);
    assert!(late.all(|row| row.before == Some(LATE) && row.new_violations().is_empty()));
    assert!(impact.csv().contains(",cannot tell,,,,there was no time left"), "{}", impact.csv());
    assert_eq!(simulate(&candidate, Some(&current), &inputs, 3).not_asked(), 0);
}
