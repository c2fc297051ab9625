use super::*;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

fn start() -> DateTime<Utc> {
    "2026-11-23T00:00:00Z".parse().unwrap()
}

const DAILY: Budget = Budget { target: 90.0, window_days: 30, every_minutes: 24 * 60 };

/// Days of the window, the last one today: `b` is bad, `g` good, anything else was not measured.
fn days(said: &str) -> (Vec<Period>, DateTime<Utc>) {
    let now = start() + TimeDelta::hours(9);
    let count = i64::try_from(said.len()).unwrap();
    let measured = said.chars().zip(0..).filter(|(c, _)| "bg".contains(*c));
    let periods = DAILY.by_period(measured.map(|(c, n)| (now - TimeDelta::days(count - 1 - n), c == 'g')));
    (periods, now)
}

fn state(said: &str) -> (LevelState, Burning) {
    let (periods, now) = days(said);
    let (state, burning, _) = next(LevelState::NotMeasured, Burning::No, &stand(&DAILY, &periods, now));
    (state, burning)
}

#[test]
fn a_budget_of_three_bad_days_is_met_at_risk_then_breached() {
    assert_eq!(state(""), (LevelState::NotMeasured, Burning::No));
    assert_eq!(state("gggg"), (LevelState::Met, Burning::No));
    assert_eq!(state("bgggggg"), (LevelState::Met, Burning::No), "one of three, a week ago");
    assert_eq!(state("gggggb"), (LevelState::AtRisk, Burning::Fast), "a third of the budget within a day");
    assert_eq!(state("bbgggggggggggg"), (LevelState::Met, Burning::No));
    assert_eq!(state("bbbggggggggggg").0, LevelState::AtRisk, "nothing is left, and nothing overdrawn");
    assert_eq!(state("bbbbgggggggggg").0, LevelState::Breached);
    assert_eq!(state("ggggg....").0, LevelState::NotMeasured, "nobody knows how it is now");
}

#[test]
fn a_day_begins_at_midnight_in_singapore() {
    let of = |text: &str| DAILY.period_of(text.parse().unwrap());
    let (before, after) = (of("2026-11-22T23:30:00Z"), of("2026-11-23T00:30:00Z"));
    assert_eq!(before, after, "half past seven and half past eight are one day");
    assert_eq!(before, "2026-11-22T16:00:00Z".parse::<DateTime<Utc>>().unwrap());
    assert_eq!(of("2026-11-22T16:00:00Z"), before);
    assert_eq!(of("2026-11-22T15:59:59Z"), before - TimeDelta::days(1), "a minute to midnight");
    let hourly = Budget { every_minutes: 60, ..DAILY };
    assert_eq!(hourly.period_of("2026-11-23T00:30:00Z".parse().unwrap()), start());
}

#[test]
fn what_is_told_follows_from_the_table() {
    use Change::{Breach, BurnsFast, BurnsSlowly, Quiet, Recovery};
    use LevelState::{AtRisk, Breached, Met, NotMeasured};
    let told = |from, burned, said: &str| {
        let (periods, now) = days(said);
        let (to, _, change) = next(from, burned, &stand(&DAILY, &periods, now));
        (to, change)
    };
    assert_eq!(told(Met, Burning::No, "gggb"), (AtRisk, BurnsFast));
    assert_eq!(told(AtRisk, Burning::Fast, "gggb"), (AtRisk, Quiet), "told once");
    assert_eq!(told(Met, Burning::No, "gbbg"), (AtRisk, BurnsSlowly));
    assert_eq!(told(AtRisk, Burning::Fast, "gbbg"), (AtRisk, Quiet), "it eases");
    assert_eq!(told(Met, Burning::No, "bbbb"), (Breached, Breach));
    assert_eq!(told(Breached, Burning::Fast, "bbbbg"), (Breached, Quiet));
    assert_eq!(told(Breached, Burning::No, "bggggggg"), (Met, Recovery));
    assert_eq!(told(NotMeasured, Burning::No, "gg"), (Met, Quiet));
    assert_eq!(told(Breached, Burning::No, ""), (Breached, Quiet), "to stop measuring mends nothing");
    assert_eq!(told(AtRisk, Burning::Slow, ""), (NotMeasured, Quiet));
}

#[test]
fn a_promise_without_exception_is_broken_by_one_bad_period() {
    let strict = Budget { target: 100.0, ..DAILY };
    let (periods, now) = days("gggb");
    let standing = stand(&strict, &periods, now);
    assert!(standing.left < 0.0 && standing.fast.is_infinite() && standing.allowed <= 0.0, "{standing:?}");
    let (periods, now) = days("gggg");
    assert!(stand(&strict, &periods, now).left >= 1.0);
}

#[test]
fn words_of_documents_are_read() {
    let fresh = spoken("Freshness", 99.5, "% of days", "30 days");
    assert_eq!(fresh, Spoken { target: 99.5, window_days: 30, every_minutes: 1440, bound: None });
    assert_eq!(spoken("Availability", 99.9, "% of minutes", "7 days").every_minutes, 5);
    let rows = spoken("Validity", 100.0, "% of rows", "each refresh");
    assert_eq!(rows, Spoken { target: 99.0, window_days: 30, every_minutes: 1440, bound: Some((Comparison::AtLeast, 100.0)) });
    assert_eq!(spoken("Freshness", 2.0, "days", "1 quarter").bound, Some((Comparison::AtMost, 2.0)));
    assert_eq!(spoken("odd", f64::NAN, "", "99999999999 days"), Spoken { target: 99.0, window_days: 30, every_minutes: 1440, bound: None });
}

