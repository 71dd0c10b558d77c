//! Reading and writing the protobuf wire format, record by record.

use prost::encoding::{decode_varint, encode_varint};

/// Bytes that are not a protobuf message.
#[derive(Debug, thiserror::Error)]
#[error("not a protobuf message")]
pub struct Malformed;

/// One field's value as it stands on the wire.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    Fixed32(u32),
}

impl<'a> Value<'a> {
    pub fn bytes(self) -> Result<&'a [u8], Malformed> {
        match self {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(Malformed),
        }
    }

    pub fn text(self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed)
    }

    pub fn varint(self) -> Result<u64, Malformed> {
        match self {
            Value::Varint(number) => Ok(number),
            _ => Err(Malformed),
        }
    }
}

/// A field's number, its value, and the bytes of both.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    pub number: u32,
    pub value: Value<'a>,
    pub raw: &'a [u8],
}

/// The records of a message, in the order of the wire.
pub struct Records<'a> {
    rest: &'a [u8],
}

pub fn records(message: &[u8]) -> Records<'_> {
    Records { rest: message }
}

/// The records sorted by field number; those of one field keep their order. Encoders write them so; others may not.
pub fn sorted(message: &[u8]) -> Result<Vec<Record<'_>>, Malformed> {
    // Few records are shorter than 4 bytes, and few messages have more than 48: grown by doubling, it would move four times.
    let mut all = Vec::with_capacity((message.len() / 4).min(48));
    for record in records(message) {
        all.push(record?);
    }
    if !all.is_sorted_by_key(|record| record.number) {
        all.sort_by_key(|record| record.number);
    }
    Ok(all)
}

impl<'a> Records<'a> {
    fn read(&mut self) -> Result<Record<'a>, Malformed> {
        let start = self.rest;
        let mut rest = self.rest;
        let key = decode_varint(&mut rest).map_err(|_| Malformed)?;
        let number = u32::try_from(key >> 3).map_err(|_| Malformed)?;
        let value = match key & 7 {
            0 => Value::Varint(decode_varint(&mut rest).map_err(|_| Malformed)?),
            1 => Value::Fixed64(u64::from_le_bytes(take(&mut rest, 8)?.try_into().map_err(|_| Malformed)?)),
            2 => {
                let length = decode_varint(&mut rest).map_err(|_| Malformed)?;
                Value::Bytes(take(&mut rest, usize::try_from(length).map_err(|_| Malformed)?)?)
            }
            5 => Value::Fixed32(u32::from_le_bytes(take(&mut rest, 4)?.try_into().map_err(|_| Malformed)?)),
            _ => return Err(Malformed),
        };
        self.rest = rest;
        Ok(Record { number, value, raw: &start[..start.len() - rest.len()] })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let record = self.read();
        if record.is_err() {
            self.rest = &[];
        }
        Some(record)
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], Malformed> {
    let (head, tail) = rest.split_at_checked(length).ok_or(Malformed)?;
    *rest = tail;
    Ok(head)
}

pub fn put_varint(number: u32, value: u64, out: &mut Vec<u8>) {
    encode_varint(u64::from(number) << 3, out);
    encode_varint(value, out);
}

pub fn put_fixed64(number: u32, value: u64, out: &mut Vec<u8>) {
    encode_varint(u64::from(number) << 3 | 1, out);
    out.extend_from_slice(&value.to_le_bytes());
}

pub fn put_fixed32(number: u32, value: u32, out: &mut Vec<u8>) {
    encode_varint(u64::from(number) << 3 | 5, out);
    out.extend_from_slice(&value.to_le_bytes());
}

pub fn put_bytes(number: u32, value: &[u8], out: &mut Vec<u8>) {
    encode_varint(u64::from(number) << 3 | 2, out);
    encode_varint(value.len() as u64, out);
    out.extend_from_slice(value);
}
