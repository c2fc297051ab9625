//! Problems that readers report, what is answered, and incidents.

mod answer;
mod read;
mod report;
mod use_of;

pub use answer::{Answer, answer, mend_incident, open_incident};
pub use read::{
    AnswerLine, INCIDENTS, IncidentLine, Mending, PROBLEMS, ProblemLine, ProblemView, incidents, mending, open_problems, open_problems_after,
    problem, problems,
};
pub use report::{holds, report};
pub use use_of::{
    COLUMNS, ColumnUsed, MonthOfUse, Neglected, Satisfaction, columns_used, is_asked, my_word, neglected, neglected_after, satisfaction, say,
    use_by_month,
};
