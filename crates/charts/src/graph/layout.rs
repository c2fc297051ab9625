//! Where boxes stand. The library draws from top to bottom; turned on its side, data flows as one reads.

use rust_sugiyama::configure::Config;
use rust_sugiyama::from_vertices_and_edges;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::catch_unwind;

pub const WIDTH: f64 = 210.0;
const ACROSS: f64 = 64.0;
const DOWN: f64 = 16.0;

/// Middles of boxes, by their place, and the size of the whole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Laid {
    pub middles: Vec<(f64, f64)>,
    pub width: f64,
    pub height: f64,
}

/// `heights` of all boxes; arrows that lead back are drawn, and left out of what decides where boxes stand.
pub fn lay_out(heights: &[f64], arrows: &[(usize, usize)]) -> Option<Laid> {
    let forward = forward(heights.len(), arrows);
    let vertices: Vec<(u32, (f64, f64))> =
        heights.iter().enumerate().filter_map(|(place, height)| Some((u32::try_from(place).ok()?, (height + DOWN, WIDTH + ACROSS)))).collect();
    let config = Config { vertex_spacing: 0.0, dummy_size: DOWN, ..Config::default() };
    // A drawing that fails is left out: the table beside it says everything.
    let parts = catch_unwind(|| from_vertices_and_edges(&vertices, &forward, &config)).ok()?;
    let mut middles = vec![None; heights.len()];
    let (mut width, mut height) = (0.0_f64, 0.0_f64);
    // What hangs together stands together, one below the other.
    let mut ordered: Vec<_> = parts.into_iter().map(|(nodes, ..)| nodes.into_iter().collect::<BTreeMap<usize, (f64, f64)>>()).collect();
    ordered.sort_by_key(|nodes| nodes.keys().next().copied());
    for nodes in ordered {
        let top = |place: &usize, at: f64| at - heights.get(*place).copied().unwrap_or_default() / 2.0;
        let first = nodes.iter().map(|(place, (x, _))| top(place, *x)).fold(f64::INFINITY, f64::min);
        let left = nodes.values().map(|(_, y)| *y).fold(f64::INFINITY, f64::min);
        let below = height;
        for (place, (x, y)) in nodes {
            let own = heights.get(place).copied().unwrap_or_default();
            let middle = (y - left + WIDTH / 2.0, x - first + below);
            width = width.max(middle.0 + WIDTH / 2.0);
            height = height.max(middle.1 + own / 2.0 + DOWN);
            *middles.get_mut(place)? = Some(middle);
        }
    }
    let middles = middles.into_iter().collect::<Option<Vec<_>>>()?;
    let fine = middles.iter().all(|(x, y)| x.is_finite() && y.is_finite());
    fine.then_some(Laid { middles, width, height: (height - DOWN).max(0.0) })
}

/// Each arrow once, without those that would close a circle.
fn forward(count: usize, arrows: &[(usize, usize)]) -> Vec<(u32, u32)> {
    let all: BTreeSet<(usize, usize)> = arrows.iter().copied().filter(|(from, to)| from != to && *from < count && *to < count).collect();
    let mut out: Vec<Vec<usize>> = vec![vec![]; count];
    for (from, to) in &all {
        out[*from].push(*to);
    }
    // 0 not seen yet, 1 on the way here, 2 done.
    let mut state = vec![0_u8; count];
    let mut found = vec![];
    for root in 0..count {
        if state[root] != 0 {
            continue;
        }
        state[root] = 1;
        let mut way = vec![(root, 0)];
        while let Some((here, next)) = way.pop() {
            let Some(&to) = out[here].get(next) else {
                state[here] = 2;
                continue;
            };
            way.push((here, next + 1));
            if state[to] == 1 {
                continue;
            }
            if let (Ok(from), Ok(to)) = (u32::try_from(here), u32::try_from(to)) {
                found.push((from, to));
            }
            if state[to] == 0 {
                state[to] = 1;
                way.push((to, 0));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn data_flows_from_left_to_right() {
        let laid = lay_out(&[30.0, 30.0, 30.0], &[(0, 1), (1, 2), (2, 0)]).unwrap();
        assert!(laid.middles[0].0 < laid.middles[1].0 && laid.middles[1].0 < laid.middles[2].0, "{laid:?}");
        assert_eq!(lay_out(&[30.0], &[]).unwrap().middles, [(WIDTH / 2.0, 15.0)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_graph_has_a_drawing_in_which_no_two_boxes_touch(count in 1usize..40, arrows in proptest::collection::vec((0usize..40, 0usize..40), 0..80)) {
            let heights: Vec<f64> = (0u8..40).take(count).map(|place| 30.0 + 10.0 * f64::from(place % 3)).collect();
            let laid = lay_out(&heights, &arrows).unwrap();
            for (a, one) in laid.middles.iter().enumerate() {
                prop_assert!(one.0 >= WIDTH / 2.0 - 0.1 && one.0 <= laid.width && one.1 >= 0.0 && one.1 <= laid.height + 0.1);
                for (b, other) in laid.middles.iter().enumerate().skip(a + 1) {
                    let apart = (one.0 - other.0).abs() >= WIDTH || (one.1 - other.1).abs() >= f64::midpoint(heights[a], heights[b]) - 0.1;
                    prop_assert!(apart, "{a} {one:?} {b} {other:?}");
                }
            }
        }
    }
}
