//! Notices: who is told of which event, how somebody wants to be told, and what is said with the next step.

use crate::calendar;
use crate::event::{Object, Topic};
use crate::organisation::Role;
use crate::text_enum;
use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};

text_enum! {
    /// Notices that people choose about together.
    NoticeKind, "kind of notice" {
        Decisions = "decisions", "Decisions on my requests";
        Access = "access", "My agreements: granted and revoked";
        Ending = "ending", "My agreements: ending soon and expired";
        ToDecide = "to-decide", "Requests that I may decide";
        Domain = "domain", "Agreements given up in my domains";
        Roles = "roles", "Roles that I get and that end";
        Wanted = "wanted", "Questions for data, to me and answered";
        Standards = "standards", "Standards: what they ask of my products, and what is said about mine";
        PersonalData = "personal-data", "Personal data in my domains: where it goes, and what people ask about theirs";
        Trust = "trust", "What I use and look after: promises, problems and incidents";
        Searches = "searches", "Searches that I saved: what they find anew";
    }
}

text_enum! {
    /// How somebody is told. Whatever is sent by e-mail stands in the portal too.
    Delivery, "way of being told" {
        Portal = "portal", "In the portal";
        AtOnce = "at-once", "By e-mail at once";
        Daily = "daily", "By e-mail once a day";
        Off = "off", "Not at all";
    }
}

impl NoticeKind {
    /// How somebody is told who has chosen nothing.
    pub const fn usual(self) -> Delivery {
        match self {
            Self::Decisions | Self::Access | Self::Ending | Self::ToDecide | Self::PersonalData | Self::Standards | Self::Trust => Delivery::AtOnce,
            Self::Domain | Self::Wanted | Self::Searches => Delivery::Daily,
            Self::Roles => Delivery::Portal,
        }
    }
}

/// Who is told of an event. Never the one who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The person that the event is about: requester, holder, asker, whose role it is.
    Person(NoticeKind),
    /// Whoever may decide the request now; never its requester.
    Deciders(NoticeKind),
    /// Whoever holds an agreement on the product that is in force.
    Holders(NoticeKind),
    /// The owners of the product's domain.
    Owners(NoticeKind),
    /// Whoever holds an agreement on the product that is in force, and whoever looks after it.
    HoldersAndTeam(NoticeKind),
    /// Whoever looks after the product: its owners, steward and developers.
    Team(NoticeKind),
    /// Whoever answers what people look for in the domain.
    Answerers(NoticeKind),
    /// Whoever may change the standard that it is about.
    Keepers(NoticeKind),
    /// The owners of the product's domain, and whoever may change the standard that it is let off.
    OwnersAndKeepers(NoticeKind),
    /// Who commented on a standard and was answered.
    Commenters(NoticeKind),
    /// Whoever looks after a product, a domain or the whole of the sector that an announcement is for.
    Sector(NoticeKind),
    /// Whoever answers for a product that an audit of quality is about, and whom its plan names beside them.
    Audited(NoticeKind),
    /// The curators of the product's sector.
    Curators(NoticeKind),
    /// The owners of the product's domain and the security officers of its sector; about no product, every security officer and the office.
    OwnersAndSecurity(NoticeKind),
    /// The person that the event is about, and whoever looks after roles.
    PersonAndOffice(NoticeKind),
}

