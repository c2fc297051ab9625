//! How long sharing takes, in figures: what became of each part of a request, put together by month, agency and product. Pure:
//! what the record says of each part comes in, counts and times go out.

use super::{PartState, Quartiles, WorkingDays, WorkingTime};
use crate::Month;
use crate::id::ProductId;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// What the record says of one part of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartTimes {
    pub submitted_at: DateTime<Utc>,
    pub state: PartState,
    pub decided_at: Option<DateTime<Utc>>,
    pub agreement: Option<AgreementTimes>,
    /// While its requester was asked.
    pub pauses: Vec<Pause>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    pub from: DateTime<Utc>,
    /// None when nobody answered: it lasts until the decision.
    pub until: Option<DateTime<Utc>>,
}

/// What an approval made; one that was undone is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgreementTimes {
    pub made_at: DateTime<Utc>,
    /// The port was made to allow it, whether it still does or not.
    pub granted: bool,
    pub in_force: bool,
    pub first_read_at: Option<DateTime<Utc>>,
}

/// The parts that ask for one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductTimes {
    pub product: ProductId,
    pub address: String,
    pub title: String,
    /// That runs the product's domain.
    pub agency: String,
    pub parts: Vec<PartTimes>,
}

/// How far parts of requests came. Each number is at most the one before, save the last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Funnel {
    pub submitted: usize,
    /// Approved or refused.
    pub decided: usize,
    pub approved: usize,
    pub granted: usize,
    pub read: usize,
    /// By the requester, before a decision.
    pub withdrawn: usize,
}

/// The figures of some parts. Lead time is from submission to first read; refused and withdrawn parts, and agreements that
/// ended unread, have none and count nowhere in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub funnel: Funnel,
    pub lead: Quartiles,
    /// From submission to the decision, of those that are decided or wait for it.
    pub decision: Quartiles,
    /// Read within the target.
    pub within: usize,
    /// On their way: waiting for a decision, or in force and not read yet.
    pub running: usize,
    /// Of those, on their way for longer than the target.
    pub late: usize,
}

#[derive(Default)]
struct Gathering {
    figures: Figures,
    read: Vec<WorkingTime>,
    decided: Vec<WorkingTime>,
    undecided: usize,
}

/// One part with its times worked out.
#[derive(Clone, Copy)]
struct Measured<'a> {
    part: &'a PartTimes,
    decision: Option<WorkingTime>,
    read: Option<WorkingTime>,
    so_far: Option<WorkingTime>,
}

impl<'a> Measured<'a> {
    fn of(part: &'a PartTimes, calendar: &WorkingDays, now: DateTime<Utc>) -> Self {
        let pauses: Vec<_> = part.pauses.iter().map(|pause| pause.from..pause.until.or(part.decided_at).unwrap_or(now)).collect();
        let until = |at: DateTime<Utc>| calendar.between(part.submitted_at, at, &pauses);
        let decided = matches!(part.state, PartState::Approved | PartState::Refused);
        let read = part.agreement.and_then(|agreement| agreement.first_read_at);
        let runs = read.is_none() && (part.state == PartState::Submitted || part.agreement.is_some_and(|agreement| agreement.in_force));
        Self { part, decision: part.decided_at.filter(|_| decided).map(until), read: read.map(until), so_far: runs.then(|| until(now)) }
    }
}

impl Gathering {
    fn add(&mut self, measured: Measured<'_>) {
        let Figures { funnel, within, running, late, .. } = &mut self.figures;
        funnel.submitted += 1;
        match measured.part.state {
            PartState::Submitted => self.undecided += 1,
            PartState::Withdrawn => funnel.withdrawn += 1,
            PartState::Approved => (funnel.decided, funnel.approved) = (funnel.decided + 1, funnel.approved + 1),
            PartState::Refused => funnel.decided += 1,
        }
        self.decided.extend(measured.decision);
        funnel.granted += usize::from(measured.part.agreement.is_some_and(|agreement| agreement.granted || measured.read.is_some()));
        if let Some(time) = measured.read {
            funnel.read += 1;
            self.read.push(time);
            *within += usize::from(time.within_target());
        }
        if let Some(time) = measured.so_far {
            *running += 1;
            *late += usize::from(!time.within_target());
        }
    }

    fn figures(self) -> Figures {
        let lead = Quartiles::of(self.read, self.figures.running);
        Figures { lead, decision: Quartiles::of(self.decided, self.undecided), ..self.figures }
    }
}

/// Figures of everything, and by month of submission, agency and product.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sharing {
    pub all: Figures,
    /// Every month that was asked for, also one without a request.
    pub months: Vec<(Month, Figures)>,
    /// By name.
    pub agencies: Vec<(String, Figures)>,
    /// By title.
    pub products: Vec<ProductFigures>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductFigures {
    pub address: String,
    pub title: String,
    pub figures: Figures,
}

