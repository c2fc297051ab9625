use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn hour(text: &str, reads: i64, rows: i64, refused: i64) -> HourOfReads {
    HourOfReads { hour: text.parse().unwrap(), reads, rows, refused }
}

fn found(hours: Vec<HourOfReads>) -> Vec<(String, AnomalyKind, String, String)> {
    let acts = ReaderActs { hours, columns: vec![] };
    let deepavali = BTreeSet::from([date("2026-11-09")]);
    let all = anomalies(&acts, &(date("2026-11-01")..=date("2026-11-30")), &deepavali);
    all.into_iter().map(|one| (one.day.to_string(), one.kind, one.figure, one.compared)).collect()
}

#[test]
fn volume_is_held_against_the_readers_own_earlier_days() {
    let usual = |many: i64| (1..=many).map(|n| hour(&format!("2026-10-{:02}T10:00:00", n + 4), 4, 0, 0));
    let mut hours: Vec<HourOfReads> = usual(5).collect();
    hours.push(hour("2026-11-10T10:00:00", 21, 0, 0));
    let said = found(hours.clone());
    assert_eq!(said, [("2026-11-10".into(), AnomalyKind::Volume, "21 reads in a day".into(), "a median of 4 reads on 5 earlier days".into())]);
    hours.last_mut().unwrap().reads = 20;
    assert!(found(hours.clone()).is_empty(), "five times the median is not more than five times");
    let mut few: Vec<HourOfReads> = usual(4).collect();
    few.push(hour("2026-11-10T10:00:00", 500, 0, 0));
    assert!(found(few).is_empty(), "four days make no habit");
    let long_ago: Vec<HourOfReads> =
        (1..=9).map(|n| hour(&format!("2026-06-{n:02}T10:00:00"), 1, 0, 0)).chain([hour("2026-11-10T10:00:00", 500, 0, 0)]).collect();
    assert!(found(long_ago).is_empty(), "nor do days of long ago");
    let rows: Vec<HourOfReads> =
        (1..=6).map(|n| hour(&format!("2026-10-{:02}T10:00:00", n + 4), 1, 100, 0)).chain([hour("2026-11-10T10:00:00", 1, 10_000, 0)]).collect();
    assert_eq!(found(rows)[0].2, "10000 rows in a day");
}

#[test]
fn hours_are_those_of_working_days_in_singapore() {
    let said = found(vec![
        hour("2026-11-06T06:00:00", 2, 0, 0),
        hour("2026-11-06T07:00:00", 1, 0, 0),
        hour("2026-11-06T19:00:00", 1, 0, 0),
        hour("2026-11-09T10:00:00", 1, 0, 0),
        hour("2026-11-10T20:00:00", 1, 0, 0),
        hour("2026-11-14T10:00:00", 3, 0, 0),
        hour("2026-12-05T10:00:00", 3, 0, 0),
    ]);
    let days: Vec<(&str, &str)> = said.iter().map(|one| (one.0.as_str(), one.2.as_str())).collect();
    assert_eq!(
        days,
        [
            ("2026-11-06", "2 of 4 reads that day"),
            ("2026-11-09", "1 of 1 reads that day"),
            ("2026-11-10", "1 of 1 reads that day"),
            ("2026-11-14", "3 of 3 reads that day")
        ]
    );
    assert!(said[0].3.contains("7 to 20") && said[1].3.contains("public holiday"));
}

#[test]
fn refusals_stand_out_from_three_a_day() {
    assert!(found(vec![hour("2026-11-10T10:00:00", 0, 0, 1), hour("2026-11-10T11:00:00", 0, 0, 1)]).is_empty());
    let said = found(vec![hour("2026-11-10T10:00:00", 1, 0, 1), hour("2026-11-10T11:00:00", 0, 0, 2)]);
    assert_eq!((said[0].1, said[0].2.as_str()), (AnomalyKind::Refused, "3 refused"));
    assert!(said[0].3.starts_with("1 reads that succeeded"));
}

#[test]
fn a_column_is_new_to_whoever_knows_the_dataset() {
    let first = |at: &str| FirstRead { column: "staff: nric".into(), at: at.parse().unwrap(), dataset_at: "2026-11-01T02:00:00Z".parse().unwrap() };
    let of =
        |columns: Vec<FirstRead>| anomalies(&ReaderActs { hours: vec![], columns }, &(date("2026-11-01")..=date("2026-11-30")), &BTreeSet::new());
    assert!(of(vec![first("2026-11-15T01:59:00Z"), first("2026-12-15T02:00:00Z")]).is_empty());
    let said = of(vec![first("2026-11-15T02:00:00Z")]);
    assert_eq!((said[0].figure.as_str(), said[0].compared.as_str()), ("staff: nric", "14 days of reading that dataset without it"));
}

#[test]
fn roles_are_due_before_their_end_and_after_a_year() {
    let now: DateTime<Utc> = "2026-11-23T02:00:00Z".parse().unwrap();
    let ago = |days: u64| now.checked_sub_days(Days::new(days)).unwrap();
    let ahead = |days: u64| now.checked_add_days(Days::new(days));
    assert_eq!(role_due(ago(364), None, false, now), None);
    assert!(role_due(ago(365), None, false, now).unwrap().contains("365 days"));
    assert_eq!(role_due(ago(400), ahead(31), false, now), None);
    assert_eq!(role_due(ago(1), ahead(30), false, now).unwrap(), "it ends in 30 days");
    assert!(role_due(ago(1), None, true, now).is_some());
}
