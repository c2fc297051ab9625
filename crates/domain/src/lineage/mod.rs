//! Lineage: which datasets become which, by which jobs, and when. What tools say of their runs is one kind of statement, whatever
//! format it came in; what follows for the graph is a function of all statements, in whichever order they arrive.

mod span;
mod statement;
#[cfg(test)]
mod tests;

pub use span::{Span, Write, spans};
pub use statement::{Assertions, ColumnSource, Described, Field, Name, RunState, Statement};

use crate::text_enum;

text_enum! {
    /// Which way the graph is followed from where one stands.
    Direction, "direction" {
        Up = "up", "Where it comes from";
        Down = "down", "Where it goes";
        Both = "both", "Both ways";
    }
}

/// Hops that an answer goes when nothing is said, and the most.
pub const USUAL_HOPS: u8 = 3;
pub const MOST_HOPS: u8 = 10;

/// The longest namespace and the longest name of a dataset or job, in bytes: both stand in an index together.
pub const LONGEST_NAMESPACE: usize = 500;
pub const LONGEST_NAME: usize = 1_000;
/// The longest name of a column, in bytes.
pub const LONGEST_COLUMN: usize = 500;

/// The namespace of Pasar's own datasets; their names there are their addresses.
pub const OWN: &str = "pasar";
/// The namespace of sources that input ports name in words.
pub const DECLARED: &str = "pasar-input-port";

/// Where tools find what Pasar's own source holds, so that their names for its tables are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Home {
    /// `postgres://host:port`, under each name of the host.
    pub namespaces: Vec<String>,
    pub database: String,
}

/// What a name means in the catalogue, if anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// A dataset by its product's address and its own name.
    Dataset(String, String),
    /// A table at the source by schema and name.
    Table(String, String),
}

impl Home {
    pub fn meant(&self, name: &Name) -> Option<Meant> {
        if name.namespace == OWN {
            let urn: crate::Urn = name.name.parse().ok()?;
            return Some(Meant::Dataset(urn.product_address(), urn.dataset?));
        }
        let here = self.namespaces.iter().any(|known| known.eq_ignore_ascii_case(&name.namespace));
        let (schema, table) = name.name.strip_prefix(self.database.as_str()).filter(|_| here)?.strip_prefix('.')?.split_once('.')?;
        Some(Meant::Table(schema.to_owned(), table.to_owned()))
    }
}

/// Whether a text can be a name: something is in it, it fits, and the record can hold it.
pub fn name_fits(text: &str, longest: usize) -> bool {
    !text.trim().is_empty() && text.len() <= longest && !text.chars().any(char::is_control)
}
