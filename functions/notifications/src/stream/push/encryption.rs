//! Encrypting a message for a browser (RFC 8291), so that the push service cannot read it.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::rand;
use campus_core::domain::{PushAuth, PushPublicKey, PushSubscription};

/// The length of every message before the encryption, in bytes, without the byte that begins the padding. Without padding,
/// the length would tell the push service what kind of notification it is.
const PADDED_LEN: usize = 255;

/// The record size in the header (RFC 8188 §2.1). A message is a single record, which must not be longer.
const RECORD_SIZE: u32 = 4096;

/// The byte after the text in the last record (RFC 8188 §2).
const LAST_RECORD: u8 = 2;

/// Why a message was not encrypted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EncryptionError {
    #[error("the message is longer than {PADDED_LEN} bytes")]
    TooLong,
    #[error("the key of the subscription is not valid, or the random number generator has failed")]
    Failed(#[from] Unspecified),
}

/// Encrypts a message for the subscription. All encrypted messages have the same length.
pub(crate) fn encrypt(subscription: &PushSubscription, text: &[u8]) -> Result<Vec<u8>, EncryptionError> {
    let padding = PADDED_LEN.checked_sub(text.len()).ok_or(EncryptionError::TooLong)?;
    let mut salt = [0; 16];
    rand::fill(&mut salt)?;
    let sender = PrivateKey::generate(&ECDH_P256)?;
    Ok(encrypt_with(&sender, salt, &subscription.p256dh, &subscription.auth, text, padding)?)
}

/// `sender` and `salt` must be used only once.
fn encrypt_with(
    sender: &PrivateKey,
    salt: [u8; 16],
    receiver: &PushPublicKey,
    auth: &PushAuth,
    text: &[u8],
    padding: usize,
) -> Result<Vec<u8>, Unspecified> {
    let (receiver, sender_point) = (receiver.to_bytes(), sender.compute_public_key()?);
    let info = [b"WebPush: info\0".as_slice(), &receiver, sender_point.as_ref()];
    let peer = UnparsedPublicKey::new(&ECDH_P256, &receiver);
    let secret = agree(sender, peer, Unspecified, |shared| derive::<32>(&auth.to_bytes(), shared, &info))?;
    let key = derive::<16>(&salt, &secret, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce = derive::<12>(&salt, &secret, &[b"Content-Encoding: nonce\0"])?;

    let mut record = [text, &[LAST_RECORD], &vec![0; padding]].concat();
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)?;

    let key_len = u8::try_from(sender_point.as_ref().len()).or(Err(Unspecified))?;
    Ok([&salt, RECORD_SIZE.to_be_bytes().as_slice(), &[key_len], sender_point.as_ref(), &record].concat())
}

/// HKDF with SHA-256 (RFC 5869). `N` is at most 32: shorter keys are the beginning of the longest.
fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    let mut key = [0; 32];
    Salt::new(HKDF_SHA256, salt).extract(secret).expand(info, HKDF_SHA256)?.fill(&mut key)?;
    key.first_chunk().copied().ok_or(Unspecified)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use campus_core::domain::Parse;

    use super::*;

    /// The example of RFC 8291 §5.
    #[test]
    fn the_example_of_the_rfc_is_encrypted() {
        let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        let sender = PrivateKey::from_private_key(&ECDH_P256, &decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
        let receiver = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let encrypted = encrypt_with(
            &sender.unwrap(),
            decode("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap(),
            &PushPublicKey::parse(receiver.to_owned()).unwrap(),
            &PushAuth::parse("BTBZMqHH6r4Tts7J_aSIgg".to_owned()).unwrap(),
            b"When I grow up, I want to be a watermelon",
            0,
        );
        assert_eq!(
            BASE64_URL_SAFE_NO_PAD.encode(encrypted.unwrap()),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl\
             7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }
}
