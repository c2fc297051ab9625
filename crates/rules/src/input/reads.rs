//! Parts of an input. A rule that does not look at one says the same of an input that is without it, so that thousands of products are asked without
//! reading what the rule has no word for. What cannot be told counts as read.

use super::ELEMENT;

/// Which parts are looked at. The product itself, the agreement, the request and the day always are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reads {
    /// Datasets with their columns, and what of the product follows from those: class, sensitivity, whether it is personal.
    pub columns: bool,
    pub ports: bool,
    pub lineage: bool,
    pub service_levels: bool,
    pub people: bool,
}

impl Reads {
    pub const ALL: Self = Self { columns: true, ports: true, lineage: true, service_levels: true, people: true };
    pub const NOTHING: Self = Self { columns: false, ports: false, lineage: false, service_levels: false, people: false };

    /// What either looks at.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self {
            columns: self.columns || other.columns,
            ports: self.ports || other.ports,
            lineage: self.lineage || other.lineage,
            service_levels: self.service_levels || other.service_levels,
            people: self.people || other.people,
        }
    }

    /// Adds what lies at a path below the input.
    pub(crate) fn add(&mut self, path: &[String]) {
        let below = path.get(1).map(String::as_str);
        let part = match path.first().map(String::as_str) {
            Some("product") => {
                let follows = matches!(below, None | Some(ELEMENT | "classification" | "classification_rank" | "sensitivity" | "personal"));
                Self { columns: follows, ..Self::NOTHING }
            }
            Some("datasets") => Self { columns: true, ..Self::NOTHING },
            Some("ports") => Self { ports: true, ..Self::NOTHING },
            Some("lineage") => Self { lineage: true, ..Self::NOTHING },
            Some("service_levels") => Self { service_levels: true, ..Self::NOTHING },
            Some("people") => Self { people: true, ..Self::NOTHING },
            Some("agreement" | "request" | "time" | "schema_version") => Self::NOTHING,
            // The whole input, an element of it, or a part that this list does not know yet.
            _ => Self::ALL,
        };
        *self = self.or(part);
    }
}

#[cfg(test)]
mod tests {
    use super::Reads;
    use crate::rule::Rule;

    fn reads(body: &str) -> Reads {
        let source = format!("package standard\nimport rego.v1\n{body}\n");
        Rule::compile(&source).unwrap_or_else(|faults| panic!("{source}: {faults:?}")).reads()
    }

    const FOUND: &str = "violations contains {\"code\": \"x\", \"message\": \"m\"} if";

    #[test]
    fn what_is_named_is_read_and_nothing_else() {
        assert_eq!(reads(&format!("{FOUND} input.product.title == \"\"")), Reads::NOTHING);
        assert_eq!(reads(&format!("{FOUND} input.product[\"title\"] == \"\"")), Reads::NOTHING);
        let columns = Reads { columns: true, ..Reads::NOTHING };
        assert_eq!(reads(&format!("{FOUND} input.product.personal")), columns);
        assert_eq!(reads(&format!("{FOUND} {{ some dataset in input.datasets; dataset.title == \"\" }}")), columns);
        assert_eq!(reads(&format!("{FOUND} {{ some i; input.product.tags[i] == input.datasets[i].name }}")), columns);
        assert_eq!(reads(&format!("{FOUND} count(input.lineage.upstream) == 0")), Reads { lineage: true, ..Reads::NOTHING });
        assert_eq!(reads(&format!("{FOUND} not \"owner\" in input.people.filled")), Reads { people: true, ..Reads::NOTHING });
    }

    #[test]
    fn what_cannot_be_told_counts_as_read() {
        for body in [
            "whole := input\nviolations contains {\"code\": \"x\", \"message\": \"m\"} if count(whole.datasets) == 0",
            "violations contains {\"code\": \"x\", \"message\": name} if some name, _ in input",
            "violations contains {\"code\": \"x\", \"message\": \"m\"} if { some part; count(input[part]) == 0 }",
        ] {
            assert_eq!(reads(body), Reads::ALL, "{body}");
        }
        let product = "of(product) := product.personal\nviolations contains {\"code\": \"x\", \"message\": \"m\"} if of(input.product)";
        assert_eq!(reads(product), Reads { columns: true, ..Reads::NOTHING });
        // Also where it stands in brackets, in a comprehension or as an argument.
        let hidden = format!("{FOUND} input.product.tags[count(input.service_levels)] == \"\"");
        assert_eq!(reads(&hidden), Reads { service_levels: true, ..Reads::NOTHING });
        let inner = format!("{FOUND} count([name | name := input.ports.output[_].name]) == 0");
        assert_eq!(reads(&inner), Reads { ports: true, ..Reads::NOTHING });
    }
}