/// Who is told of a topic; nobody where it is for machines alone.
pub const fn told(topic: Topic) -> Option<Told> {
    match topic {
        Topic::RequestSubmitted
        | Topic::RequestWithdrawn
        | Topic::RequestAgreed
        | Topic::RequestAnswered
        | Topic::RequestHandedOver
        | Topic::RequestEscalated
        | Topic::RequestReminded => Some(Told::Deciders(NoticeKind::ToDecide)),
        Topic::RequestApproved
        | Topic::RequestRefused
        | Topic::RequestAsked
        | Topic::RequestUndone
        | Topic::LinkageRefused
        | Topic::LinkageMeasured => Some(Told::Person(NoticeKind::Decisions)),
        Topic::AgreementGranted
        | Topic::AgreementRevoked
        | Topic::AgreementHeld
        | Topic::AgreementResumed
        | Topic::AgreementStopping
        | Topic::KeyRotated
        | Topic::ReviewAsked => Some(Told::Person(NoticeKind::Access)),
        Topic::AgreementEnding | Topic::AgreementExpired => Some(Told::Person(NoticeKind::Ending)),
        Topic::TermsPublished => Some(Told::Holders(NoticeKind::Access)),
        Topic::AgreementGivenUp => Some(Told::Owners(NoticeKind::Domain)),
        Topic::RoleGranted | Topic::RoleEnded => Some(Told::Person(NoticeKind::Roles)),
        Topic::WantedAsked => Some(Told::Answerers(NoticeKind::Wanted)),
        Topic::WantedAnswered => Some(Told::Person(NoticeKind::Wanted)),
        Topic::FlowFlagged | Topic::FlowWarned | Topic::FlowMended => Some(Told::Owners(NoticeKind::PersonalData)),
        Topic::LinkageAsked | Topic::ReviewOpened | Topic::ReviewReminded | Topic::ReviewLate | Topic::ReviewAnswered | Topic::QualityTaskLate => {
            Some(Told::Owners(NoticeKind::ToDecide))
        }
        Topic::ColumnContradicted | Topic::SubjectTaskOpened => Some(Told::Answerers(NoticeKind::PersonalData)),
        Topic::SubjectTaskEnded => Some(Told::Person(NoticeKind::PersonalData)),
        Topic::StandardOpened
        | Topic::StandardAffects
        | Topic::StandardStopped
        | Topic::StandardMended
        | Topic::ProductHeldBack
        | Topic::WaiverGranted => Some(Told::Owners(NoticeKind::Standards)),
        Topic::WaiverEnding | Topic::WaiverEnded => Some(Told::OwnersAndKeepers(NoticeKind::Standards)),
        Topic::StandardCommented | Topic::StandardUnclear => Some(Told::Keepers(NoticeKind::Standards)),
        Topic::StandardAnswered => Some(Told::Commenters(NoticeKind::Standards)),
        Topic::LevelBreached
        | Topic::LevelRecovered
        | Topic::LevelBurningFast
        | Topic::LevelBurningSlow
        | Topic::IncidentOpened
        | Topic::IncidentMended => Some(Told::HoldersAndTeam(NoticeKind::Trust)),
        Topic::ProblemReported | Topic::PolysemeProposed | Topic::PolysemeMissed => Some(Told::Team(NoticeKind::Trust)),
        Topic::ProblemAnswered | Topic::ProblemEnded => Some(Told::Person(NoticeKind::Trust)),
        Topic::QualityAuditAnnounced | Topic::QualityAuditDone => Some(Told::Audited(NoticeKind::Trust)),
        Topic::QualityTaskAnswered => Some(Told::Curators(NoticeKind::ToDecide)),
        Topic::QualityTaskDecided | Topic::QualityTaskMet => Some(Told::Owners(NoticeKind::Trust)),
        Topic::FitnessAnnounced => Some(Told::Sector(NoticeKind::Trust)),
        Topic::RoleEnding | Topic::RoleExpired => Some(Told::PersonAndOffice(NoticeKind::Roles)),
        Topic::DriftFound => Some(Told::OwnersAndSecurity(NoticeKind::Trust)),
        Topic::SearchMatched => Some(Told::Person(NoticeKind::Searches)),
        Topic::WantedWithdrawn | Topic::ProductPublished | Topic::StandardPublished => None,
    }
}

/// Roles that look after a product, held over it or above it.
pub const TEAM_ROLES: [Role; 4] = [Role::Owner, Role::Steward, Role::ProductOwner, Role::Developer];

/// Roles that decide a request none of whose steps says otherwise.
pub const DECIDING_ROLES: [Role; 2] = [Role::Steward, Role::Owner];

/// What a notice is said of. Titles are those that its reader may know, at the moment of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts<'a> {
    pub topic: Topic,
    pub object: &'a Object,
    /// Title and address of the product.
    pub product: Option<(&'a str, &'a str)>,
    pub role: Option<Role>,
    pub until: Option<NaiveDate>,
    pub days: Option<i32>,
}

