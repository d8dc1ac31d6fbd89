//! The numbers in the files of a network, all little-endian.

use half::{bf16, f16};

/// 32-bit numbers.
pub(crate) fn float32(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&number| f32::from_le_bytes(number)).collect()
}

/// 16-bit numbers with 5 bits of exponent (IEEE 754), widened.
pub(crate) fn float16(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&number| f16::from_le_bytes(number).to_f32()).collect()
}

/// 16-bit numbers with the 8 bits of exponent of a 32-bit number, widened.
pub(crate) fn bfloat16(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&number| bf16::from_le_bytes(number).to_f32()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers_are_widened_without_loss() {
        // 1, -2, the largest, the smallest above 0, and infinity.
        let bytes = [0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x7c];
        assert_eq!(float16(&bytes), [1.0, -2.0, 65504.0, 2f32.powi(-24), f32::INFINITY]);
        assert_eq!(bfloat16(&[0x80, 0x3f, 0x49, 0xc0]), [1.0, -3.140_625]);
        assert_eq!(float32(&[0, 0, 0x80, 0x3f]), [1.0]);
    }
}
