//! Changes JSON in one place, so that it stays JSON: bytes alone hardly ever make another number of one.

use libfuzzer_sys::Corpus;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::{Random, random};

/// What is no JSON is tried, but nothing is made of it.
pub fn kept_if_json(bytes: &[u8]) -> Corpus {
    match serde_json::Deserializer::from_slice(bytes).into_iter::<IgnoredAny>().next() {
        Some(Ok(_)) => Corpus::Keep,
        _ => Corpus::Reject,
    }
}

/// One change of the JSON that these bytes begin with.
pub fn json_value(bytes: &[u8], seed: u32) -> Option<Vec<u8>> {
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
    let mut json = values.next()?.ok()?;
    let rest = &bytes[values.byte_offset()..];
    let mut random = random(seed);
    let count = count(&json);
    let donor = nth(&mut json, &mut random(count))?.clone();
    let place = nth(&mut json, &mut random(count))?;
    match place {
        Value::Array(items) if !items.is_empty() && random(2) == 0 => {
            let item = items.remove(random(items.len()));
            if random(2) == 0 {
                items.extend([item.clone(), item]);
            }
        }
        Value::Object(fields) if !fields.is_empty() && random(2) == 0 => {
            let name = fields.keys().nth(random(fields.len()))?.clone();
            fields.remove(&name);
        }
        place => *place = if random(4) == 0 { donor } else { edge(place, &mut random) },
    }
    Some([json.to_string().as_bytes(), rest].concat())
}

/// What a parser may not expect in the place of a value, mostly of the same kind.
fn edge(value: &Value, random: &mut impl Random) -> Value {
    let kind = match (value, random(4)) {
        (Value::Number(_), 1..) => 0,
        (Value::String(_), 1..) => 1,
        _ => random(5),
    };
    match (kind, random(3)) {
        (0, 0) => json!(random(70)),
        (0, 1) => json!([-1, 0, i128::from(u32::MAX), 1 << 53, i128::from(u64::MAX)][random(5)]),
        (0, _) => json!([u64::MAX as f64, f64::MAX, f64::MIN_POSITIVE, -0.0, 0.5, 1e-5][random(6)]),
        (1, _) => json!(["", "NaN", "inf", "a/b", "{", "{x:02d}", "ä🧠", "val_loss"][random(8)]),
        (2, _) => json!([]),
        (3, _) => json!({}),
        (_, 0) => json!(random(2) == 0),
        _ => Value::Null,
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// The value that comes `index`th in the text.
fn nth<'a>(value: &'a mut Value, index: &mut usize) -> Option<&'a mut Value> {
    if *index == 0 {
        return Some(value);
    }
    *index -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, index)),
        Value::Object(fields) => fields.values_mut().find_map(|field| nth(field, index)),
        _ => None,
    }
}
