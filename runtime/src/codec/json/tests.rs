//! What is sent is byte for byte what serde_json writes.

use std::collections::BTreeMap;
use std::fmt;

use proptest::prelude::*;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Number, Value};

use super::serializer::append;

#[track_caller]
fn assert_same<T: ?Sized + Serialize>(value: &T) {
    let mut payload = b"before".to_vec();
    append(&mut payload, value).unwrap();
    assert_eq!(
        String::from_utf8(payload).unwrap(),
        format!("before{}", serde_json::to_string(value).unwrap())
    );
}

/// Each character that has an escape and each neighbour of one, at each place in a group and around the end of a piece.
#[test]
fn each_character_at_each_place() {
    for special in ('\0'..='\u{80}').chain("\u{e9}\u{2028}\u{20ac}\u{1f600}".chars()) {
        for before in (0..70).chain(2040..2056) {
            let text = format!("{}{special}{}", "a".repeat(before), "b".repeat(40));
            assert_same(&text);
            assert_same(&text[..text.len() - 40]);
        }
        assert_same(&String::from_iter([special; 100]));
        assert_same(&special);
    }
    assert_same("");
}

struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

const TEXT: &str = "a \"text\"\n\u{e9}\\";

#[derive(Serialize)]
struct Unit;

#[derive(Serialize)]
struct Newtype<T>(T);

#[derive(Serialize)]
struct Pair<'a>(&'a str, Option<&'a str>);

#[derive(Serialize)]
enum Shape<'a> {
    Unit,
    Newtype(&'a str),
    Tuple(&'a str, u8),
    Struct { text: &'a str, none: Option<&'a str> },
}

#[derive(Serialize)]
#[serde(rename = "$named")]
struct Named<'a> {
    text: &'a str,
    bytes: Bytes<'a>,
    inner: Vec<Newtype<&'a str>>,
}

#[derive(Serialize)]
struct All<'a> {
    unit: Unit,
    newtype: Newtype<&'a str>,
    pair: Pair<'a>,
    shapes: [Shape<'a>; 4],
    tuple: (&'a str, (), char, bool),
    bytes: Bytes<'a>,
    shown: Shown<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<&'a str>,
    named: Named<'a>,
    wide: (u128, i128, u64, i64, u8, i8),
    floats: (f64, f32, f64),
    nested: Vec<Vec<Option<&'a str>>>,
    #[serde(flatten)]
    flat: BTreeMap<&'a str, Option<Newtype<&'a str>>>,
}

#[test]
fn each_form_of_a_value() {
    assert_same(&All {
        unit: Unit,
        newtype: Newtype(TEXT),
        pair: Pair(TEXT, Some(TEXT)),
        shapes: [
            Shape::Unit,
            Shape::Newtype(TEXT),
            Shape::Tuple(TEXT, 7),
            Shape::Struct { text: TEXT, none: None },
        ],
        tuple: (TEXT, (), '"', true),
        bytes: Bytes(TEXT.as_bytes()),
        shown: Shown(TEXT),
        skipped: None,
        named: Named { text: TEXT, bytes: Bytes(&[0xff, 0]), inner: vec![Newtype(TEXT)] },
        wide: (u128::MAX, i128::MIN, u64::MAX, i64::MIN, u8::MAX, i8::MIN),
        floats: (0.1, 1e30, f64::NAN),
        nested: vec![vec![], vec![Some(TEXT), None]],
        flat: BTreeMap::from([(TEXT, Some(Newtype(TEXT))), ("", None)]),
    });
}

#[test]
fn keys_become_texts() {
    assert_same(&BTreeMap::from([(7, "seven"), (-1, TEXT)]));
    assert_same(&BTreeMap::from([('"', Newtype(TEXT))]));
}

/// serde_json asks for the text of such a value as it is.
#[test]
fn raw_json_stays_raw() {
    let raw = RawValue::from_string(r#"{"raw": [1, "\u0041 \"text\""]}"#.to_owned()).unwrap();
    assert_same(&raw);
    assert_same(&(TEXT, vec![&raw], BTreeMap::from([(TEXT, Newtype(&*raw))])));
    assert_same(&serde_json::from_str::<Value>("[1, 1.5, 123456789012345678901234567890, 1e400]").ok());
}

#[test]
fn what_has_no_json_is_serde_jsons_error() {
    let value = BTreeMap::from([((1, 2), "no key")]);
    let error = append(&mut Vec::new(), &value).unwrap_err();
    assert_eq!(error.to_string(), serde_json::to_string(&value).unwrap_err().to_string());
}

fn value() -> impl Strategy<Value = Value> {
    let text = any::<String>().prop_map(Value::from);
    let leaf = prop_oneof![
        3 => text,
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(|float| Number::from_f64(float).map_or(Value::Null, Value::from)),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_full_of_escapes(text in "[a\"\\\\\n\u{1}\u{7f}\u{e9}]{0,200}") {
        assert_same(&text);
    }

    #[test]
    fn any_value(value in value()) {
        assert_same(&value);
    }
}