/// A notice in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    /// The next step: its words and its page.
    pub step: &'static str,
    pub path: String,
}

/// The page that shows what an event is about.
pub fn path(object: &Object, product: Option<&str>) -> String {
    let id = object.id;
    match object.kind.as_str() {
        "request" => format!("/requests/{id}"),
        "agreement" => format!("/agreements/{id}"),
        "linkage" => format!("/linkages/{id}"),
        "subject-request" => format!("/subjects/{id}"),
        "subject-task" => format!("/subjects/tasks/{id}"),
        "wanted-data" => format!("/wanted/{id}"),
        "standard" => format!("/standards/{id}"),
        "problem" => format!("/problems/{id}"),
        // About no product it is about no agreement either: whoever watches sources sees it in their list.
        "drift" => product.map_or_else(|| "/admin/drift".to_owned(), |_| format!("/agreements/{id}")),
        "access-review" => format!("/reviews/{id}"),
        "saved-search" => format!("/mine/searches/{id}"),
        "service-level" => product.map_or_else(|| "/products".to_owned(), |address| format!("/products/{address}/service-levels/{id}")),
        "incident" => product.map_or_else(|| "/products".to_owned(), |address| format!("/products/{address}/problems")),
        "product" => product.map_or_else(|| "/products".to_owned(), |address| format!("/products/{address}")),
        "polyseme" => product.map_or_else(|| "/products".to_owned(), |address| format!("/products/{address}/concepts")),
        "fitness-announcement" => "/fitness".to_owned(),
        "quality-audit-plan" => format!("/quality-audits/plans/{id}"),
        "quality-audit" => format!("/quality-audits/{id}"),
        "quality-task" => format!("/quality-tasks/{id}"),
        _ => "/".to_owned(),
    }
}

