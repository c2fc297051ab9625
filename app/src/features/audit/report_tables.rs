//! The tables of a security officer's report. The page and the downloads show the same cells.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::WorkingTime;
use domain::access_review::ReviewState;
use domain::audit::report::Anomaly;
use domain::calendar::singapore;
use store::audit::{ColumnTaken, Decision, DueRole, HeldReview, PersonalRead, StandingWaiver};

/// What was asked for, as in the URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportAsked {
    /// `sector:geospatial`, `domain:ssot-a`.
    pub area: String,
    pub from: NaiveDate,
    /// Included.
    pub until: NaiveDate,
}

/// A period of a sector or a domain.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    pub asked: ReportAsked,
    /// What may be chosen, with its title.
    pub areas: Vec<(String, String)>,
    /// Of what was chosen.
    pub title: String,
    pub reads: Vec<PersonalRead>,
    /// Each with the working time that it took.
    pub decisions: Vec<(Decision, WorkingTime)>,
    pub waivers: Vec<StandingWaiver>,
    /// Each with why it is due.
    pub roles: Vec<(DueRole, String)>,
    /// Each with how it stands.
    pub reviews: Vec<(ReviewState, HeldReview)>,
    /// Each with its reader.
    pub anomalies: Vec<(String, Anomaly)>,
    /// Tables of which there is more than is here.
    pub cut: Vec<&'static str>,
}

/// Words, and where they lead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub href: Option<String>,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, href: None }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportTable {
    /// In the address of its download.
    pub word: &'static str,
    pub caption: &'static str,
    /// What is shown, and what it rests on.
    pub about: String,
    pub heads: &'static [&'static str],
    pub rows: Vec<Vec<Cell>>,
    /// Said when there are no rows.
    pub none: &'static str,
    /// There is more than is here.
    pub cut: bool,
}

/// In Singapore, as spreadsheets read it.
fn at(moment: DateTime<Utc>) -> Cell {
    moment.with_timezone(&singapore()).format("%Y-%m-%d %H:%M").to_string().into()
}

fn yes(is: bool) -> &'static str {
    if is { "Yes" } else { "No" }
}

/// What is said of a table that is cut, on the page and at the end of its download.
pub const CUT: &str = "There is more than is here: choose fewer days, or one domain.";

pub fn report_tables(report: &Report) -> Vec<ReportTable> {
    vec![anomalies(report), reads(report), decisions(report), waivers(report), reviews(report), roles(report)]
}

/// A table by its word; whether it is cut is the report's to say.
fn begun(report: &Report, word: &'static str) -> ReportTable {
    ReportTable { word, cut: report.cut.contains(&word), ..ReportTable::default() }
}

fn anomalies(report: &Report) -> ReportTable {
    use domain::audit::report::{KNOWN_FOR_DAYS, LEAST_DAYS, LEAST_READS, LEAST_REFUSED, LEAST_ROWS, LOOK_BACK_DAYS, USUAL_HOURS, VOLUME_TIMES};
    let about = format!(
        "What to ask about; none of it is a fault by itself. A day stands out by volume with at least {LEAST_READS} reads or {LEAST_ROWS} rows and more than {VOLUME_TIMES} \
         times the reader's own median of the {LOOK_BACK_DAYS} days before, when they read on at least {LEAST_DAYS} of them; by hours outside {} to {} o'clock of a \
         working day; by a personal column read for the first time by whoever has read its dataset for {KNOWN_FOR_DAYS} days; by {LEAST_REFUSED} refused attempts.",
        USUAL_HOURS.start, USUAL_HOURS.end
    );
    let row = |(reader, one): &(String, Anomaly)| -> Vec<Cell> {
        vec![one.day.to_string().into(), reader.as_str().into(), one.kind.label().into(), one.figure.as_str().into(), one.compared.as_str().into()]
    };
    ReportTable {
        caption: "Anomalies",
        about,
        heads: &["Day", "Reader", "What", "Figure", "Compared with"],
        rows: report.anomalies.iter().map(row).collect(),
        none: "Nothing stands out.",
        ..begun(report, "anomalies")
    }
}

