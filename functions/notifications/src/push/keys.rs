//! The keys that sign messages to push services.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use campus_core::domain::ApplicationServerKey;
use campus_core::store::PushKey;

/// Generates a key pair on P-256.
///
/// # Errors
/// If the system's random number generator fails.
pub fn generate_push_key() -> Result<PushKey, Unspecified> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
    let public = ApplicationServerKey::of_point(pair.public_key().as_ref());
    Ok(PushKey { public, pkcs8: BASE64_STANDARD.encode(pair.to_pkcs8v1()?) })
}
