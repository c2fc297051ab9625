use super::*;
use proptest::prelude::*;

/// The place that lies `kilometres` from a point in a direction (radians from north), on a sphere of the mean radius.
fn destination(longitude: f64, latitude: f64, kilometres: f64, bearing: f64) -> (f64, f64) {
    let (angle, latitude) = (kilometres / 6371.0088, latitude.to_radians());
    let there = (latitude.sin() * angle.cos() + latitude.cos() * angle.sin() * bearing.cos()).asin();
    let turn = (bearing.sin() * angle.sin() * latitude.cos()).atan2(angle.cos() - latitude.sin() * there.sin());
    let longitude = longitude + turn.to_degrees();
    (
        if longitude > 180.0 {
            longitude - 360.0
        } else if longitude < -180.0 {
            longitude + 360.0
        } else {
            longitude
        },
        there.to_degrees(),
    )
}

fn any_box() -> impl Strategy<Value = BoundingBox> {
    (-180.0..=180.0, -180.0..=180.0, -90.0..=90.0, -90.0..=90.0)
        .prop_map(|(a, b, c, d): (f64, f64, f64, f64)| BoundingBox::new(a.min(b), c.min(d), a.max(b), c.max(d)).unwrap())
}

proptest! {
    #[test]
    fn a_box_around_a_point_holds_the_point_and_its_circle(
        longitude in -180.0..=180.0, latitude in -90.0..=90.0, kilometres in 0.0..25_000.0, bearing in 0.0..std::f64::consts::TAU,
    ) {
        let around = BoundingBox::around(longitude, latitude, kilometres).unwrap();
        prop_assert!(around.contains(longitude, latitude));
        let (east, north) = destination(longitude, latitude, kilometres, bearing);
        // Rounding of the test's own arithmetic.
        let slack = 1e-7;
        let wide = BoundingBox::new(
            (around.west() - slack).max(-180.0), (around.south() - slack).max(-90.0), (around.east() + slack).min(180.0), (around.north() + slack).min(90.0),
        ).unwrap();
        prop_assert!(wide.contains(east, north), "{around:?} lacks {east}, {north}");
    }

    #[test]
    fn overlapping_goes_both_ways(one in any_box(), other in any_box()) {
        prop_assert_eq!(one.overlaps(&other), other.overlaps(&one));
        prop_assert!(one.overlaps(&one));
    }

    #[test]
    fn boxes_that_share_a_point_overlap(one in any_box(), other in any_box(), x in 0.0..=1.0, y in 0.0..=1.0) {
        let (longitude, latitude) = (one.west() + (one.east() - one.west()) * x, one.south() + (one.north() - one.south()) * y);
        if one.contains(longitude, latitude) && other.contains(longitude, latitude) {
            prop_assert!(one.overlaps(&other));
        }
    }

    #[test]
    fn the_least_box_holds_its_points(points in prop::collection::vec((-180.0..=180.0, -90.0..=90.0).prop_map(|(x, y)| [x, y]), 1..20)) {
        let least = BoundingBox::holding(points.iter().copied()).unwrap();
        prop_assert!(points.iter().all(|[x, y]| least.contains(*x, *y)));
        prop_assert!(points.iter().any(|[x, _]| least.west().total_cmp(x).is_eq()));
    }

    #[test]
    fn coverage_comes_back_as_it_was_written(area in any_box(), picked in prop::collection::btree_set(0..55_usize, 1..8)) {
        let all: Vec<AreaCode> = AreaCode::all().collect();
        let areas = picked.into_iter().map(|index| all[index]).collect();
        // A millionth of a degree is a tenth of a metre; reading a number's last binary digit from JSON is not promised.
        let [west, south, east, north] = <[f64; 4]>::from(area).map(|degrees| (degrees * 1e6).round() / 1e6);
        let rounded = BoundingBox::new(west, south, east, north).unwrap();
        for coverage in [SpatialCoverage::Whole, SpatialCoverage::Areas(areas), SpatialCoverage::Box(rounded)] {
            let text = serde_json::to_string(&coverage).unwrap();
            prop_assert_eq!(serde_json::from_str::<SpatialCoverage>(&text).unwrap(), coverage);
        }
    }
}

