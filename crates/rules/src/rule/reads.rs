//! Which parts of the input a source can look at, so that a rule is asked of thousands of products without reading what it has no word for. Told from
//! the tree: a rule reaches its input by the name `input` alone, and what cannot be told counts as read.

use super::check::head_name;
use super::syntax::{kind, list, path};
use crate::input::Reads;
use serde_json::Value;

/// Parts that the source of this tree may read.
pub fn of_tree(json: &str) -> Reads {
    let mut found = Reads::NOTHING;
    let Some(tree) = serde_json::from_str::<Value>(json).ok() else { return Reads::ALL };
    match tree.pointer("/0/ast") {
        Some(module) if list(module, "rules").iter().all(|rule| head_name(rule).is_some()) => look(module, &mut found),
        _ => return Reads::ALL,
    }
    found
}

fn look(node: &Value, found: &mut Reads) {
    if let Some(("Var" | "RefDot" | "RefBrack", parts)) = kind(node)
        && let Some(path) = path(node)
        && let Some(("input", below)) = path.split_first().map(|(first, below)| (first.as_str(), below))
    {
        found.add(below);
        // Of a longer reference only what stands in its brackets is looked at again.
        return within(parts, found);
    }
    match node {
        Value::Object(fields) => fields.values().for_each(|value| look(value, found)),
        Value::Array(items) => items.iter().for_each(|item| look(item, found)),
        _ => {}
    }
}

fn within(parts: &Value, found: &mut Reads) {
    if let Some(index) = parts.get("index") {
        look(index, found);
    }
    if let Some((_, inner)) = parts.get("refr").and_then(kind) {
        within(inner, found);
    }
}

#[cfg(test)]
mod tests {
    use crate::input::Reads;
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
