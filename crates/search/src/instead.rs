//! What helps on when nothing is found: words that look like those that nobody uses, and filters that could be left out.
//! Asked of the record alone, whichever engine answers, and only of products that the reader may know of.

use crate::engine::Filter;
use crate::facet::FacetKind;
use crate::hits::Asking;
use crate::need::Need;
use crate::postgres;
use crate::query::{Instead, Nearest, SearchQuery};
use crate::searcher::{fewer, lenient};
use crate::text::stem;
use crate::understand::{Group, understand};
use sqlx::PgConnection;
use std::collections::{BTreeMap, HashSet};
use store::Result;

/// Words that are looked up for one that nobody uses.
const TRIED: usize = 12;
/// Words that are offered for it.
const OFFERED: usize = 3;

/// With `filtered_out` the words are somewhere, so that they need not be read in other ways.
pub(crate) async fn instead(
    conn: &mut PgConnection,
    asking: &Asking<'_>,
    query: &SearchQuery,
    filters: &[Filter],
    filtered_out: bool,
) -> Result<Instead> {
    let groups = understand(&query.words, &asking.snapshot.vocabulary, &asking.snapshot.synonyms, true);
    let ways = ways(asking, query, &groups, filtered_out);
    Ok(Instead { nearest: nearest(conn, asking, &groups, filters).await?, without: without(conn, asking, &ways, filters).await? })
}

/// Words of the vocabulary near to those that nobody uses. A product may have been hidden since the vocabulary was read: each word is looked
/// for once more.
async fn nearest(conn: &mut PgConnection, asking: &Asking<'_>, groups: &[Group], filters: &[Filter]) -> Result<Vec<Nearest>> {
    let vocabulary = &asking.snapshot.vocabulary;
    let nobody_uses = |group: &&Group| group.alternatives.iter().all(|way| way.lexemes.iter().any(|lexeme| vocabulary.products_with(lexeme) == 0));
    let near: Vec<(&Group, Vec<&str>)> = groups.iter().filter(nobody_uses).map(|group| (group, vocabulary.nearest(&group.typed, TRIED))).collect();
    let stems: Vec<String> = near.iter().flat_map(|(_, words)| words).map(|word| stem(word)).collect();
    if stems.is_empty() {
        return Ok(vec![]);
    }
    let used: HashSet<String> = postgres::used(conn, &stems, filters, &asking.sight).await?.into_iter().collect();
    let mut found = vec![];
    for (group, words) in near {
        // Of a word and its plural one is enough.
        let mut offered: HashSet<String> = HashSet::new();
        for word in words {
            if offered.len() < OFFERED && used.contains(&stem(word)) && offered.insert(stem(word)) {
                let whole = groups.iter().map(|other| if other.typed == group.typed { word } else { other.typed.as_str() });
                found.push(Nearest { typed: group.typed.clone(), word: word.to_owned(), words: whole.collect::<Vec<_>>().join(" ") });
            }
        }
    }
    Ok(found)
}

/// The ways in which words are read, in the order in which they are tried; one that asks for nothing where there are none.
fn ways(asking: &Asking<'_>, query: &SearchQuery, groups: &[Group], filtered_out: bool) -> Vec<Option<Need>> {
    if groups.is_empty() {
        return vec![None];
    }
    let mut ways = vec![Some(Need::every(groups))];
    if !filtered_out {
        let others = lenient(query, groups, asking.snapshot);
        let fewer = fewer(query, others.last().map_or(groups, |(_, loose, _)| loose.as_slice()), asking.snapshot);
        ways.extend(others.into_iter().chain(fewer).map(|(need, ..)| Some(need)));
    }
    ways
}

/// For each filter what the first way finds that finds anything without it.
async fn without(conn: &mut PgConnection, asking: &Asking<'_>, ways: &[Option<Need>], filters: &[Filter]) -> Result<Vec<(FacetKind, i64)>> {
    let mut found: BTreeMap<FacetKind, i64> = BTreeMap::new();
    for need in ways {
        if found.len() == filters.len() {
            break;
        }
        for (kind, count) in postgres::without_each(conn, need.as_ref(), filters, &asking.sight).await? {
            found.entry(kind).or_insert(count);
        }
    }
    Ok(found.into_iter().collect())
}