#[test]
fn a_box_within_five_kilometres_has_the_size_that_a_map_shows() {
    let around = BoundingBox::around(103.85, 1.29, 5.0).unwrap();
    assert!((around.north() - around.south() - 0.0904).abs() < 0.0005, "{around:?}");
    assert!((around.east() - around.west() - 0.0904).abs() < 0.0005, "{around:?}");
}

#[test]
fn what_is_no_box_is_refused_with_its_reason() {
    assert_eq!(BoundingBox::new(104.0, 1.0, 103.0, 1.5), Err(NotABox::WestOfEast { west: 104.0, east: 103.0 }));
    assert_eq!(BoundingBox::new(103.0, 1.5, 104.0, 1.0), Err(NotABox::SouthOfNorth { south: 1.5, north: 1.0 }));
    assert_eq!(BoundingBox::new(1.0, 103.0, 1.5, 104.0), Err(NotABox::Latitude(103.0)), "latitude first");
    assert_eq!(BoundingBox::new(30_000.0, 1.0, 40_000.0, 1.5), Err(NotABox::Longitude(30_000.0)), "metres");
    assert!(BoundingBox::new(f64::NAN, 1.0, 104.0, 1.5).is_err() && BoundingBox::new(103.0, 1.0, f64::INFINITY, 1.5).is_err());
    assert_eq!(BoundingBox::around(103.0, 1.0, -1.0), Err(NotABox::Distance(-1.0)));
    assert!(BoundingBox::around(103.0, 1.0, f64::NAN).is_err() && BoundingBox::around(103.0, f64::NAN, 1.0).is_err());
    assert_eq!(BoundingBox::holding([]), None);
    assert_eq!(BoundingBox::holding([[103.0, 1.0], [f64::NAN, 1.0]]), None);
}

#[test]
fn at_the_edges_of_the_map_a_box_is_as_wide_as_the_world() {
    for around in [BoundingBox::around(179.99, 0.0, 100.0).unwrap(), BoundingBox::around(0.0, 89.99, 100.0).unwrap()] {
        assert_eq!((around.west().to_bits(), around.east().to_bits()), ((-180.0_f64).to_bits(), 180.0_f64.to_bits()));
    }
    assert!(BoundingBox::around(0.0, -90.0, 0.0).unwrap().contains(0.0, -90.0));
}

#[test]
fn codes_are_those_of_the_list_and_nothing_else() {
    let codes: Vec<_> = AreaCode::all().map(AreaCode::as_str).collect();
    assert_eq!(codes.len(), 55);
    assert!(codes.is_sorted_by(|one, next| one < next), "the list is searched by halves");
    assert!(codes.iter().all(|code| code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase())));
    let bedok: AreaCode = "BD".parse().unwrap();
    assert_eq!((bedok.name(), bedok.region()), ("Bedok", Region::East));
    for wrong in ["bd", "ZZ", "", "BDX"] {
        assert!(wrong.parse::<AreaCode>().is_err(), "{wrong}");
    }
}

#[test]
fn areas_are_kept_in_order_and_once() {
    let read = |text: &str| serde_json::from_str::<SpatialCoverage>(text);
    let coverage = read(r#"{"areas": ["WD", "BD", "WD"]}"#).unwrap();
    assert_eq!(serde_json::to_string(&coverage).unwrap(), r#"{"areas":["BD","WD"]}"#);
    assert!(read(r#"{"areas": []}"#).unwrap_err().to_string().contains("at least one"));
    assert!(read(r#"{"areas": ["ZZ"]}"#).unwrap_err().to_string().contains("ZZ"));
    assert!(read(r#"{"box": [104, 1, 103, 2]}"#).unwrap_err().to_string().contains("lies east of"));
}