fn reads(report: &Report) -> ReportTable {
    let row = |read: &PersonalRead| -> Vec<Cell> {
        let reader = match (&read.reader, read.is_machine) {
            (None, _) => "Erased".to_owned(),
            (Some(name), true) => format!("{name} (machine client)"),
            (Some(name), false) => name.clone(),
        };
        let mask = |column: &ColumnTaken| {
            let unknown = column.unknown.then(|| "not written down".to_owned());
            let masks: Vec<String> = column.masks.iter().map(|mask| mask.describe()).chain(unknown).collect();
            format!("{}: {}", column.name, masks.join(" or "))
        };
        // Rows of a part of the reads alone would look like all of them.
        let rows = match read.counted {
            0 => "not counted".to_owned(),
            counted if counted < read.reads => format!("{} in {counted} reads", read.rows),
            _ => read.rows.to_string(),
        };
        let rows = match read.counted - read.sealed {
            beside if beside > 0 => format!("{rows}, {beside} of the numbers not under the seal"),
            _ => rows,
        };
        vec![
            reader.into(),
            Cell { text: read.product.clone(), href: Some(format!("/products/{}", read.address)) },
            read.dataset.as_str().into(),
            read.columns.iter().map(mask).collect::<Vec<_>>().join("; ").into(),
            read.purpose.as_str().into(),
            Cell { text: read.agreement.to_string(), href: Some(format!("/agreements/{}", read.agreement)) },
            read.reads.to_string().into(),
            rows.into(),
            at(read.first),
            at(read.last),
        ]
    };
    ReportTable {
        caption: "Reads of personal data",
        about: "Columns that had a personal-data category when they were read, with the masks that held at the reads. Rows are counted where Pasar passed them on as CSV or JSON lines, and are what the sealed event “Counted the rows of a read” says; \
                of reads from before that was sealed, or of which it was erased, what stands beside."
            .into(),
        heads: &["Reader", "Product", "Dataset", "Personal columns and masks", "Purpose", "Agreement", "Reads", "Rows", "First", "Last"],
        rows: report.reads.iter().map(row).collect(),
        none: "Nobody read personal data.",
        ..begun(report, "reads")
    }
}

fn decisions(report: &Report) -> ReportTable {
    let row = |(one, took): &(Decision, WorkingTime)| -> Vec<Cell> {
        vec![
            Cell { text: one.product.clone(), href: Some(format!("/requests/{}", one.request)) },
            one.requester.as_str().into(),
            one.purpose.as_str().into(),
            one.state.label().into(),
            one.decided_by.as_deref().unwrap_or("Nobody").into(),
            at(one.submitted_at),
            at(one.decided_at),
            format!("{:.1}", took.days()).into(),
            yes(took.within_target()).into(),
        ]
    };
    ReportTable {
        caption: "Decisions",
        about: "Days are working days in Singapore; while the requester was asked, the clock stood.".into(),
        heads: &["Product", "Requester", "Purpose", "Outcome", "Decided by", "Asked", "Decided", "Days", "Within seven"],
        rows: report.decisions.iter().map(row).collect(),
        none: "Nothing was decided.",
        ..begun(report, "decisions")
    }
}

fn waivers(report: &Report) -> ReportTable {
    let row = |one: &StandingWaiver| -> Vec<Cell> {
        vec![
            one.product.as_str().into(),
            one.from.as_str().into(),
            one.reason.as_str().into(),
            one.granted_by.as_str().into(),
            at(one.granted_at),
            at(one.until),
        ]
    };
    ReportTable {
        caption: "Standing waivers",
        about: "As they stand now; those that end first come first.".into(),
        heads: &["Product", "Let off", "Why", "Granted by", "Granted", "Ends"],
        rows: report.waivers.iter().map(row).collect(),
        none: "No waiver stands.",
        ..begun(report, "waivers")
    }
}

fn reviews(report: &Report) -> ReportTable {
    let row = |(state, one): &(ReviewState, HeldReview)| -> Vec<Cell> {
        vec![
            one.domain.as_str().into(),
            Cell { text: one.quarter.to_string(), href: Some(format!("/reviews/{}", one.id)) },
            state.label().into(),
            at(one.opened_at),
            one.due_on.to_string().into(),
            one.done_at.map_or_else(|| "Not yet".into(), at),
            one.reviewers.as_deref().unwrap_or("Nobody").into(),
            one.kept.to_string().into(),
            one.ended.to_string().into(),
            one.undecided.to_string().into(),
            one.gone.to_string().into(),
        ]
    };
    ReportTable {
        caption: "Reviews of access",
        about: "Reviews of roles and agreements that were open on some day of the period, by domain and quarter, with what became of each so far."
            .into(),
        heads: &["Domain", "Quarter", "State", "Opened", "Due", "Done", "Decided by", "Kept", "Ended", "Undecided", "Ended otherwise"],
        rows: report.reviews.iter().map(row).collect(),
        none: "No review of access was open.",
        ..begun(report, "reviews")
    }
}

fn roles(report: &Report) -> ReportTable {
    let row = |(one, why): &(DueRole, String)| -> Vec<Cell> {
        vec![
            one.holder.as_str().into(),
            one.role.label().into(),
            one.at.as_str().into(),
            at(one.granted_at),
            one.until.map_or_else(|| "No end".into(), at),
            why.as_str().into(),
        ]
    };
    ReportTable {
        caption: "Role holders to review",
        about: "Roles over the domains, their sector and their products, as they are held now.".into(),
        heads: &["Holder", "Role", "At", "Granted", "Ends", "Why now"],
        rows: report.roles.iter().map(row).collect(),
        none: "No role is due.",
        ..begun(report, "roles")
    }
}