/// Says a notice, with the step that follows from it.
pub fn said(facts: &Facts<'_>) -> Said {
    let product = facts.product.map_or("a product that is not listed any more", |(title, _)| title);
    let until = facts.until.map(|day| format!(" on {}", day.format("%-d %b %Y"))).unwrap_or_default();
    let here = path(facts.object, facts.product.map(|(_, address)| address));
    let again = facts.product.map_or_else(|| here.clone(), |(_, address)| format!("/requests/new?product={address}"));
    let role = facts.role.map_or("a role", Role::label);
    let days = match facts.days {
        Some(1) => "in a day".to_owned(),
        Some(days) => format!("in {days} days"),
        None => "soon".to_owned(),
    };
    let (text, step, path) = match facts.topic {
        Topic::RequestSubmitted => (format!("Somebody asks for {product}."), "Decide the request", here),
        Topic::RequestWithdrawn => (format!("A request for {product} was withdrawn. There is nothing to decide any more."), "Read the request", here),
        Topic::RequestAgreed => (format!("A request for {product} has come to its next step."), "Decide the request", here),
        Topic::RequestAsked => (format!("Somebody asks you about your request for {product}. The clock stands until you answer."), "Answer", here),
        Topic::RequestAnswered => (format!("A question about a request for {product} was answered. The clock runs."), "Decide the request", here),
        Topic::RequestHandedOver => (format!("A decision on {product} was handed over."), "Read the request", here),
        Topic::RequestUndone => {
            (format!("The decision on your request for {product} was undone. It will be decided again."), "Read the request", here)
        }
        Topic::RequestEscalated => (format!("A request for {product} is late and was passed up."), "Decide the request", here),
        Topic::RequestReminded => (format!("A request for {product} must be decided within two working days."), "Decide the request", here),
        Topic::TermsPublished => (format!("The terms of {product} have a new version."), "See what you must accept", "/agreements".to_owned()),
        Topic::RequestApproved => (format!("Your request for {product} was approved."), "Read the decision", here),
        Topic::RequestRefused => (format!("Your request for {product} was refused."), "Read why", here),
        Topic::AgreementHeld => (format!("Nothing can be read under your agreement on {product} for now."), "See what to do", here),
        Topic::AgreementStopping => {
            let from = facts.until.map(|day| format!(" from {} on", day.format("%-d %b %Y"))).unwrap_or_default();
            let text = format!("Nothing can be read under your agreement on {product}{from}: a standard was published that it does not meet.");
            (text, "See which standard", here)
        }
        Topic::AgreementResumed => (format!("Your agreement on {product} is no longer held."), "See the agreement", here),
        Topic::AgreementGranted => (format!("You can read {product} now."), "Create your credential", here),
        Topic::AgreementEnding => (format!("Your agreement on {product} ends {days}{until}."), "Ask to go on", again),
        Topic::AgreementExpired => (format!("Your agreement on {product} has expired."), "Ask again", again),
        Topic::AgreementRevoked => (format!("Your agreement on {product} was revoked."), "Read why", here),
        Topic::AgreementGivenUp => (format!("An agreement on {product} was given up by its holder."), "See the agreement", here),
        Topic::RoleGranted => (format!("You are {role} now."), "See what waits for you", "/work".to_owned()),
        Topic::RoleEnded => (format!("You are {role} no longer."), "See what is yours", "/".to_owned()),
        Topic::WantedAsked => ("Somebody looks for data that nobody describes.".to_owned(), "Answer the question", here),
        Topic::WantedAnswered => ("Your question for data was answered.".to_owned(), "Read the answer", here),
        Topic::WantedWithdrawn => ("A question for data was withdrawn.".to_owned(), "Read the question", here),
        Topic::ProductPublished => (format!("{product} was published."), "See the product", here),
        Topic::ProductHeldBack => (format!("{product} was imported and stays a draft: it does not meet a standard."), "See what to mend", here),
        Topic::FlowFlagged => (format!("Personal data comes into {product} without a policy for it."), "See what to do", "/flows".to_owned()),
        Topic::FlowWarned => {
            (format!("Personal data of {product} goes into a product that has no policy for it."), "See where it goes", "/flows".to_owned())
        }
        Topic::LinkageAsked => (format!("Somebody asks how many people of {product} are in another product too."), "Decide the linkage", here),
        Topic::LinkageRefused => ("A linkage that you asked for was refused.".to_owned(), "Read why", here),
        Topic::LinkageMeasured => ("A linkage that you asked for was counted.".to_owned(), "Read the answer", here),
        Topic::SubjectTaskOpened => ("A person asks about data of theirs that your domain holds.".to_owned(), "See the task", here),
        Topic::SubjectTaskEnded => ("A domain has ended its task about data of a person.".to_owned(), "See the request", here),
        Topic::ColumnContradicted => {
            let path = facts.product.map_or_else(|| "/work".to_owned(), |(_, address)| format!("/products/{address}/classify"));
            (
                format!("What was decided about a column of {product} is contradicted. The decision stands until you change it."),
                "Look at the column",
                path,
            )
        }
        Topic::KeyRotated => {
            (format!("Pseudonyms of {product} are others from now on: rows that you keep cannot be joined with new ones."), "See the agreement", here)
        }
        Topic::StandardOpened => (format!("A standard is being talked over that {product} would not meet."), "Read it and comment", here),
        Topic::StandardCommented => ("Somebody commented on a standard that you answer for.".to_owned(), "Read the comment", here),
        Topic::StandardAnswered => ("A comment of yours on a standard was answered.".to_owned(), "Read the answer", here),
        Topic::StandardPublished => ("A standard was published.".to_owned(), "Read the standard", here),
        Topic::StandardAffects => {
            let first = facts.until.map(|day| format!(" Its first day is {}.", day.format("%-d %b %Y"))).unwrap_or_default();
            (format!("A standard was published that {product} does not meet yet.{first}"), "See what to do by when", here)
        }
        Topic::StandardStopped => (format!("{product} stopped serving: it does not meet a standard."), "See what to mend", here),
        Topic::StandardMended => (format!("{product} meets its standards again."), "See the product", here),
        Topic::StandardUnclear => ("A standard that you answer for could not be judged.".to_owned(), "See what it says", here),
        Topic::WaiverGranted => (format!("{product} was let off a standard for a while."), "See until when", here),
        Topic::WaiverEnding => {
            let last = facts.until.map(|day| format!(" until {}", day.format("%-d %b %Y"))).unwrap_or_default();
            (format!("{product} is let off a standard{last}."), "Mend it, or see whether it is let off for longer", "/standards/waivers".to_owned())
        }
        Topic::WaiverEnded => (format!("{product} is no longer let off a standard."), "See what to mend", here),
        Topic::LevelBreached => (format!("{product} does not keep one of its promises."), "See what was measured", here),
        Topic::LevelRecovered => (format!("{product} keeps its promise again."), "See what was measured", here),
        Topic::LevelBurningFast => (format!("{product} will soon break one of its promises: much went wrong lately."), "See what was measured", here),
        Topic::LevelBurningSlow => {
            (format!("A promise of {product} is at risk: its error budget burns faster than allowed."), "See what was measured", here)
        }
        Topic::ProblemReported => (format!("Somebody reports a problem of {product}."), "Answer it", here),
        Topic::ProblemAnswered => (format!("Your report about {product} was answered."), "Read the answer", here),
        Topic::ProblemEnded => (format!("The problem that you reported about {product} is over."), "Read what was done", here),
        Topic::IncidentOpened => (format!("Something is wrong with {product}."), "See what is known", here),
        Topic::IncidentMended => (format!("What was wrong with {product} is mended."), "Read what it was", here),
        Topic::QualityAuditAnnounced => {
            ("The quality of data that you look after or use will be audited soon.".to_owned(), "See what is looked at, and when", here)
        }
        Topic::QualityAuditDone => ("The quality of data that you look after or use was audited.".to_owned(), "Read the report", here),
        Topic::QualityTaskAnswered => (format!("What an audit found of {product} was answered."), "Read the answer", here),
        Topic::QualityTaskDecided => (format!("The trusted centre decided about what an audit found of {product}."), "Read what it says", here),
        Topic::QualityTaskLate => (format!("What an audit found of {product} is not mended in time."), "See what to mend", here),
        Topic::QualityTaskMet => (format!("{product} meets what is expected again, of which an audit found it short."), "See what was found", here),
        Topic::FitnessAnnounced => match facts.product {
            Some((title, _)) => (format!("The trusted centre of your sector honours {title}."), "Read what it says", here),
            None => ("The trusted centre of your sector has something to say about fitness.".to_owned(), "Read it", here),
        },
        Topic::PolysemeProposed => (format!("Somebody proposes which shared concept a column of {product} carries."), "Say whether it does", here),
        Topic::PolysemeMissed => (format!("Values of a column of {product} do not have the format of its concept."), "See what to do", here),
        Topic::RoleEnding => (format!("A role as {role} ends within 14 days."), "See whose, and until when", "/roles".to_owned()),
        Topic::RoleExpired => (format!("A role as {role} has ended: its last day is over."), "See whose it was", "/roles".to_owned()),
        Topic::ReviewOpened => ("It is time to review who has access in a domain of yours.".to_owned(), "Review it", here),
        Topic::ReviewReminded => ("A review of access in a domain of yours is due within 7 days.".to_owned(), "Review what is left", here),
        Topic::ReviewLate => ("A review of access in a domain of yours is late.".to_owned(), "Review what is left", here),
        Topic::ReviewAsked if facts.object.kind == "agreement" => {
            (format!("The owner asks whether you still need your agreement on {product}."), "Answer it", "/roles".to_owned())
        }
        Topic::SearchMatched => ("A search that you saved finds something new.".to_owned(), "See what is new", here),
        Topic::ReviewAsked => ("The owner of a domain asks whether you still need your role there.".to_owned(), "Answer it", "/roles".to_owned()),
        Topic::DriftFound => match facts.product {
            Some((title, _)) => (
                format!("A source granted something of {title} that was not agreed: it is taken back, or its reader is kept out."),
                "See whose access it is",
                here,
            ),
            None => ("A source granted something that no agreement stands behind: it is taken back.".to_owned(), "See what was found", here),
        },
        Topic::ReviewAnswered => ("Somebody whom a review of access asked has answered.".to_owned(), "Read it and decide", here),
        Topic::FlowMended => (format!("All personal data that comes into {product} has a policy now."), "See the product", here),
    };
    Said { text, step, path }
}

