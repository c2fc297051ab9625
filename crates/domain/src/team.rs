//! Teams: named groups of people of one agency, who may ask for data and hold agreements together.

use crate::id::PersonId;
use crate::text_enum;
use crate::{Violation, Violations};

text_enum! {
    /// How somebody stands to a team at this moment.
    InTeam, "standing in a team" {
        Stranger = "stranger", "Not of the team";
        Member = "member", "Member";
        Lead = "lead", "Leads the team";
    }
}

text_enum! {
    /// Why somebody is no longer in a team.
    LeaveReason, "reason to leave a team" {
        Removed = "removed", "Removed by who leads the team";
        Left = "left", "Left by themselves";
        Agency = "agency", "No longer of the agency";
        Disabled = "disabled", "Disabled";
        TeamEnded = "team-ended", "The team ended";
    }
}

/// Whose something is, as it stands to the one who acts: read from the record at that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Belongs {
    /// Who asked for it.
    pub owner: PersonId,
    /// How the one who acts stands to its team; none when it belongs to the owner alone.
    pub team: Option<InTeam>,
}

impl Belongs {
    /// To one person alone.
    pub const fn to(owner: PersonId) -> Self {
        Self { owner, team: None }
    }

    /// Whether it is theirs to use: the owner's alone, or everybody's of the team. Who asked and has left uses it no more.
    pub fn is_used_by(self, person: PersonId) -> bool {
        self.team.map_or(self.owner == person, |team| team != InTeam::Stranger)
    }

    /// Whether it is theirs to change or end: the owner's, while in the team, and who leads it.
    pub fn is_kept_by(self, person: PersonId) -> bool {
        self.is_used_by(person) && (self.owner == person || self.team == Some(InTeam::Lead))
    }

    /// Whether they may read it: whoever may use it, and who wrote it.
    pub fn is_read_by(self, person: PersonId) -> bool {
        self.owner == person || self.is_used_by(person)
    }
}

/// Longest name of a team or of a machine client, in characters.
pub const LONGEST_NAME: usize = 80;
/// Longest text of what a team does, in characters.
pub const LONGEST_ABOUT: usize = 500;
/// People in one team.
pub const MOST_PEOPLE: i64 = 200;
/// Machine clients of one agreement.
pub const MOST_MACHINES: i64 = 20;

/// A team as its first lead describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTeam {
    pub name: String,
    pub about: String,
}

impl NewTeam {
    pub fn check(name: &str, about: &str) -> Result<Self, Violations> {
        let mut wrong = vec![];
        let name = named(name).unwrap_or_default();
        if name.is_empty() {
            wrong.push(Violation::new("name", "name_missing", format!("Enter a name of at most {LONGEST_NAME} characters, such as Mobility study.")));
        }
        let about = about.trim().replace('\0', "");
        if about.chars().count() > LONGEST_ABOUT {
            wrong.push(Violation::new("about", "text_too_long", format!("Use at most {LONGEST_ABOUT} characters.")));
        }
        if wrong.is_empty() { Ok(Self { name, about }) } else { Err(wrong) }
    }
}

/// The name of a machine client.
pub fn check_machine(name: &str) -> Result<String, Violation> {
    named(name).ok_or_else(|| {
        Violation::new("machine", "machine_missing", format!("Enter a name of at most {LONGEST_NAME} characters, such as Nightly load."))
    })
}

fn named(name: &str) -> Option<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_has_a_name_on_one_line() {
        assert_eq!(NewTeam::check("  Mobility \n study ", " Buses ").unwrap(), NewTeam { name: "Mobility study".into(), about: "Buses".into() });
        let wrong = NewTeam::check(&"x".repeat(81), &"x".repeat(501)).unwrap_err();
        assert_eq!(wrong.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["name_missing", "text_too_long"]);
        assert!(check_machine("\u{7}").is_err() && check_machine("Nightly load").is_ok());
    }
}