#[test]
fn what_an_owner_declares_is_checked() {
    let (datasets, columns) = (["routes".to_owned()], ["routes.updated".to_owned()]);
    let form = LevelForm {
        dimension: "freshness".into(),
        objective: "Every day  by 09:00".into(),
        measure: "age".into(),
        about: "routes.updated".into(),
        comparison: "at-most".into(),
        bound: "24".into(),
        target: "99.5".into(),
        window_days: "30".into(),
        every_minutes: "60".into(),
        ..LevelForm::default()
    };
    let level = check_level(&form, &datasets, &columns).unwrap();
    assert_eq!(
        (level.objective.as_str(), level.dataset.as_deref(), level.column.as_deref()),
        ("Every day by 09:00", Some("routes"), Some("updated"))
    );
    let codes = |form: LevelForm| check_level(&form, &datasets, &columns).unwrap_err().into_iter().map(|one| one.code).collect::<Vec<_>>();
    assert_eq!(codes(LevelForm { about: "routes".into(), ..form.clone() }), ["column_missing"]);
    assert_eq!(codes(LevelForm { about: "routes.gone".into(), ..form.clone() }), ["about_unknown"]);
    assert_eq!(codes(LevelForm { measure: "rows".into(), about: String::new(), ..form.clone() }), ["dataset_missing"]);
    assert_eq!(codes(LevelForm { measure: "in-range".into(), low: "5".into(), high: "4".into(), ..form.clone() }), ["range_wrong"]);
    assert_eq!(codes(LevelForm { at: "09:00".into(), ..form.clone() }), ["at_not_daily"]);
    assert_eq!(codes(LevelForm { at: "nine".into(), ..form.clone() }), ["at_wrong"]);
    let daily = LevelForm { at: "09:00".into(), every_minutes: "1440".into(), ..form.clone() };
    let minute = check_level(&daily, &datasets, &columns).unwrap().probe_minute;
    assert_eq!((minute, minute.map(time_of_day).as_deref()), (Some(540), Some("09:00")));
    assert_eq!(
        codes(LevelForm { bound: "NaN".into(), target: "101".into(), every_minutes: "1".into(), ..form }),
        ["bound_missing", "target_wrong", "every_wrong"]
    );
    assert_eq!(check_level(&LevelForm::default(), &datasets, &columns).unwrap_err().len(), 8);
}

fn measurements() -> impl Strategy<Value = Vec<(i64, bool)>> {
    prop::collection::vec((0..40i64 * 24 * 60, any::<bool>()), 0..120)
}

fn budgets() -> impl Strategy<Value = Budget> {
    (1.0..=100.0f64, 1..60i32, 5..5000i32).prop_map(|(target, window_days, every_minutes)| Budget { target, window_days, every_minutes })
}

fn moments(said: &[(i64, bool)]) -> impl Iterator<Item = (DateTime<Utc>, bool)> {
    said.iter().map(|(minutes, good)| (start() - TimeDelta::minutes(*minutes), *good))
}

proptest! {
    /// Measurements that come late, twice or in another order change nothing.
    #[test]
    fn order_and_repetition_are_nothing(budget in budgets(), said in measurements(), turn in 0usize..120) {
        let once = budget.by_period(moments(&said));
        let mut other: Vec<_> = said.iter().rev().copied().chain(said.iter().copied()).collect();
        let turn = turn % other.len().max(1);
        other.rotate_left(turn);
        prop_assert_eq!(&once, &budget.by_period(moments(&other)));
        prop_assert_eq!(stand(&budget, &once, start()), stand(&budget, &budget.by_period(moments(&other)), start()));
    }

    /// One more bad measurement never leaves more of the budget, nor a better state.
    #[test]
    fn bad_news_never_help(budget in budgets(), said in measurements(), at in 0..40i64 * 24 * 60) {
        let before = stand(&budget, &budget.by_period(moments(&said)), start());
        let more: Vec<_> = said.iter().copied().chain([(at, false)]).collect();
        let after = stand(&budget, &budget.by_period(moments(&more)), start());
        prop_assert!(after.left <= before.left && after.fast >= before.fast && after.slow >= before.slow);
        let state = |standing| next(LevelState::NotMeasured, Burning::No, standing).0;
        // To be measured at all is no worse than not to be.
        prop_assert!(state(&before) == LevelState::NotMeasured || state(&after) >= state(&before));
    }

    /// The budget is exactly what a window allows: what is left is never more than all of it, and it is breached exactly when more was bad than allowed.
    #[test]
    fn the_budget_adds_up(budget in budgets(), said in measurements()) {
        let periods = budget.by_period(moments(&said));
        let standing = stand(&budget, &periods, start());
        prop_assert!(standing.left <= 1.0 && standing.bad <= standing.measured && standing.measured <= periods.len());
        #[expect(clippy::cast_precision_loss, reason = "few periods")]
        let bad = standing.bad as f64;
        prop_assert_eq!(standing.left < 0.0, bad > standing.allowed);
        let (state, ..) = next(LevelState::Met, Burning::No, &standing);
        prop_assert_eq!(state == LevelState::Breached, bad > standing.allowed);
    }

    /// Nothing typed makes the form panic.
    #[test]
    fn any_form_is_answered(texts in prop::collection::vec(".{0,12}", 12)) {
        let mut texts = texts.into_iter();
        let mut text = || texts.next().unwrap_or_default();
        let form = LevelForm { dimension: text(), objective: text(), measure: text(), about: text(), low: text(), high: text(), comparison: text(),
            bound: text(), target: text(), window_days: text(), every_minutes: text(), at: text() };
        let _ = check_level(&form, &["a".into()], &["a.b".into()]);
        let _ = spoken(&form.dimension, 5.0, &form.objective, &form.about);
    }
}
