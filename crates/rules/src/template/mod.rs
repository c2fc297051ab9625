//! Rules that are composed from a form. A template knows its parameters, how to check what was typed, the Rego that it stands for, and
//! when one setting of it is at least as strict as another, so that tightening is proved without running anything.

mod allowed_values;
mod approval_steps;
mod classification_floor;
mod field;
mod freshness;
mod lineage_present;
mod maximum_duration;
mod minimum_quality;
mod naming;
mod personal_policy;
mod reach;
mod rego;
mod request_answers;
mod required_fields;
mod restricted_personal;
mod technique;

pub use allowed_values::AllowedValues;
pub use approval_steps::ApprovalSteps;
pub use classification_floor::ClassificationFloor;
pub use field::{Form, FormField, Input as FieldInput};
pub use freshness::Freshness;
pub use lineage_present::LineagePresent;
pub use maximum_duration::MaximumDuration;
pub use minimum_quality::MinimumQuality;
pub use naming::Naming;
pub use personal_policy::PersonalPolicy;
pub use request_answers::RequestAnswers;
pub use required_fields::RequiredFields;
pub use restricted_personal::RestrictedPersonal;
pub use technique::ClassificationTechnique;

use domain::Violations;

/// Where a setting is looser than another, in words for whoever set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looser {
    /// The parameter.
    pub field: &'static str,
    pub message: String,
}

impl Looser {
    fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

/// What every template can do.
pub(crate) trait Parameters: Sized {
    const ID: &'static str;
    const TITLE: &'static str;
    /// One line: what the rule asks of a product.
    const HELP: &'static str;
    /// The fields of its form, in their order.
    fn fields() -> Vec<FormField>;
    /// What was typed, checked.
    fn read(form: &Form) -> Result<Self, Violations>;
    /// What to show in the form again: [`Self::read`] of it gives the same.
    fn form(&self) -> Form;
    /// The rules, without package and import.
    fn rego(&self) -> String;
    /// Parameters that both limit wherever both hold: to say a looser one beside a stricter one misleads. What is not among them only adds.
    const LIMITS: &'static [&'static str];
    /// Where this is looser than `wider`. None: whatever violates `wider` violates this too.
    fn looser_than(&self, wider: &Self) -> Vec<Looser>;
}

macro_rules! templates {
    ($($name:ident,)+) => {
        /// A template with its parameters.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Template { $($name($name),)+ }

        /// Each template's id, title and help, in the order in which they are offered.
        pub const OFFERED: &[(&str, &str, &str)] = &[$(($name::ID, $name::TITLE, $name::HELP),)+];

        impl Template {
            /// The fields of a template's form; none when there is no such template.
            pub fn fields(id: &str) -> Option<Vec<FormField>> {
                match id {
                    $($name::ID => Some($name::fields()),)+
                    _ => None,
                }
            }

            /// What was typed; none when there is no such template.
            pub fn read(id: &str, form: &Form) -> Option<Result<Self, Violations>> {
                match id {
                    $($name::ID => Some(field::unknown(form, &$name::fields()).and_then(|()| $name::read(form)).map(Self::$name)),)+
                    _ => None,
                }
            }

            pub const fn id(&self) -> &'static str {
                match self { $(Self::$name(_) => $name::ID,)+ }
            }

            pub const fn title(&self) -> &'static str {
                match self { $(Self::$name(_) => $name::TITLE,)+ }
            }

            pub fn form(&self) -> Form {
                match self { $(Self::$name(own) => own.form(),)+ }
            }

            /// The whole source that is compiled.
            pub fn to_rego(&self) -> String {
                let rules = match self { $(Self::$name(own) => own.rego(),)+ };
                format!("# {}\npackage standard\n\nimport rego.v1\n\n{}\n", self.title(), rules.trim())
            }

            /// Where this is looser than another setting of the same template; nothing to compare with another template.
            pub fn looser_than(&self, wider: &Self) -> Option<Vec<Looser>> {
                match (self, wider) {
                    $((Self::$name(own), Self::$name(wider)) => Some(own.looser_than(wider)),)+
                    _ => None,
                }
            }

            /// Of those, where both limit the same thing.
            pub fn contradicts(&self, wider: &Self) -> Option<Vec<Looser>> {
                let limits = match self { $(Self::$name(_) => $name::LIMITS,)+ };
                self.looser_than(wider).map(|looser| looser.into_iter().filter(|looser| limits.contains(&looser.field)).collect())
            }

            /// Whether whatever violates `wider` is sure to violate this.
            pub fn at_least_as_strict(&self, wider: &Self) -> bool {
                self.looser_than(wider).is_some_and(|looser| looser.is_empty())
            }
        }
    };
}

templates! {
    RequiredFields,
    AllowedValues,
    ClassificationFloor,
    ClassificationTechnique,
    MaximumDuration,
    RestrictedPersonal,
    ApprovalSteps,
    RequestAnswers,
    MinimumQuality,
    Freshness,
    Naming,
    LineagePresent,
    PersonalPolicy,
}

impl Template {
    /// How long it lets agreements last, as the template for that alone says it; none when it says nothing of it.
    pub fn longest(&self) -> Option<Self> {
        match self {
            Self::MaximumDuration(own) => Some(Self::MaximumDuration(own.clone())),
            Self::RestrictedPersonal(own) => Some(Self::MaximumDuration(own.ends.clone())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
