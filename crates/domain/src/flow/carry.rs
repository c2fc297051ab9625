//! Carrying categories forward: a fixed point over columns, so that circles end and the order in which ports stand does not matter.

use super::Handling;
use crate::catalogue::PersonalCategory;
use crate::id::ProductId;
use std::collections::{BTreeMap, BTreeSet};

/// A column of a product as `dataset.column`; none is somewhere in it, when nobody has said where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    pub product: ProductId,
    pub column: Option<String>,
}

/// A product's own columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holding {
    /// As they are classified, by `dataset.column`.
    pub columns: BTreeMap<String, PersonalCategory>,
    /// Those that a technique protects, whatever flows into them.
    pub protected: BTreeSet<String>,
}

/// What one input port takes of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    pub consumer: ProductId,
    pub upstream: ProductId,
    pub port: String,
    /// Empty: everything, each column as the one of the same name, and what has no namesake somewhere.
    pub columns: Vec<Taken>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// `dataset.column` of the upstream product.
    pub from: String,
    /// `dataset.column` of the consumer; none when it is dropped.
    pub to: Option<String>,
    pub handling: Handling,
}

/// Personal data that arrives without a policy: the column was neither classified as high nor protected, nor is it dropped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    pub consumer: ProductId,
    pub upstream: ProductId,
    pub port: String,
    pub from: Option<String>,
    pub to: Option<String>,
    pub carried: PersonalCategory,
}

struct Edge<'a> {
    taking: &'a Taking,
    from: Spot,
    to: Spot,
    handling: Handling,
}

/// The last part of `dataset.column`.
fn name(column: &str) -> &str {
    column.rsplit('.').next().unwrap_or(column)
}

/// Every way that data goes from a column to a column. What is dropped goes no way.
fn edges<'a>(holdings: &BTreeMap<ProductId, Holding>, takings: &'a [Taking]) -> Vec<Edge<'a>> {
    let mut found = vec![];
    // By consumer: a part of the catalogue has tens of thousands of them.
    let mut into: BTreeMap<ProductId, Vec<&Taken>> = BTreeMap::new();
    for taking in takings {
        into.entry(taking.consumer).or_default().extend(&taking.columns);
    }
    for taking in takings {
        let spot = |product, column: Option<&str>| Spot { product, column: column.map(str::to_owned) };
        let mut add = |from: Option<&str>, to: Option<&str>, handling| {
            found.push(Edge { taking, from: spot(taking.upstream, from), to: spot(taking.consumer, to), handling });
        };
        if !taking.columns.is_empty() {
            for taken in taking.columns.iter().filter(|taken| taken.handling != Handling::Dropped) {
                add(Some(&taken.from), taken.to.as_deref(), taken.handling);
            }
            continue;
        }
        let own: Vec<&str> = holdings.get(&taking.consumer).map(|held| held.columns.keys().map(String::as_str).collect()).unwrap_or_default();
        // A document may name a column that its product does not have, or not any longer: it is carried on all the same.
        let named = into.get(&taking.upstream).into_iter().flatten().filter_map(|taken| taken.to.as_deref());
        let theirs: BTreeSet<&str> =
            holdings.get(&taking.upstream).into_iter().flat_map(|held| held.columns.keys().map(String::as_str)).chain(named).collect();
        for from in theirs {
            let mut arrived = false;
            for to in own.iter().filter(|to| name(to) == name(from)) {
                add(Some(from), Some(to), Handling::Kept);
                arrived = true;
            }
            if !arrived {
                add(Some(from), None, Handling::Kept);
            }
        }
        add(None, None, Handling::Kept);
    }
    found
}

fn settle(holdings: &BTreeMap<ProductId, Holding>, edges: &[Edge<'_>]) -> BTreeMap<Spot, PersonalCategory> {
    let mut carried: BTreeMap<Spot, PersonalCategory> = BTreeMap::new();
    let mut leaving: BTreeMap<&Spot, Vec<&Spot>> = BTreeMap::new();
    for edge in edges {
        leaving.entry(&edge.from).or_default().push(&edge.to);
    }
    let mut waiting: Vec<Spot> = vec![];
    for (product, held) in holdings {
        for (column, category) in held.columns.iter().filter(|(_, category)| category.is_personal()) {
            let spot = Spot { product: *product, column: Some(column.clone()) };
            carried.insert(spot.clone(), *category);
            waiting.push(spot);
        }
    }
    // Each turn raises a column, which can rise as often as there are categories: it ends, also in a circle.
    while let Some(spot) = waiting.pop() {
        let category = carried.get(&spot).copied().unwrap_or(PersonalCategory::None);
        for to in leaving.get(&spot).into_iter().flatten() {
            let known = carried.entry((*to).clone()).or_insert(PersonalCategory::None);
            if category > *known {
                *known = category;
                waiting.push((*to).clone());
            }
        }
    }
    carried
}

/// The category of every column that is personal, by its own classification or by what flows into it; the higher of both.
pub fn carry(holdings: &BTreeMap<ProductId, Holding>, takings: &[Taking]) -> BTreeMap<Spot, PersonalCategory> {
    settle(holdings, &edges(holdings, takings))
}

/// What arrives without a policy, in order, each once.
pub fn gaps(holdings: &BTreeMap<ProductId, Holding>, takings: &[Taking]) -> Vec<Gap> {
    let edges = edges(holdings, takings);
    let carried = settle(holdings, &edges);
    let mut found = BTreeSet::new();
    for edge in &edges {
        let arrives = carried.get(&edge.from).copied().unwrap_or(PersonalCategory::None);
        if !arrives.is_personal() || edge.handling == Handling::Protected {
            continue;
        }
        let held = holdings.get(&edge.to.product);
        let answered = edge.to.column.as_ref().is_some_and(|column| {
            held.is_some_and(|held| held.protected.contains(column) || held.columns.get(column).is_some_and(|own| *own >= arrives))
        });
        if !answered {
            found.insert(Gap {
                consumer: edge.taking.consumer,
                upstream: edge.taking.upstream,
                port: edge.taking.port.clone(),
                from: edge.from.column.clone(),
                to: edge.to.column.clone(),
                carried: arrives,
            });
        }
    }
    found.into_iter().collect()
}
