//! Queries made from titles. A title that another equals, save for case and punctuation, is asked for by nobody, though it
//! may be an answer; an answer is every title that holds the words as they were meant.

use super::corpus::{Corpus, Term, informative, is_informative, words};
use super::{JudgedQuery, QueryKind, Titled, mistakes, variants};
use rand::seq::{IndexedRandom, IteratorRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A query without fewer than these says too little to have an answer.
const FEWEST: usize = 2;
const MOST_OF_FEW: usize = 4;
const ATTEMPTS: usize = 5;

/// What is typed, and for each word what would answer it.
struct Asked {
    typed: Vec<String>,
    terms: Vec<Term>,
}

/// At most `per_kind` queries of each kind; the same for the same titles in the same order and the same seed. Kinds that need
/// a source id or an agency come out empty for titles that have none.
pub fn from_titles<Id: Clone>(titles: impl IntoIterator<Item = impl Into<Titled<Id>>>, seed: u64, per_kind: usize) -> Vec<JudgedQuery<Id>> {
    let titles: Vec<Titled<Id>> = titles.into_iter().map(Into::into).collect();
    let corpus = Corpus::of(titles.iter().map(|one| one.title.as_str()));
    let mut queries = Vec::new();
    for (stream, kind) in (0..).zip(QueryKind::ALL) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        // A stream for each kind: one more kind changes no other.
        rng.set_stream(stream);
        let mut order: Vec<usize> = (0..titles.len()).collect();
        order.shuffle(&mut rng);
        queries.extend(order.into_iter().filter_map(|number| query(&titles, &corpus, number, *kind, &mut rng)).take(per_kind));
    }
    queries
}

fn query<Id: Clone>(titles: &[Titled<Id>], corpus: &Corpus, number: usize, kind: QueryKind, rng: &mut ChaCha8Rng) -> Option<JudgedQuery<Id>> {
    let wanted = &titles[number];
    let words = words(&wanted.title);
    if !corpus.is_unique(&words) {
        return None;
    }
    let of_agency = if kind == QueryKind::AgencyTopic { Some(wanted.agency.as_ref()?) } else { None };
    let alone = |words: String| JudgedQuery { words, expected: vec![wanted.id.clone()], kind };
    let asked = match kind {
        QueryKind::Everyday => return None,
        QueryKind::ExactTitle => return Some(alone(wanted.title.clone())),
        QueryKind::SourceId => return wanted.source_id.clone().map(alone),
        _ if informative(&words) < FEWEST => return None,
        QueryKind::DroppedWords => as_meant(corpus, dropped(&words, rng)?),
        QueryKind::FewWords => as_meant(corpus, few(&words, rng)?),
        QueryKind::SwappedOrder => as_meant(corpus, swapped(&words, rng)?),
        QueryKind::OneMistake => changed(corpus, &some(&words, rng), rng, 5, mistakes::one)?,
        QueryKind::TwoMistakes => changed(corpus, &some(&words, rng), rng, 9, mistakes::two)?,
        QueryKind::HalfTyped => half_typed(corpus, some(&words, rng), rng)?,
        QueryKind::Variant => varied(corpus, &some(&words, rng), rng)?,
        QueryKind::AgencyTopic => as_meant(corpus, few(&words, rng)?.into_iter().take(3).collect()),
    };
    let holding = corpus.holding(&asked.terms).into_iter().filter(|other| of_agency.is_none() || titles[*other].agency.as_ref() == of_agency);
    let typed = of_agency.into_iter().cloned().chain(asked.typed).collect::<Vec<_>>().join(" ");
    Some(JudgedQuery { words: typed, expected: holding.map(|other| titles[other].id.clone()).collect(), kind })
}

fn as_meant(corpus: &Corpus, typed: Vec<String>) -> Asked {
    Asked { terms: typed.iter().map(|word| corpus.term(word)).collect(), typed }
}

