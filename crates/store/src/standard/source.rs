//! A rule's source as it is stored: a template with its parameters, or Rego; and the Rego that is run beside it.

use rules::template::Form;
use rules::{Source, Template};
use serde_json::{Value, json};

/// How a source is stored.
pub fn stored_source(source: &Source) -> Value {
    match source {
        Source::Template(template) => json!({ "template": template.id(), "parameters": template.form() }),
        Source::Rego(rego) => json!({ "rego": rego }),
    }
}

/// What was stored. A template that this build no longer has, or that takes other parameters now, is the Rego that it was.
pub(super) fn read(stored: &Value, rego: &str) -> Source {
    let template = || {
        let id = stored.get("template")?.as_str()?;
        let form: Form = serde_json::from_value(stored.get("parameters")?.clone()).ok()?;
        Template::read(id, &form)?.ok()
    };
    template().map_or_else(|| Source::Rego(rego.to_owned()), Source::Template)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_read_as_it_was_stored() {
        for standard in rules::examples::all() {
            assert_eq!(read(&stored_source(&standard.source), &standard.source.rego()), standard.source, "{}", standard.id);
        }
        let gone = json!({ "template": "gone", "parameters": {} });
        assert_eq!(read(&gone, "package standard"), Source::Rego("package standard".into()));
    }
}
