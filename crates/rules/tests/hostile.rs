//! Rules that mean harm, or were written badly: each ends, within its bounds, and says that it cannot tell.
//! Time is bounded by steps that are counted; no test here looks at a clock.
#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

use rules::{CannotTell, Input, Limits, Rule, Verdict, corpus};
use std::fmt::Write as _;
use std::time::Duration;

fn source(body: &str) -> String {
    format!("package standard\n\nimport rego.v1\n\n{body}\n")
}

fn compiled(body: &str) -> Rule {
    Rule::compile(&source(body)).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// The first fault of a source that must be refused.
fn refused(body: &str) -> String {
    match Rule::compile(&source(body)) {
        Ok(_) => panic!("compiled: {body}"),
        Err(faults) => faults[0].to_string(),
    }
}

/// With time to spare, so that a busy machine does not end a rule before what is counted does.
fn verdict(rule: &Rule) -> Verdict {
    let limits = Limits { time: Duration::from_mins(2), ..Limits::default() };
    rule.machine(limits).evaluate(&Input::example().facts().unwrap())
}

const ENDS: &str = "violations contains {\"code\": \"c\", \"message\": \"m\"} if ";

#[test]
fn rules_that_call_themselves_are_refused() {
    assert!(!refused(&format!("f(x) := f(x)\n{ENDS} f(1) == 2")).is_empty());
    assert!(!refused(&format!("a if b\nb if a\n{ENDS} a")).is_empty());
}

#[test]
fn loops_within_loops_run_out_of_steps() {
    let ten = "n := [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
    let loops: String = ('a'..='i').fold(String::new(), |mut out, name| {
        let _ = write!(out, "some {name} in n\n\t");
        out
    });
    let rule = compiled(&format!("{ten}\n{ENDS} {{\n\t{loops}a + b + c > 100\n}}"));
    assert_eq!(verdict(&rule), Verdict::CannotTell(CannotTell::Steps(Limits::default().instructions)));
}

#[test]
fn the_clock_ends_what_nothing_else_does() {
    let rule =
        compiled(&format!("n := [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n{ENDS} {{\n\tsome a in n\n\tsome b in n\n\tsome c in n\n\ta + b + c > 100\n}}"));
    let limits = Limits { time: Duration::ZERO, ..Limits::default() };
    assert_eq!(rule.machine(limits).evaluate(&Input::example().facts().unwrap()), Verdict::CannotTell(CannotTell::Time(0)));
}

#[test]
fn a_machine_that_ran_out_is_as_new_for_the_next_input() {
    let rule = compiled(&format!("{ENDS} {{\n\tsome dataset in input.datasets\n\tsome column in dataset.columns\n\tcolumn.name == \"nric\"\n}}"));
    let facts = Input::example().facts().unwrap();
    let whole = rule.machine(Limits::default()).evaluate(&facts);
    assert_eq!(whole.violations().len(), 1);
    let mut short = rule.machine(Limits { instructions: 20, ..Limits::default() });
    assert_eq!(short.evaluate(&facts), Verdict::CannotTell(CannotTell::Steps(20)));
    assert_eq!(short.evaluate(&facts), Verdict::CannotTell(CannotTell::Steps(20)));
}

#[test]
fn texts_that_double_stop_at_the_longest() {
    let mut body = String::from("t0 := \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\n");
    for at in 1..20 {
        let _ = writeln!(body, "t{at} := concat(\"\", [t{0}, t{0}])", at - 1);
    }
    let rule = compiled(&format!("{body}{ENDS} count(t19) > 1"));
    assert_eq!(verdict(&rule), Verdict::CannotTell(CannotTell::Memory(Limits::default().bytes)));
}

#[test]
fn many_long_texts_together_run_out_of_memory() {
    let long = "x".repeat(250);
    let rule = compiled(&format!(
        "n := [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\nlong := replace(\"{long}\", \"x\", \"{}\")\nall contains sprintf(\"%s%d%d%d\", [long, a, b, c]) if {{\n\tsome a in n\n\tsome b in n\n\tsome c in n\n}}\n{ENDS} count(all) > 1",
        "y".repeat(90)
    ));
    assert_eq!(verdict(&rule), Verdict::CannotTell(CannotTell::Memory(Limits::default().bytes)));
}

#[test]
fn an_array_that_doubles_runs_out_of_memory() {
    let mut body = String::from("a0 := [1, 2, 3, 4, 5, 6, 7, 8]\n");
    for at in 1..20 {
        let _ = writeln!(body, "a{at} := array.concat(a{0}, a{0})", at - 1);
    }
    let rule = compiled(&format!("{body}{ENDS} count(a19) > 1"));
    assert_eq!(verdict(&rule), Verdict::CannotTell(CannotTell::Memory(Limits::default().bytes)));
}

#[test]
fn collections_of_collections_are_refused_where_they_would_take_for_ever_to_compare() {
    let mut doubled = String::from("a0 := [1]\nb0 := [1]\n");
    let mut nested = String::from("a0 := [1]\n");
    for at in 1..20 {
        let _ = writeln!(doubled, "a{at} := [a{0}, a{0}]\nb{at} := [b{0}, b{0}]", at - 1);
        let _ = writeln!(nested, "a{at} := [a{0} | some column in input.datasets[0].columns]", at - 1);
    }
    assert!(refused(&format!("{doubled}{ENDS} a19 == b19")).contains("again and again"));
    assert!(refused(&format!("{nested}{ENDS} a19 == [1]")).contains("again and again"));
    let through = "f(x) := [x, x]\ng(x) := f(f(x))\nh(x) := g(g(x))\n";
    assert!(refused(&format!("{through}{ENDS} h([1]) == h([1])")).contains("again and again"));
    let locals = "{\n\ta := [1]\n\tb := [a, a]\n\tc := [b, b]\n\td := [c, c]\n\tcount(d) == 2\n}";
    assert!(refused(&format!("{ENDS} {locals}")).contains("again and again"));
}

/// Checking a source is bounded as running it is.
#[test]
fn queries_within_queries_are_checked_in_bounded_time() {
    let within = (0..7).fold(String::from("[1]"), |inner, at| format!("[x{at} | x{at} := {inner}; x{at} != 1]"));
    let many: String = (0..60).fold(String::new(), |mut out, at| {
        let _ = writeln!(out, "q{at} := {within}");
        out
    });
    refused(&format!("{many}{ENDS} count(q0) == 1"));
}

#[test]
fn numbers_that_double_in_length_are_refused() {
    let mut body = String::from("a0 := 123456789\n");
    for at in 1..20 {
        let _ = writeln!(body, "a{at} := a{0} * a{0}", at - 1);
    }
    assert!(refused(&format!("{body}{ENDS} a19 > 1")).contains("multiplies"));
    assert!(refused(&format!("{ENDS} {} > 1", vec!["2"; 200].join(" *\n\t"))).contains("arithmetic signs"));
}

#[test]
fn patterns_are_written_out_small_and_never_bombs() {
    assert!(refused(&format!("{ENDS} regex.match(input.product.title, \"a\")")).contains("written out"));
    assert!(refused(&format!("{ENDS} regex.match(`((a{{1,100}}){{1,100}}){{1,100}}`, \"a\")")).contains("repeats too much"));
    assert!(refused(&format!("{ENDS} regex.match(`(`, \"a\")")).contains("cannot be read"));
    assert!(refused(&format!("{ENDS} regex.match(`{}`, \"a\")", "a".repeat(300))).contains("at most"));
    // The classic bomb of engines that go back takes time in proportion to the text here.
    let rule = compiled(&format!("{ENDS} not regex.match(`^(a+)+$`, \"{}b\")", "a".repeat(300)));
    assert_eq!(verdict(&rule).violations().len(), 1);
}

#[test]
fn nothing_outside_can_be_reached() {
    for call in [
        "http.send({\"url\": \"http://localhost\"})",
        "time.now_ns()",
        "rand.intn(\"x\", 5)",
        "opa.runtime()",
        "net.lookup_ip_addr(\"localhost\")",
        "uuid.rfc4122(\"x\")",
        "numbers.range(1, 1000000000)",
        "json.marshal(input)",
        "walk(input)",
        "print(input)",
        "trace(\"x\")",
        "__builtin_host_await(1, 2)",
        "to_number(\"1e999999\")",
        "bits.lsh(1, 1000000000)",
        "array.reverse([1])",
    ] {
        assert!(refused(&format!("{ENDS} {call}")).contains("there is no function"), "{call}");
    }
    assert!(refused(&format!("{ENDS} data.secrets.key == 1")).contains("data"));
    assert!(refused(&format!("{ENDS} input.product.title == \"x\" with input as {{}}")).contains("with"));
    assert!(Rule::compile("package standard\nimport data.other\nviolations contains {} if true").is_err());
    assert!(Rule::compile("package other\nimport rego.v1\nviolations contains {} if true").is_err());
}

#[test]
fn a_source_that_is_too_long_or_too_deep_is_refused() {
    assert!(refused(&format!("{ENDS} true\n{}", "# nothing\n".repeat(2000))).contains("bytes long"));
    assert!(refused(&format!("{ENDS} \"{}\" == \"\"", "x".repeat(500))).contains("longer than"));
    // An opening brace may begin a set, an object or a comprehension: tried one after the other, forty of them take for ever.
    for open in ["[", "{", "(", "{{", "[x |", "{x: "] {
        assert!(refused(&format!("{ENDS} {} == 1", open.repeat(40))).contains("within each other"), "{open}");
    }
    assert!(!refused(&format!("{ENDS} {} == 1", "{".repeat(10))).is_empty());
    assert_eq!(verdict(&compiled(&format!("{ENDS} \"{}\" != `{}` # {}", "{".repeat(40), "[".repeat(40), "(".repeat(40)))).violations().len(), 1);
    assert!(refused(&format!("{ENDS} input{} == 1", ".a".repeat(150))).contains("more than"));
    assert!(refused(&format!("{ENDS} {}1 == 1", "-".repeat(150))).contains("more than"));
    let mut chain = String::from("r0 if true\n");
    for at in 1..600 {
        let _ = writeln!(chain, "r{at} if r{}", at - 1);
    }
    assert!(refused(&format!("{chain}{ENDS} r599")).contains("deep"));
}

#[test]
fn what_fails_or_answers_something_else_cannot_tell() {
    let wrong = compiled(&format!("{ENDS} lower(input.product.days_since_update) == \"x\""));
    let Verdict::CannotTell(CannotTell::Failed(why)) = verdict(&wrong) else { panic!("{:?}", verdict(&wrong)) };
    assert!(why.contains("“lower” needs a text and got a number"), "{why}");
    for (body, says) in [
        ("violations contains 1 if true", "no object"),
        ("violations contains {\"code\": \"c\"} if true", "needs a code and a message"),
        ("violations contains {\"code\": \"No Code\", \"message\": \"m\"} if true", "is no code"),
        ("violations contains {\"code\": \"c\", \"message\": \"m\", \"severity\": \"x\"} if true", "has no field"),
        ("violations contains {\"code\": \"c\", \"message\": \"m\", \"page\": \"x\"} if true", "is not a page"),
    ] {
        let answer = verdict(&compiled(body));
        let Verdict::CannotTell(CannotTell::Answer(why)) = answer else { panic!("{body}: {answer:?}") };
        assert!(why.contains(says), "{body}: {why}");
    }
}

#[test]
fn names_that_the_input_does_not_have_are_told_with_their_place() {
    let fault = refused(&format!("{ENDS} {{\n\tinput.product.titel == \"\"\n}}"));
    assert!(fault.starts_with("line 6, column") && fault.contains("titel") && fault.contains("title"), "{fault}");
    assert!(refused(&format!("{ENDS} input.datasets[0].colums == []")).contains("colums"));
}

#[test]
fn no_hostile_rule_leaves_anything_behind_for_the_next() {
    let hungry = compiled(&format!("x := \"{}\"\ny := \"{}\"\nt := replace(x, \"x\", y)\n{ENDS} count(t) > 1", "x".repeat(300), "y".repeat(300)));
    let modest = compiled(&format!("{ENDS} upper(input.product.name) != \"\""));
    for number in 0..4 {
        let facts = corpus::input(number).facts().unwrap();
        assert!(matches!(hungry.evaluate(&facts), Verdict::CannotTell(CannotTell::Memory(_))));
        assert_eq!(modest.evaluate(&facts).violations().len(), 1);
    }
}
