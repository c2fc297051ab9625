//! Made-up products in any number, shaped like a public service's catalogue: the same for the same seed, each from its own
//! index alone. The first 2,000 of 100,000 are the 2,000.

mod datasets;
mod document;
mod permutation;
mod title;
mod vocabulary;

pub use vocabulary::{GeneratedAgency, Vocabulary};

use crate::Unreadable;
use crate::organisations::Sector;
use domain::catalogue::ProductDocument;
use std::path::Path;
use title::Titles;

/// Makes products one by one and keeps none.
pub struct Generator {
    vocabulary: Vocabulary,
    titles: Titles,
    seed: u64,
}

impl Generator {
    /// Reads `generated.yaml` in the sample's folder.
    pub fn read(folder: &Path, seed: u64) -> Result<Self, Unreadable> {
        let vocabulary = Vocabulary::read(folder)?;
        Ok(Self { titles: Titles::new(&vocabulary, seed), vocabulary, seed })
    }

    pub fn sectors(&self) -> &[Sector] {
        &self.vocabulary.sectors
    }

    pub fn agencies(&self) -> &[GeneratedAgency] {
        &self.vocabulary.agencies
    }

    /// How many products there are to be had with titles of their own.
    pub const fn largest(&self) -> u64 {
        self.titles.largest()
    }

    /// What generated products give as their source; each seed has its own, because its products are others.
    pub fn source(&self) -> String {
        format!("generated-{}", self.seed)
    }

    /// The product at an index below [`Self::largest`].
    pub fn product(&self, index: u64) -> Option<ProductDocument> {
        document::product(self, index)
    }

    /// The first `count` products, or as many as there are.
    pub fn products(&self, count: u64) -> impl Iterator<Item = ProductDocument> {
        (0..count).map_while(|index| self.product(index))
    }
}
