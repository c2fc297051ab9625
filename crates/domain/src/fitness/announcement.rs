//! What a trusted centre says about the fitness of its sector, and the product that it honours.

use crate::{Violation, Violations, text_enum};

text_enum! {
    /// What a product is honoured for.
    Award, "award" {
        MostImproved = "most-improved", "Most improved";
        Fittest = "fittest", "Fittest of its sector";
        Example = "example", "A good example";
    }
}

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnnouncementForm {
    pub text: String,
    /// An award's word; empty for none.
    pub award: String,
    /// The address of the product that gets it; empty for none.
    pub product: String,
}

/// An announcement that may be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnnouncement {
    pub text: String,
    /// With the address of its product.
    pub award: Option<(Award, String)>,
}

pub fn check_announcement(form: &AnnouncementForm) -> Result<NewAnnouncement, Violations> {
    let mut wrong = vec![];
    let text = form.text.trim();
    if !(10..=1000).contains(&text.chars().count()) {
        wrong.push(Violation::new("text", "text_missing", "Say in 10 to 1,000 characters what you announce."));
    }
    let (award, product) = (form.award.trim(), form.product.trim());
    let award = match (award, product) {
        ("", "") => None,
        ("", _) => {
            wrong.push(Violation::new("award", "award_missing", "Choose what the product is honoured for, or no product."));
            None
        }
        (word, product) => {
            let award = word.parse::<Award>().ok();
            if award.is_none() {
                wrong.push(Violation::new("award", "award_unknown", "Choose one of the awards."));
            }
            if product.is_empty() {
                wrong.push(Violation::new("product", "product_missing", "Choose the product that is honoured, or no award."));
            }
            award.map(|award| (award, product.to_owned()))
        }
    };
    if wrong.is_empty() { Ok(NewAnnouncement { text: text.to_owned(), award }) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_award_has_a_product_and_a_product_an_award() {
        let form = AnnouncementForm { text: "Well done, all of you".into(), award: "fittest".into(), product: "a.b".into() };
        assert_eq!(check_announcement(&form).unwrap().award, Some((Award::Fittest, "a.b".into())));
        let codes = |form: AnnouncementForm| check_announcement(&form).unwrap_err().iter().map(|wrong| wrong.code).collect::<Vec<_>>();
        assert_eq!(codes(AnnouncementForm { product: String::new(), ..form.clone() }), ["product_missing"]);
        assert_eq!(codes(AnnouncementForm { award: String::new(), ..form.clone() }), ["award_missing"]);
        assert_eq!(codes(AnnouncementForm { award: "best".into(), ..form.clone() }), ["award_unknown"]);
        assert_eq!(codes(AnnouncementForm { text: "Hello".into(), ..AnnouncementForm::default() }), ["text_missing"]);
        assert_eq!(check_announcement(&AnnouncementForm { award: String::new(), product: String::new(), ..form }).unwrap().award, None);
    }
}
