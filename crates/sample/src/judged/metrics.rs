//! How good an engine's answers are, from 0 to 1. A query counts once, however many products would answer it.

use std::collections::HashSet;
use std::hash::Hash;

/// Means over the queries of a tally.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    pub queries: u32,
    /// Mean reciprocal rank: 1 when a wanted product is always first, a half when always second.
    pub mrr: f64,
    /// The share of queries with a wanted product in the first place, the first three, the first ten.
    pub success_at_1: f64,
    pub success_at_3: f64,
    pub success_at_10: f64,
    /// Discounted cumulative gain of the first ten against the best order there could be.
    pub ndcg_at_10: f64,
    /// The share of queries that were answered with nothing at all.
    pub empty: f64,
}

/// Answers added one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    queries: u32,
    reciprocal: f64,
    first: u32,
    first_three: u32,
    first_ten: u32,
    gain: f64,
    empty: u32,
}

impl Tally {
    /// Adds one answer: what would have been right, and what the engine gave, best first.
    pub fn add<Id: Eq + Hash>(&mut self, expected: &[Id], ranked: &[Id]) {
        let rank = first_rank(expected, ranked);
        let within = |most: u32| u32::from(rank.is_some_and(|rank| rank <= most));
        self.queries += 1;
        self.reciprocal += rank.map_or(0.0, |rank| 1.0 / f64::from(rank));
        self.first += within(1);
        self.first_three += within(3);
        self.first_ten += within(10);
        self.gain += ndcg(expected, ranked, 10);
        self.empty += u32::from(ranked.is_empty());
    }

    /// None of no queries.
    pub fn quality(&self) -> Option<Quality> {
        let all = (self.queries > 0).then(|| f64::from(self.queries))?;
        let share = |count: u32| f64::from(count) / all;
        Some(Quality {
            queries: self.queries,
            mrr: self.reciprocal / all,
            success_at_1: share(self.first),
            success_at_3: share(self.first_three),
            success_at_10: share(self.first_ten),
            ndcg_at_10: self.gain / all,
            empty: share(self.empty),
        })
    }
}

/// The place of the first wanted product, from 1.
pub fn first_rank<Id: Eq>(expected: &[Id], ranked: &[Id]) -> Option<u32> {
    ranked.iter().position(|id| expected.contains(id)).and_then(|place| u32::try_from(place + 1).ok())
}

/// Normalised discounted cumulative gain of the first `most` answers; a product is wanted or not, and counts once.
pub fn ndcg<Id: Eq + Hash>(expected: &[Id], ranked: &[Id], most: u32) -> f64 {
    let wanted: HashSet<&Id> = expected.iter().collect();
    let best: f64 = (1..=most).take(wanted.len()).map(discount).sum();
    let mut counted = HashSet::new();
    let gained: f64 = (1..=most).zip(ranked).filter(|(_, id)| wanted.contains(id) && counted.insert(*id)).map(|(rank, _)| discount(rank)).sum();
    if best > 0.0 { gained / best } else { 0.0 }
}

fn discount(rank: u32) -> f64 {
    1.0 / f64::from(rank + 1).log2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn figures_are_those_worked_out_by_hand() {
        let mut tally = Tally::default();
        tally.add(&[1], &[1, 2, 3]);
        tally.add(&[1], &[3, 2, 1]);
        tally.add(&[1], &[9, 8, 7, 1]);
        tally.add::<u32>(&[1], &[]);
        let quality = tally.quality().unwrap();
        assert_eq!(quality.queries, 4);
        assert!(near(quality.mrr, (1.0 + 1.0 / 3.0 + 0.25) / 4.0));
        assert!(near(quality.success_at_1, 0.25) && near(quality.success_at_3, 0.5) && near(quality.success_at_10, 0.75));
        assert!(near(quality.empty, 0.25));
        // Places 1, 3 and 4: 1/log2(2), 1/log2(4), 1/log2(5).
        assert!(near(quality.ndcg_at_10, (1.0 + 0.5 + 1.0 / 5_f64.log2()) / 4.0));
        assert_eq!(Tally::default().quality(), None);
    }

    #[test]
    fn gain_is_measured_against_the_best_order_of_several() {
        let (one, two, three) = (1.0, 1.0 / 3_f64.log2(), 0.5);
        assert!(near(ndcg(&["a", "b"], &["a", "x", "b"], 10), (one + three) / (one + two)));
        assert!(near(ndcg(&["a", "b"], &["b", "a"], 10), 1.0));
        assert!(near(ndcg(&["a"], &["a", "a", "a"], 10), 1.0), "the same product counts once");
        assert!(near(ndcg(&["a"], &["x", "y", "a"], 2), 0.0));
        let (many, shown): (Vec<u32>, Vec<u32>) = ((0..50).collect(), (0..10).collect());
        assert!(near(ndcg(&many, &shown, 10), 1.0), "ten places cannot hold fifty");
    }

    proptest! {
        #[test]
        fn every_figure_is_a_share(answers in prop::collection::vec((prop::collection::vec(0_u8..20, 1..6), prop::collection::vec(0_u8..20, 0..15)), 1..20)) {
            let mut tally = Tally::default();
            for (expected, ranked) in &answers {
                tally.add(expected, ranked);
            }
            let q = tally.quality().unwrap();
            for share in [q.mrr, q.success_at_1, q.success_at_3, q.success_at_10, q.ndcg_at_10, q.empty] {
                prop_assert!((0.0..=1.0 + 1e-9).contains(&share), "{share}");
            }
            prop_assert!(q.success_at_1 <= q.success_at_3 && q.success_at_3 <= q.success_at_10 && q.success_at_1 <= q.mrr + 1e-9);
        }
    }
}