impl Sharing {
    /// Of products, over months that are all listed. Parts of other months count where months are not looked at.
    pub fn of(products: &[ProductTimes], months: impl Iterator<Item = Month>, calendar: &WorkingDays, now: DateTime<Utc>) -> Self {
        let mut all = Gathering::default();
        let mut by_month: BTreeMap<Month, Gathering> = months.map(|month| (month, Gathering::default())).collect();
        let mut by_agency: BTreeMap<&str, Gathering> = BTreeMap::new();
        let mut by_product: BTreeMap<(&str, &str), Gathering> = BTreeMap::new();
        for product in products {
            let agency = by_agency.entry(&product.agency).or_default();
            let own = by_product.entry((&product.title, &product.address)).or_default();
            for part in &product.parts {
                let measured = Measured::of(part, calendar, now);
                for gathering in
                    [Some(&mut all), by_month.get_mut(&Month::of(part.submitted_at)), Some(&mut *agency), Some(&mut *own)].into_iter().flatten()
                {
                    gathering.add(measured);
                }
            }
        }
        Self {
            all: all.figures(),
            months: by_month.into_iter().map(|(month, gathering)| (month, gathering.figures())).collect(),
            agencies: by_agency.into_iter().map(|(agency, gathering)| (agency.to_owned(), gathering.figures())).collect(),
            products: by_product
                .into_iter()
                .map(|((title, address), gathering)| ProductFigures {
                    address: address.to_owned(),
                    title: title.to_owned(),
                    figures: gathering.figures(),
                })
                .collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.all.funnel.submitted == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Submitted on a Monday, as (state, day of the decision, day of the first read, in force).
    fn part(state: PartState, decided: Option<u32>, read: Option<u32>, in_force: bool) -> PartTimes {
        let day = |day: u32| at(&format!("2026-11-{day:02}T09:00:00+08:00"));
        let agreement = |made| AgreementTimes { made_at: day(made), granted: true, in_force, first_read_at: read.map(day) };
        let approved = decided.filter(|_| state == PartState::Approved);
        PartTimes { submitted_at: day(2), state, decided_at: decided.map(day), agreement: approved.map(agreement), pauses: vec![] }
    }

    fn sharing(parts: Vec<PartTimes>) -> Sharing {
        let product = ProductTimes { product: ProductId(Uuid::nil()), address: "a.b".into(), title: "Bus".into(), agency: "Transport".into(), parts };
        let months = "2026-10".parse::<Month>().unwrap().through("2026-11".parse().unwrap());
        Sharing::of(&[product], months, &WorkingDays::default(), at("2026-11-13T09:00:00+08:00"))
    }

    #[test]
    fn each_part_counts_once_and_where_it_came_to() {
        let found = sharing(vec![
            part(PartState::Approved, Some(3), Some(4), true),
            part(PartState::Approved, Some(3), Some(12), false),
            part(PartState::Approved, Some(5), None, true),
            part(PartState::Approved, Some(5), None, false),
            part(PartState::Refused, Some(6), None, false),
            part(PartState::Withdrawn, Some(6), None, false),
            part(PartState::Submitted, None, None, false),
        ]);
        assert_eq!(found.all.funnel, Funnel { submitted: 7, decided: 5, approved: 4, granted: 4, read: 2, withdrawn: 1 });
        // Two are on their way, nine working days by now; two were read, one of them in time.
        assert_eq!((found.all.running, found.all.late, found.all.within), (2, 2, 1));
        assert_eq!(found.all.lead.median.map(WorkingTime::days), Some(8.0));
        assert_eq!(found.all.lead.upper, None);
        assert_eq!(found.all.decision.median.map(WorkingTime::days), Some(3.0));
        let months: Vec<usize> = found.months.iter().map(|(_, figures)| figures.funnel.submitted).collect();
        assert_eq!(months, [0, 7]);
        assert_eq!((found.agencies[0].1, found.products[0].figures), (found.all, found.all));
    }

    #[test]
    fn a_pause_that_lasts_stops_the_clock() {
        let mut waiting = part(PartState::Submitted, None, None, false);
        waiting.pauses = vec![Pause { from: at("2026-11-03T09:00:00+08:00"), until: None }];
        assert_eq!(sharing(vec![waiting.clone()]).all.late, 0);
        waiting.pauses = vec![];
        assert_eq!(sharing(vec![waiting]).all.late, 1);
    }

    #[test]
    fn nothing_gives_nothing() {
        let found = sharing(vec![]);
        assert!(found.is_empty() && found.all == Figures::default());
    }

    fn any_part() -> impl Strategy<Value = PartTimes> {
        (prop::sample::select(PartState::ALL), 3u32..12, prop::option::of(12u32..28), any::<bool>())
            .prop_map(|(state, decided, read, in_force)| part(state, (state != PartState::Submitted).then_some(decided), read, in_force))
    }

    proptest! {
        #[test]
        fn every_step_holds_at_most_the_one_before(parts in prop::collection::vec(any_part(), 0..30)) {
            let many = parts.len();
            let Figures { funnel, running, late, within, .. } = sharing(parts).all;
            prop_assert_eq!(funnel.submitted, many);
            prop_assert!(funnel.submitted >= funnel.decided + funnel.withdrawn && funnel.decided >= funnel.approved);
            prop_assert!(funnel.approved >= funnel.granted && funnel.granted >= funnel.read && funnel.read >= within);
            prop_assert!(late <= running && running + funnel.read <= many);
        }
    }
}
