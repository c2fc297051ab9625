//! What a verdict leads to where: one table.

use crate::standard::{Acting, Severity};
use crate::verdict::Verdict;
use domain::text_enum;

text_enum! {
    /// Where standards are asked.
    Gate, "gate" {
        Saving = "saving", "Saving a product";
        Publishing = "publishing", "Publishing a version";
        Submitting = "submitting", "Submitting a request";
        Deciding = "deciding", "Deciding a request";
        Compiling = "compiling", "Compiling a port’s plan";
        Serving = "serving", "Serving data";
    }
}

text_enum! {
    /// What follows, mildest first.
    Effect, "effect" {
        Nothing = "nothing", "Nothing follows";
        Advise = "advise", "It is said to whoever describes the product";
        Flag = "flag", "It is shown on the product";
        AddStep = "add-step", "One more approval is needed";
        Mask = "mask", "The column is left out until it is protected";
        Refuse = "refuse", "It does not go through";
    }
}

/// What a violation of such a severity leads to at a gate.
pub const fn effect(severity: Severity, gate: Gate) -> Effect {
    use Gate::{Compiling, Deciding, Publishing, Saving, Serving, Submitting};
    match (severity, gate) {
        (Severity::BlockServing, Serving | Compiling | Deciding) | (Severity::BlockPublishing, Publishing) => Effect::Refuse,
        (Severity::RequireStep, Submitting | Deciding) => Effect::AddStep,
        (Severity::RequireMask, Compiling | Serving) => Effect::Mask,
        (Severity::Advise, Publishing) | (_, Saving) => Effect::Advise,
        (Severity::BlockServing | Severity::RequireStep | Severity::RequireMask | Severity::Flag, Publishing)
        | (Severity::BlockServing | Severity::RequireMask | Severity::Flag, Submitting)
        | (Severity::BlockPublishing | Severity::Flag, Serving) => Effect::Flag,
        _ => Effect::Nothing,
    }
}

/// What a verdict leads to at a gate. In its grace a standard stops nothing, asks for nothing and still tells.
///
/// A rule that cannot tell fails safe: it refuses publishing, which loses nobody anything, asks for a person's decision, and masks; but it
/// does not take away what is being served, it flags it.
pub fn outcome(severity: Severity, gate: Gate, acting: Acting, verdict: &Verdict) -> Effect {
    let full = match verdict {
        Verdict::Met => Effect::Nothing,
        Verdict::Violated(_) => effect(severity, gate),
        Verdict::CannotTell(_) => match (effect(severity, gate), gate) {
            (Effect::Refuse, Gate::Serving | Gate::Compiling) => Effect::Flag,
            (Effect::Refuse, Gate::Deciding) => Effect::AddStep,
            (other, _) => other,
        },
    };
    match acting {
        Acting::No => Effect::Nothing,
        Acting::Grace => full.min(Effect::Flag),
        Acting::Whole => full,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::CannotTell;

    fn cannot_tell() -> Verdict {
        Verdict::CannotTell(CannotTell::Steps(1))
    }

    fn violated() -> Verdict {
        Verdict::Violated(vec![])
    }

    #[test]
    fn each_severity_stops_where_its_name_says_and_nowhere_before() {
        for severity in Severity::ALL {
            let refuses: Vec<Gate> = Gate::ALL.iter().copied().filter(|gate| effect(*severity, *gate) == Effect::Refuse).collect();
            let expected: &[Gate] = match severity {
                Severity::BlockPublishing => &[Gate::Publishing],
                Severity::BlockServing => &[Gate::Deciding, Gate::Compiling, Gate::Serving],
                _ => &[],
            };
            assert_eq!(refuses, expected, "{severity}");
            assert_ne!(effect(*severity, Gate::Saving), Effect::Refuse, "saving a draft is never refused");
        }
    }

    #[test]
    fn what_cannot_tell_never_stops_what_is_being_served_and_never_lets_something_new_through() {
        assert_eq!(outcome(Severity::BlockServing, Gate::Serving, Acting::Whole, &cannot_tell()), Effect::Flag);
        assert_eq!(outcome(Severity::BlockPublishing, Gate::Publishing, Acting::Whole, &cannot_tell()), Effect::Refuse);
        assert_eq!(outcome(Severity::BlockServing, Gate::Deciding, Acting::Whole, &cannot_tell()), Effect::AddStep);
        assert_eq!(outcome(Severity::RequireMask, Gate::Compiling, Acting::Whole, &cannot_tell()), Effect::Mask);
    }

    #[test]
    fn grace_and_days_before_and_after_stop_nothing() {
        for severity in Severity::ALL {
            for gate in Gate::ALL {
                for verdict in [Verdict::Met, violated(), cannot_tell()] {
                    assert_eq!(outcome(*severity, *gate, Acting::No, &verdict), Effect::Nothing);
                    assert!(outcome(*severity, *gate, Acting::Grace, &verdict) <= Effect::Flag);
                    assert_eq!(outcome(*severity, *gate, Acting::Whole, &Verdict::Met), Effect::Nothing);
                }
            }
        }
    }
}
