//! What somebody keeps for themselves: products they follow and have looked at, searches, and what stands beside a product.
//!
//! No function here writes an audit row: these lists are read by their owner alone, grant nothing and are shared with
//! nobody. A trail of what an officer looked at would take more from them than it gives an auditor.

mod beside;
mod follow;
mod matches;
mod queries;
mod searches;
#[cfg(test)]
mod tests;
mod viewed;

pub use beside::{Beside, Candidates, Join, OF_EACH_KIND, OTHER_HOLDERS, Reason, beside, candidates};
pub use follow::{Followed, MOST_FOLLOWED, follow, followed, follows, unfollow};
pub use matches::{DueSearch, Matching, NewMatch, count_new_matches, new_matches, search_seen};
pub use queries::{MOST_PAST_QUERIES, forget_queries, note_query, past_queries};
pub use searches::{
    SavedSearch, forget_removed, remove_search, removed_search, rename_search, restore_search, save_search, saved_as, saved_search, saved_searches,
};
pub use viewed::{MOST_VIEWED, Viewed, forget_viewed, note_viewed, recent};
