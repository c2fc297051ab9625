//! How good proposals are, against columns with the answer beside them.

/// Answers counted one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Personal, and proposed.
    pub found: u32,
    /// Personal, and not proposed.
    pub missed: u32,
    /// Not personal, and proposed all the same.
    pub wrong: u32,
    /// Not personal, and not proposed.
    pub left: u32,
}

impl Tally {
    pub const fn add(&mut self, personal: bool, proposed: bool) {
        match (personal, proposed) {
            (true, true) => self.found += 1,
            (true, false) => self.missed += 1,
            (false, true) => self.wrong += 1,
            (false, false) => self.left += 1,
        }
    }

    pub const fn columns(self) -> u32 {
        self.found + self.missed + self.wrong + self.left
    }

    /// The share of proposals that are right; 1 when there are none.
    pub fn precision(self) -> f64 {
        part(self.found, self.found + self.wrong)
    }

    /// The share of personal columns that are proposed; 1 when there are none.
    pub fn recall(self) -> f64 {
        part(self.found, self.found + self.missed)
    }

    /// Precision and recall in one, recall twice as heavy: a column that is missed leaks, one proposed wrongly costs a look.
    pub fn f2(self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        let below = 4.0 * precision + recall;
        if below > 0.0 { 5.0 * precision * recall / below } else { 0.0 }
    }
}

fn part(some: u32, all: u32) -> f64 {
    if all == 0 { 1.0 } else { f64::from(some) / f64::from(all) }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn flagging_everything_scores_as_published() {
        let tally = Tally { found: 171, missed: 0, wrong: 201, left: 0 };
        assert!((tally.f2() - 0.81).abs() < 0.005 && (tally.precision() - 0.46).abs() < 0.005, "{}", tally.f2());
        assert!(Tally { missed: 3, ..Tally::default() }.f2().abs() < f64::EPSILON);
    }
}
