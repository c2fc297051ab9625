use super::*;
use domain::catalogue::BoundingBox;
use proptest::prelude::*;
use serde_json::json;

fn feature(code: &str, name: &str, geometry: &Value) -> Value {
    json!({"type": "Feature", "properties": {"code": code, "name": name, "region": "East Region"}, "geometry": geometry})
}

fn triangle() -> Value {
    json!([[103.8, 1.3], [103.9, 1.3], [103.9, 1.4], [103.8, 1.3]])
}

fn collection(features: &[Value]) -> String {
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

fn read_one(geometry: &Value) -> Result<PlanningAreas, Broken> {
    read(collection(&[feature("BD", "Bedok", geometry)]).as_bytes())
}

#[test]
fn outlines_are_read_with_their_boxes() {
    let polygon = json!({"type": "Polygon", "coordinates": [triangle()]});
    let many = json!({"type": "MultiPolygon", "coordinates": [[triangle()], [[[104.0, 1.2, 15.0], [104.1, 1.2, 15.0], [104.1, 1.25, 0], [104.0, 1.2, 15.0]]]]});
    let areas = read(collection(&[feature("BD", "BEDOK", &polygon), feature("TM", "Tampines", &many)]).as_bytes()).unwrap();
    let codes: Vec<_> = areas.outlines.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, ["BD", "TM"]);
    assert_eq!(areas.outlines[1].1.bounds(), BoundingBox::new(103.8, 1.2, 104.1, 1.4).unwrap());
    assert!(areas.refused.is_empty());
}

#[test]
fn an_area_of_another_list_stops_no_other() {
    let polygon = json!({"type": "Polygon", "coordinates": [triangle()]});
    let areas =
        read(collection(&[feature("ZZ", "Nowhere", &polygon), feature("TM", "Bedok", &polygon), feature("BD", "Bedok", &polygon)]).as_bytes())
            .unwrap();
    assert_eq!(areas.outlines.len(), 1);
    let reasons: Vec<_> = areas.refused.iter().map(|refused| (refused.number, refused.reason.as_str())).collect();
    assert_eq!(reasons, [(1, "ZZ is no planning area of the Master Plan 2019"), (2, "TM is Tampines here, and Bedok in the file")]);
}

#[test]
fn a_broken_text_says_its_line() {
    let Broken::Text { line, .. } = read(b"{\"type\":\"FeatureCollection\",\n\"features\":[,]}").unwrap_err() else { panic!("not as text") };
    assert_eq!(line, 2);
    assert!(matches!(read(b""), Err(Broken::Text { .. })));
    assert_eq!(read(b"{\"type\":\"\xff\"}").unwrap_err().code(), "file_not_json");
    assert_eq!(read("[".repeat(100_000).as_bytes()).unwrap_err().code(), "file_not_json", "nested too deeply");
}

#[test]
fn a_byte_order_mark_is_no_fault() {
    let text = collection(&[feature("BD", "Bedok", &json!({"type": "Polygon", "coordinates": [triangle()]}))]);
    assert_eq!(read(format!("\u{feff}{text}").as_bytes()), read(text.as_bytes()));
}

#[test]
fn what_is_too_much_is_refused() {
    assert_eq!(read(&vec![b' '; LARGEST + 1]).unwrap_err().code(), "file_too_large");
    let many = vec![json!({}); MOST_FEATURES + 1];
    assert_eq!(
        read(collection(&many).as_bytes()).unwrap_err().to_string(),
        "the file is not a collection of outlines: its list “features” has 1001 members, 1000 at most"
    );
    let mut ring = vec![json!([103.8, 1.3]); MOST_POSITIONS];
    ring.push(json!([103.8, 1.3]));
    assert_eq!(read_one(&json!({"type": "Polygon", "coordinates": [ring]})).unwrap_err().code(), "outlines_too_detailed");
}

