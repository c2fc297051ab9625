//! The life of a version, one table.

use domain::access::IllegalMove;
use domain::text_enum;

text_enum! {
    Status, "status of a standard" {
        Draft = "draft", "Draft";
        Consultation = "consultation", "Open for consultation";
        Published = "published", "Published";
        Effective = "effective", "In force";
        Superseded = "superseded", "Superseded";
        Retired = "retired", "Retired";
    }
}

impl Status {
    /// The next status, or which move was illegal.
    pub fn to(self, next: Self) -> Result<Self, IllegalMove> {
        let legal = match self {
            Self::Draft => matches!(next, Self::Consultation | Self::Published | Self::Retired),
            Self::Consultation => matches!(next, Self::Draft | Self::Published | Self::Retired),
            Self::Published => matches!(next, Self::Effective | Self::Superseded | Self::Retired),
            Self::Effective => matches!(next, Self::Superseded | Self::Retired),
            Self::Superseded => matches!(next, Self::Retired),
            Self::Retired => false,
        };
        if legal { Ok(next) } else { Err(IllegalMove { from: self.label(), to: next.label() }) }
    }

    /// Whether its dates may make it act. One that is superseded acts until its successor's first day.
    pub const fn may_act(self) -> bool {
        matches!(self, Self::Published | Self::Effective | Self::Superseded)
    }

    /// Whether the version may still be changed: what was published never is.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Consultation)
    }
}