/// All words of a title, or as often two to four of them.
fn some(words: &[String], rng: &mut ChaCha8Rng) -> Vec<String> {
    let short = rng.random_bool(0.5).then(|| few(words, rng)).flatten();
    short.unwrap_or_else(|| words.to_vec())
}

fn dropped(words: &[String], rng: &mut ChaCha8Rng) -> Option<Vec<String>> {
    (0..ATTEMPTS)
        .map(|_| {
            let many = if words.len() > 4 { rng.random_range(1..=2) } else { 1 };
            let gone = (0..words.len()).choose_multiple(rng, many);
            words.iter().enumerate().filter(|(place, _)| !gone.contains(place)).map(|(_, word)| word.clone()).collect::<Vec<_>>()
        })
        .find(|left| informative(left) >= FEWEST)
}

fn few(words: &[String], rng: &mut ChaCha8Rng) -> Option<Vec<String>> {
    let mut places: Vec<usize> =
        (0..words.len()).filter(|place| is_informative(&words[*place]) && !words[..*place].contains(&words[*place])).collect();
    if places.len() < FEWEST {
        return None;
    }
    let many = rng.random_range(FEWEST..=MOST_OF_FEW.min(places.len()));
    places = places.into_iter().choose_multiple(rng, many);
    places.sort_unstable();
    Some(places.into_iter().map(|place| words[place].clone()).collect())
}

fn swapped(words: &[String], rng: &mut ChaCha8Rng) -> Option<Vec<String>> {
    (0..ATTEMPTS)
        .map(|_| {
            let mut other = words.to_vec();
            other.shuffle(rng);
            other
        })
        .find(|other| other != words)
}

/// One word typed otherwise. What comes out must be no word of any title: then nobody could tell what was meant.
fn changed(
    corpus: &Corpus,
    words: &[String],
    rng: &mut ChaCha8Rng,
    letters: usize,
    change: fn(&str, &mut ChaCha8Rng) -> Option<String>,
) -> Option<Asked> {
    let long = |word: &&String| is_informative(word) && word.chars().count() >= letters && word.chars().all(char::is_alphabetic);
    let meant = words.iter().filter(long).choose(rng)?;
    let typed = (0..ATTEMPTS).find_map(|_| change(meant, rng).filter(|typed| !corpus.has(typed)))?;
    let terms = words.iter().map(|word| corpus.term(word)).collect();
    Some(Asked { typed: words.iter().map(|word| if word == meant { typed.clone() } else { word.clone() }).collect(), terms })
}

fn half_typed(corpus: &Corpus, mut words: Vec<String>, rng: &mut ChaCha8Rng) -> Option<Asked> {
    // What follows the last long word is not typed yet.
    let last = words.iter().rposition(|word| is_informative(word) && word.chars().count() >= 5)?;
    words.truncate(last + 1);
    if informative(&words) < FEWEST {
        return None;
    }
    let whole = words.pop()?;
    let letters = rng.random_range(3..whole.chars().count());
    let mut asked = as_meant(corpus, words);
    let begun: String = whole.chars().take(letters).collect();
    asked.terms.push(corpus.begun(&begun));
    asked.typed.push(begun);
    Some(asked)
}

fn varied(corpus: &Corpus, words: &[String], rng: &mut ChaCha8Rng) -> Option<Asked> {
    let other = |word: &str| {
        // Many of a word are only asked for when some title has them: “annuals” is no word.
        let many = || variants::plural(word).filter(|many| corpus.has(many));
        variants::respelt(word).or_else(|| variants::singular(word)).or_else(many)
    };
    let all: Vec<(usize, String)> =
        words.iter().enumerate().filter(|(_, word)| is_informative(word)).filter_map(|(place, word)| Some((place, other(word)?))).collect();
    let (place, typed) = all.choose(rng)?;
    let mut asked = as_meant(corpus, words.to_vec());
    // Both are the same word to whoever asks.
    asked.terms[*place].extend(corpus.term(typed));
    asked.typed[*place].clone_from(typed);
    Some(asked)
}
