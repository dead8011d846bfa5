//! Encryption of values that a client keeps and sends back, such as pagination cursors.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// Encrypts and decrypts texts with AES-256-GCM-SIV (RFC 8452), which stays secure even if a random nonce repeats. A
/// client can neither read nor change a sealed text.
#[derive(Debug)]
pub struct Sealer {
    key: LessSafeKey,
}

/// The size of the nonce and the authentication tag, in bytes.
const OVERHEAD: usize = NONCE_LEN + 16;

impl Sealer {
    /// Creates a sealer with a 256-bit key. `None` if the key has another length.
    pub fn new(key: &[u8]) -> Option<Self> {
        Some(Self { key: LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, key).ok()?) })
    }

    /// Encrypts a text. It can be opened only with the same context.
    pub fn seal(&self, context: &str, text: &str) -> String {
        let mut nonce = [0; NONCE_LEN];
        let mut bytes = text.as_bytes().to_vec();
        let sealed = rand::fill(&mut nonce).and_then(|()| {
            let aad = Aad::from(context.as_bytes());
            self.key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut bytes)
        });
        // This fails only if the random number generator fails. No context opens an empty text.
        if sealed.is_err() {
            return String::new();
        }
        BASE64_URL_SAFE_NO_PAD.encode([nonce.as_slice(), &bytes].concat())
    }

    /// Decrypts a text. `None` if it was altered, or sealed with another context or key.
    pub fn open(&self, context: &str, sealed: &str) -> Option<String> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok().filter(|bytes| bytes.len() >= OVERHEAD)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let text = self.key.open_in_place(nonce, Aad::from(context.as_bytes()), &mut sealed).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}
