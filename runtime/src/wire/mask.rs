//! Unmasking (RFC 6455, section 5.3).

/// Unmasks `payload` in place; masking is the same operation.
///
/// `key` belongs to the first byte of `payload`: for a later part of a frame, rotate it first, with
/// [`advance`].
pub(super) fn unmask(payload: &mut [u8], key: [u8; 4]) {
    // Words in native order on both sides: their bytes stay where they are, and the loop becomes vector code.
    let half = u64::from(u32::from_ne_bytes(key));
    let word = half | half << 32;
    let (words, tail) = payload.as_chunks_mut::<8>();
    for bytes in words {
        *bytes = (u64::from_ne_bytes(*bytes) ^ word).to_ne_bytes();
    }
    for (byte, key) in tail.iter_mut().zip(word.to_ne_bytes()) {
        *byte ^= key;
    }
}

/// Unmasks the last `len` bytes, where there is a key.
pub(super) fn unmask_end(bytes: &mut [u8], len: usize, key: Option<[u8; 4]>) {
    if let Some(key) = key {
        let start = bytes.len() - len;
        unmask(&mut bytes[start..], key);
    }
}

/// The key for what follows after `len` bytes of the payload.
pub(super) fn advance(mut key: [u8; 4], len: usize) -> [u8; 4] {
    key.rotate_left(len % 4);
    key
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{advance, unmask};

    /// Section 5.3, word for word: octet i of the payload with octet i modulo 4 of the key.
    fn naive(payload: &[u8], key: [u8; 4]) -> Vec<u8> {
        payload.iter().enumerate().map(|(i, byte)| byte ^ key[i % 4]).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

        #[test]
        fn equals_the_naive_loop_at_any_split_and_alignment(
            payload in proptest::collection::vec(any::<u8>(), 0..200),
            key: [u8; 4],
            split: prop::sample::Index,
            offset in 0_usize..8,
        ) {
            let mut bytes = vec![0; offset];
            bytes.extend_from_slice(&payload);
            let at = split.index(payload.len() + 1);
            let (front, back) = bytes[offset..].split_at_mut(at);
            unmask(front, key);
            unmask(back, advance(key, at));
            prop_assert_eq!(&bytes[offset..], naive(&payload, key));
        }
    }

    #[test]
    fn every_length_up_to_three_words() {
        for len in 0..=24 {
            let payload: Vec<u8> = (0..len).collect();
            let mut bytes = payload.clone();
            unmask(&mut bytes, [0x37, 0xfa, 0x21, 0x3d]);
            assert_eq!(bytes, naive(&payload, [0x37, 0xfa, 0x21, 0x3d]), "{len} bytes");
        }
    }
}
