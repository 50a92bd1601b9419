use std::cmp::Ordering;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::*;

/// JSON values as serde_json knows them, with numbers as text so that nothing is rounded.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let number = prop_oneof![
        "-?(0|[1-9][0-9]{0,36})",
        "-?[0-9]\\.[0-9]{0,20}[1-9]",
        "-?[1-9]e-?[0-9]{1,2}"
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        number.prop_map(|text| serde_json::from_str(&text).unwrap()),
        any::<String>().prop_map(serde_json::Value::from),
        "[a-c]{0,2}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            btree_map("[a-d]{0,2}|\\PC{0,3}", inner, 0..6)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// Whether a value says the same as serde_json's reading of the text.
fn agrees(bytes: &[u8], json: &serde_json::Value) -> bool {
    use serde_json::Value as Json;
    match (view(bytes), json) {
        (Value::Null, Json::Null) => true,
        (Value::Boolean(own), Json::Bool(other)) => own == *other,
        (Value::String(own), Json::String(other)) => own == other,
        (Value::Array(own), Json::Array(other)) => {
            own.len() == other.len() && own.iter().zip(other).all(|(own, other)| agrees(own, other))
        }
        (Value::Object(own), Json::Object(other)) => {
            own.len() == other.len()
                && own
                    .iter()
                    .all(|(key, own)| other.get(key).is_some_and(|other| agrees(own, other)))
        }
        (Value::Double(own), Json::Number(other)) => other.to_string().parse() == Ok(own),
        (number, Json::Number(other)) => {
            let plain = other.to_string();
            let plain = if plain.contains('.') {
                plain.trim_end_matches('0').trim_end_matches('.')
            } else {
                &plain
            };
            number_text(&number) == if plain == "-0" { "0" } else { plain }
        }
        _ => false,
    }
}

