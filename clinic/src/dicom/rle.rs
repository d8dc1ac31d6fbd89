//! Runs of equal bytes (DICOM PS3.5, annex G): a segment for each byte of each sample, the highest byte first.

use crate::DAMAGED;

/// Where the first segment may begin: 16 numbers of 4 bytes stand before it.
const HEADER: usize = 64;

/// The bytes of each segment, `length` of each.
pub(crate) fn segments(stream: &[u8], count: usize, length: usize) -> Result<Vec<Vec<u8>>, String> {
    let number = |index: usize| {
        let four = stream.get(index * 4..index * 4 + 4).ok_or(DAMAGED)?;
        Ok::<_, String>(u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize)
    };
    if number(0)? != count || count > 15 {
        return Err(DAMAGED.into());
    }
    let segment = |index: usize| {
        let start = number(index)?;
        let end = if index == count { stream.len() } else { number(index + 1)? };
        let packed = stream.get(start..end).filter(|_| start >= HEADER).ok_or(DAMAGED)?;
        unpacked(packed, length)
    };
    (1..=count).map(segment).collect()
}

/// `length` bytes: each run begins with how many bytes follow, or how often the next one is repeated.
fn unpacked(mut packed: &[u8], length: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(length.min(packed.len() * 64)); // two bytes are repeated at most 128 times
    while bytes.len() < length {
        let (&first, rest) = packed.split_first().ok_or(DAMAGED)?;
        packed = rest;
        match usize::from(first) {
            more @ ..128 => {
                let (copied, rest) = packed.split_at_checked(more + 1).ok_or(DAMAGED)?;
                bytes.extend_from_slice(copied);
                packed = rest;
            }
            128 => {}
            more => {
                let (&repeated, rest) = packed.split_first().ok_or(DAMAGED)?;
                bytes.resize(bytes.len() + 257 - more, repeated);
                packed = rest;
            }
        }
    }
    bytes.truncate(length);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stream of these segments.
    fn packed(segments: &[&[u8]]) -> Vec<u8> {
        let starts = segments.iter().scan(HEADER, |at, segment| {
            *at += segment.len();
            Some(*at - segment.len())
        });
        let mut stream: Vec<u8> =
            std::iter::once(segments.len()).chain(starts).flat_map(|n| (n as u32).to_le_bytes()).collect();
        stream.resize(HEADER, 0);
        stream.extend(segments.concat());
        stream
    }

    #[test]
    fn runs_and_copies_are_unpacked() {
        let stream = packed(&[&[0xfe, 7, 1, 8, 9], &[128, 4, 1, 2, 3, 4, 5, 0]]);
        assert_eq!(segments(&stream, 2, 5).unwrap(), [vec![7, 7, 7, 8, 9], vec![1, 2, 3, 4, 5]]);
    }

    #[test]
    fn what_is_cut_off_or_counted_wrongly_is_refused() {
        let stream = packed(&[&[0xfe, 7]]);
        assert_eq!(segments(&stream, 1, 3).unwrap(), [vec![7; 3]]);
        for (stream, count, length) in
            [(&stream[..], 1, 4), (&stream[..65], 1, 3), (&stream[..], 2, 3), (&[1, 0], 1, 1)]
        {
            assert_eq!(segments(stream, count, length).unwrap_err(), DAMAGED);
        }
    }
}
