//! Digests by which bytes are found again.

use sha2::{Digest, Sha256};

/// The SHA-256 digest of some bytes, as 64 hexadecimal digits.
///
/// ```
/// assert!(terminal::sha256(b"abc").starts_with("ba7816bf8f01cfea"));
/// ```
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
