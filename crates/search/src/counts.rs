//! Counts of an engine as the page shows them: named, in order, with what is chosen.

use crate::engine::Candidates;
use crate::facet::{FacetKind, MINE, WHOLE};
use crate::query::{Facet, FacetValue, SearchQuery};
use crate::snapshot::Snapshot;
use domain::catalogue::AreaCode;

/// For each filter its values with how many products each would leave.
pub(crate) fn facets(query: &SearchQuery, candidates: &Candidates, snapshot: &Snapshot) -> Vec<Facet> {
    let mut all: Vec<Facet> = FacetKind::ALL.into_iter().map(|kind| Facet { kind, values: vec![] }).collect();
    let mut add = |kind: FacetKind, value: FacetValue| {
        if let Some(facet) = all.iter_mut().find(|facet| facet.kind == kind) {
            facet.values.push(value);
        }
    };
    let everywhere = snapshot.values.code(FacetKind::Place, WHOLE).and_then(|code| candidates.counts.get(&code)).copied().unwrap_or_default();
    let own = |area: AreaCode| snapshot.values.code(FacetKind::Place, area.as_str()).and_then(|code| candidates.counts.get(&code)).copied();
    // What is about the whole country is under every area there is, and not under those alone that some product names: who names one may be
    // nobody's business.
    if everywhere > 0 {
        for area in AreaCode::all() {
            let (value, label) = (area.as_str().to_owned(), area.name().to_owned());
            let chosen = query.chosen(FacetKind::Place).contains(&value);
            add(FacetKind::Place, FacetValue { value, label, count: own(area).unwrap_or_default() + everywhere, chosen });
        }
    }
    let added = |kind: FacetKind, value: &str| kind == FacetKind::Place && (value == WHOLE || (everywhere > 0 && value.parse::<AreaCode>().is_ok()));
    for (code, count) in &candidates.counts {
        if let Some((kind, value, label)) = snapshot.values.get(*code).filter(|(kind, value, _)| !added(*kind, value)) {
            let chosen = query.chosen(*kind).contains(value);
            add(*kind, FacetValue { value: value.clone(), label: label.clone(), count: *count, chosen });
        }
    }
    let mine = query.chosen(FacetKind::Access).iter().any(|value| value == MINE);
    if candidates.mine > 0 || mine {
        add(FacetKind::Access, FacetValue { value: MINE.into(), label: "I have it already".into(), count: candidates.mine, chosen: mine });
    }
    // A chosen value stays in sight with nothing left. What it is called is said only if something listed has it.
    for (kind, values) in &query.filters {
        for value in values.iter().filter(|value| *value != MINE && !added(*kind, value)) {
            let code = snapshot.values.code(*kind, value);
            if code.is_none_or(|code| !candidates.counts.contains_key(&code)) {
                let label = code
                    .filter(|code| snapshot.whole.counts.contains_key(code))
                    .and_then(|code| snapshot.values.get(code))
                    .map(|(.., label)| label.clone());
                add(*kind, FacetValue { value: value.clone(), label: label.unwrap_or_else(|| value.clone()), count: 0, chosen: true });
            }
        }
    }
    for facet in &mut all {
        facet.values.sort_by(|a, b| b.chosen.cmp(&a.chosen).then(b.count.cmp(&a.count)).then_with(|| a.label.cmp(&b.label)));
    }
    all.retain(|facet| !facet.values.is_empty());
    all
}
