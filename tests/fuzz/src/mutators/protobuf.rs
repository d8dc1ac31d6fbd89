//! Changes a message of Protocol Buffers in one field and writes the lengths of all that hold it anew.

use super::{Random, bytes, random};

/// A field as it stands in the message: its number and type, and what it holds.
struct Field<'a> {
    key: u64,
    value: Value<'a>,
}

#[derive(Clone, Copy)]
enum Value<'a> {
    Number(u64),
    /// Of 4 or 8 bytes.
    Fixed(&'a [u8]),
    /// A text, numbers, or a message.
    Bytes(&'a [u8]),
}

/// One change of a field, however deep it stands.
pub fn protobuf(message: &[u8], seed: u32) -> Option<Vec<u8>> {
    changed(message, &mut random(seed))
}

fn changed(message: &[u8], random: &mut impl Random) -> Option<Vec<u8>> {
    let fields = fields(message)?;
    if fields.is_empty() {
        return None;
    }
    let (at, change) = (random(fields.len()), random(10));
    let mut written = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        match (index == at, change) {
            (false, _) => write(&mut written, field),
            (true, 0) => {}
            (true, 1) => (0..2).for_each(|_| write(&mut written, field)),
            (true, 2) => write(&mut written, &Field { key: field.key ^ 8 << random(4), value: field.value }),
            (true, _) => replace(&mut written, field, random),
        }
    }
    Some(written)
}

fn replace(written: &mut Vec<u8>, field: &Field<'_>, random: &mut impl Random) {
    let content;
    let value = match field.value {
        Value::Number(_) => Value::Number([0, 1, 7, 1 << 31, u64::MAX, random(100) as u64][random(6)]),
        Value::Fixed(bytes) => {
            content = vec![[0, 0xff, 0x7f, 0x80][random(4)]; bytes.len()];
            Value::Fixed(&content)
        }
        Value::Bytes(inner) => {
            // Three of four go on into what can be read as a message.
            let deeper = (random(4) > 0).then(|| changed(inner, random)).flatten();
            content = deeper.unwrap_or_else(|| bytes(inner));
            Value::Bytes(&content)
        }
    };
    write(written, &Field { key: field.key, value });
}

/// The fields of a message, if the bytes are one to their end.
fn fields(mut message: &[u8]) -> Option<Vec<Field<'_>>> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let key = number(&mut message)?;
        let value = match key & 7 {
            0 => Value::Number(number(&mut message)?),
            1 => Value::Fixed(message.split_off(..8)?),
            2 => {
                let length = usize::try_from(number(&mut message)?).ok()?;
                Value::Bytes(message.split_off(..length)?)
            }
            5 => Value::Fixed(message.split_off(..4)?),
            _ => return None,
        };
        fields.push(Field { key, value });
    }
    Some(fields)
}

/// A number in groups of seven bits, the lowest first.
fn number(message: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *message.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

fn write(written: &mut Vec<u8>, field: &Field<'_>) {
    write_number(written, field.key);
    match field.value {
        Value::Number(number) => write_number(written, number),
        Value::Fixed(bytes) => written.extend(bytes),
        Value::Bytes(bytes) => {
            write_number(written, bytes.len() as u64);
            written.extend(bytes);
        }
    }
}

fn write_number(written: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        written.push(number as u8 | 0x80);
        number >>= 7;
    }
    written.push(number as u8);
}
