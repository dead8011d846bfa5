//! What a browser does with a message (RFC 8291, RFC 8188). It shares no code with the encryption, so that each checks the
//! other.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::rand;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::SubscriptionKeys;

const SALT_LEN: usize = 16;
const POINT_LEN: usize = 65;

/// The keys of a browser for a subscription.
pub(super) struct BrowserKeys {
    private: PrivateKey,
    /// The public key, as a point.
    point: Vec<u8>,
    auth: [u8; 16],
}

impl BrowserKeys {
    pub(super) fn generate() -> Result<Self, Unspecified> {
        let mut auth = [0; 16];
        rand::fill(&mut auth)?;
        Self::new(PrivateKey::generate(&ECDH_P256)?, auth)
    }

    fn new(private: PrivateKey, auth: [u8; 16]) -> Result<Self, Unspecified> {
        let point = private.compute_public_key()?.as_ref().to_vec();
        Ok(Self { private, point, auth })
    }

    /// The public half.
    pub(super) fn public(&self) -> SubscriptionKeys {
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        SubscriptionKeys { p256dh: encode(&self.point), auth: encode(&self.auth) }
    }

    /// Decrypts a message, and removes its padding. `None` if it is not a message for this subscription.
    pub(super) fn decrypt(&self, body: &[u8]) -> Option<String> {
        let (salt, rest) = body.split_at_checked(SALT_LEN)?;
        let (record_size, rest) = rest.split_first_chunk::<4>()?;
        let (key_len, rest) = rest.split_first()?;
        let (sender, record) = rest.split_at_checked(usize::from(*key_len))?;
        // Push services require a single record.
        if sender.len() != POINT_LEN || record.len() > usize::try_from(u32::from_be_bytes(*record_size)).ok()? {
            return None;
        }
        let info = [b"WebPush: info\0".as_slice(), &self.point, sender];
        let peer = UnparsedPublicKey::new(&ECDH_P256, sender);
        let secret = agree(&self.private, peer, Unspecified, |shared| expand(&self.auth, shared, &info)).ok()?;
        let key = expand(salt, &secret, &[b"Content-Encoding: aes128gcm\0"]).ok()?;
        let nonce = expand(salt, &secret, &[b"Content-Encoding: nonce\0"]).ok()?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key.get(..16)?).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(nonce.get(..12)?).ok()?;
        let mut record = record.to_vec();
        let padded = key.open_in_place(nonce, Aad::empty(), &mut record).ok()?;
        // The last byte that is not 0 ends the text. In the last record it is 2.
        let end = padded.iter().rposition(|byte| *byte != 0).filter(|end| padded.get(*end) == Some(&2))?;
        String::from_utf8(padded.get(..end)?.to_vec()).ok()
    }
}

/// HKDF with SHA-256. Shorter keys are the beginning of these 32 bytes.
fn expand(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Result<[u8; 32], Unspecified> {
    let mut key = [0; 32];
    Salt::new(HKDF_SHA256, salt).extract(secret).expand(info, HKDF_SHA256)?.fill(&mut key)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 8291 §5.
    #[test]
    fn the_example_of_the_rfc_is_decrypted() {
        let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        let private = decode("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94");
        let auth = decode("BTBZMqHH6r4Tts7J_aSIgg").try_into().unwrap();
        let keys = BrowserKeys::new(PrivateKey::from_private_key(&ECDH_P256, &private).unwrap(), auth).unwrap();
        let mut body = decode(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru\
             3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
        );
        assert_eq!(keys.decrypt(&body).as_deref(), Some("When I grow up, I want to be a watermelon"));
        assert_eq!(BrowserKeys::generate().unwrap().decrypt(&body), None);
        for length in 0..body.len() {
            assert_eq!(keys.decrypt(&body[..length]), None, "{length}");
        }
        let last = body.len() - 1;
        body[last] ^= 1;
        assert_eq!(keys.decrypt(&body), None);
    }
}