/// The hour in Singapore at which what was saved up for the day is sent.
pub const DIGEST_HOUR: u32 = 8;

/// The last moment at which daily e-mail was due: notices made before it are sent.
pub fn last_digest(now: DateTime<Utc>) -> DateTime<Utc> {
    let at = |day: NaiveDate| {
        let hour = NaiveTime::from_hms_opt(DIGEST_HOUR, 0, 0).unwrap_or(NaiveTime::MIN);
        calendar::singapore().from_local_datetime(&day.and_time(hour)).single().map_or(now, |local: DateTime<FixedOffset>| local.with_timezone(&Utc))
    };
    let today = calendar::day(now);
    if at(today) <= now { at(today) } else { at(today.checked_sub_days(Days::new(1)).unwrap_or(today)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::AuditAction;
    use uuid::Uuid;

    fn facts(topic: Topic, object: &Object) -> Facts<'_> {
        Facts { topic, object, product: Some(("Bus routes", "ssot-a.busroutes-dp")), role: None, until: None, days: None }
    }

    #[test]
    fn every_topic_has_an_action_and_a_next_step() {
        let object = Object { kind: "request".into(), id: Uuid::from_u128(1) };
        for topic in Topic::ALL {
            let acted = AuditAction::ALL.iter().any(|action| Topic::of(*action) == Some(*topic));
            assert!(acted || matches!(topic, Topic::AgreementEnding | Topic::SearchMatched), "{topic} follows from nothing");
            let said = said(&facts(*topic, &object));
            assert!(said.path.starts_with('/') && !said.step.is_empty() && said.text.ends_with('.'), "{said:?}");
        }
    }

    #[test]
    fn what_may_not_be_known_is_not_named() {
        let object = Object { kind: "agreement".into(), id: Uuid::from_u128(1) };
        let hidden = Facts { product: None, ..facts(Topic::AgreementExpired, &object) };
        assert_eq!(said(&hidden).text, "Your agreement on a product that is not listed any more has expired.");
        let ending = Facts { days: Some(7), until: Some("2026-12-31".parse().unwrap()), ..facts(Topic::AgreementEnding, &object) };
        assert_eq!(said(&ending).text, "Your agreement on Bus routes ends in 7 days on 31 Dec 2026.");
        assert_eq!(said(&ending).path, "/requests/new?product=ssot-a.busroutes-dp");
    }

    #[test]
    fn what_a_standard_asks_is_said_with_its_day() {
        let object = Object { kind: "standard".into(), id: Uuid::from_u128(1) };
        let affects = Facts { until: Some("2026-12-24".parse().unwrap()), ..facts(Topic::StandardAffects, &object) };
        assert_eq!(said(&affects).text, "A standard was published that Bus routes does not meet yet. Its first day is 24 Dec 2026.");
        let stopping = Facts { until: Some("2026-12-24".parse().unwrap()), ..facts(Topic::AgreementStopping, &object) };
        assert!(said(&stopping).text.starts_with("Nothing can be read under your agreement on Bus routes from 24 Dec 2026 on:"));
        let ending = Facts { until: Some("2026-12-24".parse().unwrap()), ..facts(Topic::WaiverEnding, &object) };
        assert_eq!(said(&ending).text, "Bus routes is let off a standard until 24 Dec 2026.");
    }

    #[test]
    fn the_day_of_a_digest_begins_at_eight_in_singapore() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(last_digest(at("2026-11-23T00:00:00Z")), at("2026-11-23T00:00:00Z"));
        assert_eq!(last_digest(at("2026-11-22T23:59:59Z")), at("2026-11-22T00:00:00Z"));
        assert_eq!(last_digest(at("2026-11-22T17:00:00Z")), at("2026-11-22T00:00:00Z"));
    }
}
