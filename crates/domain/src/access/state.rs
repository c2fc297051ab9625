//! The three state machines of access. Each lists its legal moves once; tests walk all pairs.

use crate::text_enum;

text_enum! {
    /// One product's part of a request.
    PartState, "request state" {
        Submitted = "submitted", "Waiting for a decision";
        Approved = "approved", "Approved";
        Refused = "refused", "Refused";
        Withdrawn = "withdrawn", "Withdrawn";
    }
}

text_enum! {
    AgreementState, "agreement state" {
        Active = "active", "In force";
        Expired = "expired", "Expired";
        Revoked = "revoked", "Revoked";
        GivenUp = "given-up", "Given up";
        Undone = "undone", "Undone";
    }
}

text_enum! {
    /// What the port has been made to allow. `ending` lasts until the source has confirmed.
    GrantState, "grant state" {
        Pending = "pending", "Being granted";
        Granted = "granted", "Granted";
        Ending = "ending", "Being removed";
        Ended = "ended", "Removed";
    }
}

/// A move that no rule allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot go from {from} to {to}")]
pub struct IllegalMove {
    pub from: &'static str,
    pub to: &'static str,
}

macro_rules! moves {
    ($name:ident: $($from:ident => $($to:ident)|+;)+) => {
        impl $name {
            /// The next state, or which move was illegal.
            pub fn to(self, next: Self) -> Result<Self, IllegalMove> {
                let legal = match self {
                    $(Self::$from => matches!(next, $(Self::$to)|+),)+
                    #[allow(unreachable_patterns, reason = "states without a way on")]
                    _ => false,
                };
                if legal { Ok(next) } else { Err(IllegalMove { from: self.label(), to: next.label() }) }
            }
        }
    };
}

// A decision may be undone until what it granted is used.
moves!(PartState:
    Submitted => Approved | Refused | Withdrawn;
    Approved => Submitted;
    Refused => Submitted;
);
moves!(AgreementState: Active => Expired | Revoked | GivenUp | Undone;);
moves!(GrantState:
    Pending => Granted | Ending;
    Granted => Ending;
    Ending => Ended;
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_made_once_or_undone() {
        for from in PartState::ALL {
            for to in PartState::ALL {
                let decided = matches!(from, PartState::Approved | PartState::Refused);
                let legal = if *to == PartState::Submitted { decided } else { *from == PartState::Submitted };
                assert_eq!(from.to(*to).is_ok(), legal, "{from} to {to}");
            }
        }
    }

    #[test]
    fn an_agreement_ends_once() {
        for from in AgreementState::ALL {
            for to in AgreementState::ALL {
                let legal = *from == AgreementState::Active && *to != AgreementState::Active;
                assert_eq!(from.to(*to).is_ok(), legal, "{from} to {to}");
            }
        }
    }

    #[test]
    fn a_grant_never_comes_back() {
        use GrantState::{Ended, Ending, Granted, Pending};
        let legal = [(Pending, Granted), (Pending, Ending), (Granted, Ending), (Ending, Ended)];
        for from in GrantState::ALL {
            for to in GrantState::ALL {
                assert_eq!(from.to(*to).is_ok(), legal.contains(&(*from, *to)), "{from} to {to}");
            }
        }
        let error = Ended.to(Granted).unwrap_err();
        assert_eq!(error.to_string(), "cannot go from Removed to Granted");
    }
}
