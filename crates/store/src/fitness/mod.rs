//! How fit products were on each day, the means over what a reader may know of, and what trusted centres announce. What fit means is for
//! `rules` to say.

mod announcement;
mod figures;
mod keep;
mod products;

pub use announcement::{AnnouncementLine, Announcements, Awarded, announcement, announcements, awardable, publish, withdraw};
pub use figures::{Asked, Figures, Mean, TrendPoint, Within, figures, trend};
pub use keep::keep;
pub use products::{Gain, Improved, ProductLine, gains, history, improved, latest, least_fit};
