//! What each function gives, as rules see it.
#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

use rules::{CannotTell, Input, Rule, Verdict};

fn verdict(condition: &str) -> Verdict {
    let source = format!("package standard\nimport rego.v1\nviolations contains {{\"code\": \"c\", \"message\": \"m\"}} if {{\n\t{condition}\n}}\n");
    let rule = Rule::compile(&source).unwrap_or_else(|faults| panic!("{condition}: {faults:?}"));
    rule.evaluate(&Input::example().facts().unwrap())
}

#[test]
fn functions_give_what_rego_says() {
    for condition in [
        "abs(-3) == 3",
        "array.concat([1], [2, 3]) == [1, 2, 3]",
        "array.slice([1, 2, 3, 4], 1, 3) == [2, 3]",
        "array.slice([1, 2], 1, 9) == [2]",
        "ceil(1.2) == 2",
        "concat(\", \", [\"a\", \"b\"]) == \"a, b\"",
        "concat(\"-\", {\"b\", \"a\"}) == \"a-b\"",
        "contains(\"bus routes\", \"rout\")",
        "count(\"Straße\") == 6",
        "count([1, 2]) == 2",
        "count({\"a\": 1}) == 1",
        "endswith(\"routes\", \"es\")",
        "floor(1.8) == 1",
        "indexof(\"routes\", \"u\") == 2",
        "indexof(\"routes\", \"x\") == -1",
        "is_array([])",
        "is_boolean(false)",
        "is_null(null)",
        "is_number(1.5)",
        "is_object({})",
        "is_set({1})",
        "is_string(\"\")",
        "not is_string(1)",
        "lower(\"ABC\") == \"abc\"",
        "max([1, 3, 2]) == 3",
        "min({4, 3}) == 3",
        "not max([])",
        "object.get({\"a\": 1}, \"a\", 2) == 1",
        "object.get({\"a\": 1}, \"b\", 2) == 2",
        "object.keys({\"b\": 1, \"a\": 2}) == {\"a\", \"b\"}",
        "regex.match(`^[a-z]+-\\d{2}$`, \"ab-12\")",
        "not regex.match(`^a$`, \"ab\")",
        "replace(\"aXbX\", \"X\", \"--\") == \"a--b--\"",
        "round(2.5) == 3",
        "sort([3, 1, 2]) == [1, 2, 3]",
        "split(\"a.b.c\", \".\") == [\"a\", \"b\", \"c\"]",
        "sprintf(\"%s has %d of %v, 5%%\", [\"x\", 2, true]) == \"x has 2 of true, 5%\"",
        "startswith(\"routes\", \"ro\")",
        "substring(\"routes\", 2, 3) == \"ute\"",
        "substring(\"routes\", 2, -1) == \"utes\"",
        "sum([1, 2, 3.5]) == 6.5",
        "trim_prefix(\"a.b\", \"a.\") == \"b\"",
        "trim_space(\"  a \") == \"a\"",
        "trim_suffix(\"a.b\", \".b\") == \"a\"",
        "upper(\"abc\") == \"ABC\"",
    ] {
        assert_eq!(verdict(condition).violations().len(), 1, "{condition}: {:?}", verdict(condition));
    }
}

#[test]
fn the_wrong_kind_of_value_is_an_answer_to_nobody() {
    for condition in [
        "abs(\"x\") == 1",
        "concat(\",\", [1]) == \"\"",
        "contains(1, \"a\")",
        "count(1) == 1",
        "lower(null) == \"\"",
        "not lower(null) == \"\"",
        "max(1) == 1",
        "object.get([1], 0, 0) == 1",
        "regex.match(`a`, 1)",
        "sprintf(\"%s\", input.product.tags) == \"\"",
        "sprintf(\"%s\", [[1]]) == \"\"",
        "sum([\"a\"]) == 1",
        "substring(\"a\", -1, 1) == \"\"",
    ] {
        assert!(matches!(verdict(condition), Verdict::CannotTell(CannotTell::Failed(_))), "{condition}: {:?}", verdict(condition));
    }
}