proptest! {
    #[test]
    fn content_survives(json in json()) {
        let bytes = value(&json.to_string());
        prop_assert!(agrees(&bytes, &json), "{json} {}", text(&bytes));
    }

    #[test]
    fn text_and_bytes_round_trip(json in json()) {
        let bytes = value(&json.to_string());
        let mut pretty = String::new();
        to_json_pretty(&bytes, &mut pretty);
        // Doubles are shown with sixteen digits only, so their text settles after one turn.
        if !encoding::holds_double(&bytes) {
            prop_assert_eq!(&value(&text(&bytes)), &bytes);
            prop_assert_eq!(&value(&pretty), &bytes);
        }
        prop_assert_eq!(text(&value(&text(&bytes))), text(&bytes));
    }

    #[test]
    fn building_from_parts_gives_the_same_bytes(json in json()) {
        let bytes = value(&json.to_string());
        let mut built = Vec::new();
        match view(&bytes) {
            Value::Array(array) => encoding::write_array(array.iter(), &mut built).unwrap(),
            Value::Object(object) => {
                let mut entries: Vec<_> = object.iter().collect();
                entries.reverse();
                encoding::write_object(&mut entries, &mut built).unwrap();
            }
            scalar => encode(&scalar, &mut built),
        }
        prop_assert_eq!(built, bytes);
    }

    #[test]
    fn a_builder_and_single_parses_agree(rows in vec(json(), 0..8)) {
        let mut builder = VariantBuilder::new();
        for row in &rows {
            builder.append_json(row.to_string().as_bytes()).unwrap();
        }
        let column = builder.finish();
        for (built, row) in column.iter().zip(&rows) {
            prop_assert_eq!(built.unwrap(), value(&row.to_string()));
        }
    }

    #[test]
    fn compare_is_a_total_order(json in vec(json(), 3)) {
        let values: Vec<_> = json.iter().map(|json| value(&json.to_string())).collect();
        let key = |bytes: &[u8]| { let mut key = Vec::new(); order_key(bytes, &mut key); key };
        for left in &values {
            for right in &values {
                let found = compare(left, right);
                prop_assert_eq!(found, compare(right, left).reverse());
                prop_assert_eq!(found, key(left).cmp(&key(right)));
                prop_assert_eq!(found == Ordering::Equal, equality_key(left) == equality_key(right));
                let doubles = encoding::holds_double(left) || encoding::holds_double(right);
                prop_assert!(doubles || (found == Ordering::Equal) == (left == right));
                for third in &values {
                    if found != Ordering::Greater && compare(right, third) != Ordering::Greater {
                        prop_assert_ne!(compare(left, third), Ordering::Greater);
                    }
                }
            }
        }
    }

    #[test]
    fn doubles_equal_the_numbers_they_stand_for(unscaled in -100_000i64..100_000, scale in 0u8..45, exponent in -60..45i32) {
        let double = format!("{unscaled}e{exponent}").parse::<f64>().unwrap();
        let double = encoded(&Value::Double(double));
        let nested = |bytes: &[u8]| { let mut out = Vec::new(); encoding::write_array([bytes], &mut out).unwrap(); out };
        let decimal = encoded(&Value::Decimal { unscaled: unscaled.into(), scale: scale.min(37) });
        let equal = compare(&double, &decimal) == Ordering::Equal;
        prop_assert_eq!(equal, equality_key(&double) == equality_key(&decimal));
        prop_assert_eq!(equal, equality_key(&nested(&double)) == equality_key(&nested(&decimal)));
        if i32::from(scale.min(37)) == -exponent {
            prop_assert!(equal);
        }
    }

    #[test]
    fn numbers_order_by_value(left in -1e20f64..1e20, right in any::<i64>()) {
        let (left_bytes, right_bytes) = (encoded(&Value::Double(left)), encoded(&Value::Integer(right.into())));
        if left != right as f64 {
            prop_assert_eq!(compare(&left_bytes, &right_bytes), left.partial_cmp(&(right as f64)).unwrap());
        }
    }

    #[test]
    fn any_bytes_can_be_read(bytes in vec(any::<u8>(), 0..60), kind in prop_oneof![0..14u8, 32..56u8]) {
        let mut bytes = bytes;
        if let Some(first) = bytes.first_mut() {
            *first = kind;
        }
        let mut out = String::new();
        to_json(&bytes, &mut out);
        to_json_pretty(&bytes, &mut out);
        let mut key = Vec::new();
        order_key(&bytes, &mut key);
        let _ = (compare(&bytes, &key), equality_key(&bytes));
        let _ = type_name(&bytes);
        let _ = Path::parse("a[0].b").unwrap().get(&bytes);
        if let Value::Object(object) = view(&bytes) {
            let _ = object.get_ignore_case("A");
            let mut entries: Vec<_> = object.iter().collect();
            let _ = encoding::write_object(&mut entries, &mut key);
        }
    }

    #[test]
    fn any_text_can_be_parsed(text in "\\PC*|[\\[\\]{}:,\"'a0-9.eE+\\-\\\\ \n]{0,40}") {
        match parse_json(&text) {
            Ok(_) => prop_assert_eq!(check_json(&text), None),
            Err(error) => prop_assert!(error.message().starts_with("Error parsing JSON: ")),
        }
    }

    #[test]
    fn any_bytes_can_be_parsed(bytes in vec(any::<u8>(), 0..60)) {
        let mut builder = VariantBuilder::new();
        let _ = builder.append_json(&bytes);
        let _ = builder.append_next_json(&bytes);
        builder.finish();
    }

    #[test]
    fn any_text_can_be_a_path(text in "\\PC*|[a-c.:\\[\\]0-9'\" ]{0,20}") {
        if let Ok(path) = Path::parse(&text) {
            prop_assert_eq!(Path::parse(&path.to_string()).unwrap(), path);
        }
    }

    #[test]
    fn paths_lead_to_what_they_name(json in json()) {
        let bytes = value(&json.to_string());
        if let Value::Object(object) = view(&bytes) {
            for (key, found) in object.iter() {
                let path = Path::new(vec![Step::Key(key.to_string())]);
                prop_assert_eq!(path.get(&bytes), Some(found));
                prop_assert_eq!(Path::parse(&path.to_string()).unwrap(), path);
            }
        }
    }
}
