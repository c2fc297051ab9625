//! E-mails: each holds the notices that were due for one person, is made together with its outbox row, and is sent by a job.

mod gather;

pub use gather::{Mail, Refused, SEND, drop_mail, gather, mail, refused, refused_for_good, sent};