#[test]
fn what_is_quoted_does_nothing_to_a_terminal() {
    let polygon = json!({"type": "Polygon", "coordinates": [triangle()]});
    let hostile = "\u{1b}[2J\u{9b}31m\n".to_owned() + &"x".repeat(1000);
    let areas = read(collection(&[feature(&hostile, "Bedok", &polygon), feature("TM", &hostile, &polygon)]).as_bytes()).unwrap();
    let broken = [
        read(collection(&[feature(&hostile, "Bedok", &json!(null))]).as_bytes()).unwrap_err(),
        read_one(&json!({"type": hostile, "coordinates": []})).unwrap_err(),
        read(json!({"type": hostile}).to_string().as_bytes()).unwrap_err(),
    ];
    for reason in areas.refused.into_iter().map(|refused| refused.reason).chain(broken.into_iter().map(|broken| broken.to_string())) {
        assert!(!reason.chars().any(char::is_control) && reason.chars().count() < 250, "{reason}");
    }
}

#[test]
fn what_is_no_collection_says_so() {
    for (text, reason) in [
        ("[]", "its type is “missing”"),
        (r#"{"type":"Feature"}"#, "its type is “Feature”"),
        (r#"{"type":"FeatureCollection"}"#, "no list “features”"),
        (r#"{"type":"FeatureCollection","features":[]}"#, "is empty"),
        (r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3414"}},"features":[1]}"#, "EPSG::3414"),
    ] {
        let broken = read(text.as_bytes()).unwrap_err();
        assert_eq!(broken.code(), "file_not_a_collection");
        let broken = broken.to_string();
        assert!(broken.contains(reason), "{broken}");
    }
}

#[test]
fn a_broken_outline_says_its_feature_and_place() {
    for (geometry, reason) in [
        (json!(null), "feature 1 (BD): it has no geometry"),
        (json!({"type": "Point", "coordinates": [1, 2]}), "feature 1 (BD): its geometry is “Point”, neither"),
        (json!({"type": "Polygon"}), "feature 1 (BD): its geometry has no coordinates"),
        (json!({"type": "Polygon", "coordinates": 5}), "feature 1 (BD): polygon 1: a list is expected and not 5"),
        (json!({"type": "MultiPolygon", "coordinates": [[triangle()], 7]}), "feature 1 (BD): polygon 2: a list"),
        (json!({"type": "MultiPolygon", "coordinates": []}), "feature 1 (BD): it has no polygon"),
        (json!({"type": "Polygon", "coordinates": [[[103.8, 1.3], [103.9, "x"]]]}), "feature 1 (BD): polygon 1, ring 1, position 2: two numbers"),
        (json!({"type": "Polygon", "coordinates": [[[103.8, 1.3], [103.9, 1.3], [103.9, 1.4], [103.8, 1.4]]]}), "polygon 1, ring 1 is not closed"),
        (
            json!({"type": "Polygon", "coordinates": [[[28001.6, 38744.5], [28001.6, 38744.5], [28001.6, 38744.5], [28001.6, 38744.5]]]}),
            "position 1: longitude 28001.6",
        ),
    ] {
        let broken = read_one(&geometry).unwrap_err();
        assert_eq!(broken.code(), "outline_broken");
        let broken = broken.to_string();
        assert!(broken.contains(reason), "{broken}");
    }
}

#[test]
fn a_code_is_needed_and_only_once() {
    let polygon = json!({"type": "Polygon", "coordinates": [triangle()]});
    let nameless = json!({"type": "Feature", "properties": null, "geometry": polygon});
    assert_eq!(read(collection(&[nameless]).as_bytes()).unwrap_err().to_string(), "feature 1: it has no property “code”");
    let twice = read(collection(&[feature("BD", "Bedok", &polygon), feature("BD", "", &polygon)]).as_bytes()).unwrap_err();
    assert_eq!(twice.to_string(), "feature 2 (BD): its code occurs twice in the file");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}", coordinates in "[\\[\\],0-9. ]{0,60}") {
        let _ = read(text.as_bytes());
        let geometry = format!(r#"{{"type":"Polygon","coordinates":{coordinates}}}"#);
        let _ = read(format!(r#"{{"type":"FeatureCollection","features":[{{"properties":{{"code":"BD"}},"geometry":{geometry}}}]}}"#).as_bytes());
    }
}
