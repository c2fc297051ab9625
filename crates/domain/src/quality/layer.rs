//! The layer that a check belongs to, by what its tool calls it. What no list names is a rule of the business: nobody else would
//! have written it.

use crate::text_enum;

text_enum! {
    /// Seed 0: structural checks on what comes in, schema checks against what is described, rules of the domain.
    Layer, "layer" {
        Structural = "structural", "Structure";
        Schema = "schema", "Schema";
        Business = "business", "Rules of the business";
    }
}

/// Words of checks on the whole: is it there, has it rows and the right columns.
const STRUCTURAL: [&str; 8] =
    ["row_count", "rowcount", "column_count", "columns_to_match", "column_to_exist", "column_pair_to_exist", "freshness", "not_empty"];
/// Words of checks on what a description says of a column: present, of its type, one of its kind.
const SCHEMA: [&str; 13] = [
    "not_null",
    "not_be_null",
    "to_be_null",
    "be_unique",
    "be_of_type",
    "be_in_type_list",
    "values_to_be_in_set",
    "accepted_values",
    "relationships",
    "unique",
    "match_regex",
    "null",
    "match_json_schema",
];

/// `check` is the tool's word for the kind of check: `expect_column_values_to_not_be_null`, `accepted_values`.
pub fn layer_of(check: &str) -> Layer {
    let check = check.to_ascii_lowercase().replace('-', "_");
    let said = |words: &[&str]| words.iter().any(|word| check.contains(word));
    if said(&STRUCTURAL) {
        Layer::Structural
    } else if said(&SCHEMA) {
        Layer::Schema
    } else {
        Layer::Business
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_of_the_tools_have_their_layers() {
        for (check, layer) in [
            ("expect_table_row_count_to_be_between", Layer::Structural),
            ("expect_table_columns_to_match_ordered_list", Layer::Structural),
            ("expect_column_to_exist", Layer::Structural),
            ("expect_column_values_to_not_be_null", Layer::Schema),
            ("expect_column_values_to_be_of_type", Layer::Schema),
            ("accepted_values", Layer::Schema),
            ("relationships", Layer::Schema),
            ("not_null", Layer::Schema),
            ("expect_column_values_to_be_between", Layer::Business),
            ("assert_totals_agree", Layer::Business),
            ("", Layer::Business),
        ] {
            assert_eq!(layer_of(check), layer, "{check}");
        }
    }
}
