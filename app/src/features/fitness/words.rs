//! Scores in words, and the findings that stand above plots.

use domain::fitness::{Characteristic, Scores};
use store::fitness::TrendPoint;

/// A score as people read it.
pub fn percent(score: f64) -> String {
    format!("{:.0} %", score * 100.0)
}

/// From one score to another, in points of a hundred.
pub fn change(before: f64, now: f64) -> String {
    match (now - before) * 100.0 {
        points if points >= 0.05 => format!("▲ {points:.1}"),
        points if points <= -0.05 => format!("▼ {:.1}", -points),
        _ => "unchanged".to_owned(),
    }
}

/// Which characteristic is best and which needs most.
pub fn scores_finding(scores: &Scores) -> String {
    let mut each: Vec<(Characteristic, f64)> = scores.by_characteristic().collect();
    each.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    let whole = percent(scores.overall);
    match each[..] {
        [(least, low), .., (best, high)] if high - low >= 0.005 => {
            format!("{whole} on the whole: {} stands best with {}, {} worst with {}", lower(best), percent(high), lower(least), percent(low))
        }
        _ => format!("{whole} on the whole, and the same in each characteristic"),
    }
}

fn lower(of: Characteristic) -> String {
    of.label().to_lowercase()
}

/// Whether it rose or fell over the days of which something is known.
pub fn trend_finding(points: &[TrendPoint]) -> String {
    let known: Vec<(&TrendPoint, f64)> = points.iter().filter_map(|point| Some((point, point.scores?.overall))).collect();
    let day = |point: &TrendPoint| point.day.format("%-d %b %Y").to_string();
    match known[..] {
        [] => "Nothing is known yet".to_owned(),
        [(point, score)] => format!("{} on {}; nothing is known of before", percent(score), day(point)),
        [(first, before), .., (_, now)] => {
            let how = match (now - before) * 100.0 {
                points if points >= 0.5 => "It rose",
                points if points <= -0.5 => "It fell",
                _ => return format!("It stayed at {} since {}", percent(now), day(first)),
            };
            format!("{how} from {} to {} since {}", percent(before), percent(now), day(first))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(day: &str, score: Option<f64>) -> TrendPoint {
        TrendPoint { day: day.parse().unwrap(), products: 1, scores: score.map(|score| Scores::new([score; 6])), quartiles: None }
    }

    #[test]
    fn the_finding_is_true_in_every_state() {
        let scores = Scores::new([1.0, 0.5, 0.9, 0.5, 0.4, 0.9]);
        assert_eq!(scores_finding(&scores), "70 % on the whole: self-describable stands best with 100 %, trustworthy worst with 40 %");
        assert_eq!(scores_finding(&Scores::new([0.5; 6])), "50 % on the whole, and the same in each characteristic");
        let (first, gap, last) = (point("2026-11-09", Some(0.5)), point("2026-11-16", None), point("2026-11-23", Some(0.62)));
        assert_eq!(trend_finding(&[first.clone(), gap.clone(), last.clone()]), "It rose from 50 % to 62 % since 9 Nov 2026");
        assert_eq!(trend_finding(&[last.clone(), gap.clone(), first.clone()]), "It fell from 62 % to 50 % since 23 Nov 2026");
        assert_eq!(trend_finding(&[gap.clone(), last]), "62 % on 23 Nov 2026; nothing is known of before");
        assert_eq!(trend_finding(&[first.clone(), first]), "It stayed at 50 % since 9 Nov 2026");
        assert_eq!(trend_finding(&[gap]), "Nothing is known yet");
    }

    #[test]
    fn a_change_is_said_in_points() {
        assert_eq!([change(0.5, 0.62), change(0.5, 0.4), change(0.5, 0.5)], ["▲ 12.0", "▼ 10.0", "unchanged"]);
    }
}
