//! Argon2id (RFC 9106), in memory that goes back to the system.

use std::cell::Cell;

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::password_hash::{CustomizedPasswordHasher, Error, PasswordHasher, Result};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};

/// Argon2id, 19 MiB, two passes, one lane: the first choice of the OWASP Password Storage Cheat Sheet, and the
/// library's default.
///
/// The library would ask for these 19 MiB by itself. The C library keeps what is given back to it for each thread that
/// has ever hashed, which comes to hundreds of MiB, but not what is too large for that: so more is asked for, of which no
/// more is ever touched. One hash after the other may be made in the same memory.
#[derive(Default)]
pub(crate) struct Argon2id {
    memory: Cell<Vec<Block>>,
}

/// From how many blocks of 1 KiB on memory is mapped for the asking and unmapped at the end, whatever was asked for
/// before (mallopt(3), `DEFAULT_MMAP_THRESHOLD_MAX`: 32 MiB).
const MAPPED: usize = 33 * 1024;

impl Argon2id {
    /// How much work it is.
    pub(crate) fn params() -> Params {
        Params::default()
    }

    #[cfg(test)]
    pub(crate) fn has_memory(&self) -> bool {
        let memory = self.memory.take();
        let is_there = !memory.is_empty();
        self.memory.set(memory);
        is_there
    }

    fn take_memory(&self, blocks: usize) -> Vec<Block> {
        let mut memory = self.memory.take();
        if memory.len() < blocks {
            memory = Vec::with_capacity(blocks.max(MAPPED));
            memory.resize(blocks, Block::new());
        }
        memory
    }
}

impl PasswordHasher<PasswordHash> for Argon2id {
    fn hash_password_with_salt(&self, password: &[u8], salt: &[u8]) -> Result<PasswordHash> {
        self.hash_password_with_params(password, salt, Self::params())
    }
}

impl CustomizedPasswordHasher<PasswordHash> for Argon2id {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<u32>,
        params: Params,
    ) -> Result<PasswordHash> {
        let algorithm = algorithm.map(Algorithm::try_from).transpose()?.unwrap_or_default();
        let version = version.map(Version::try_from).transpose()?.unwrap_or_default();
        let salt = Salt::new(salt)?;
        let mut hash = [0; Output::MAX_LENGTH];
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let hash = hash.get_mut(..length).ok_or(Error::OutputSize)?;
        let mut memory = self.take_memory(params.block_count());
        let argon2 = Argon2::new(algorithm, version, params);
        argon2.hash_password_into_with_memory(password, &salt, hash, &mut memory)?;
        self.memory.set(memory);
        Ok(PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(argon2.params())?,
            salt: Some(salt),
            hash: Some(Output::new(hash)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use argon2::PasswordVerifier;

    use super::*;

    const PASSWORD: &[u8] = b"otter juggles 9 stones";

    #[test]
    fn a_hash_is_the_one_that_the_library_makes() {
        let salt = b"a salt of sixteen";
        let argon2id = Argon2id::default();
        argon2id.hash_password_with_salt(b"what was hashed before in the same memory", salt).unwrap();
        let hash = argon2id.hash_password_with_salt(PASSWORD, salt).unwrap();
        assert_eq!(hash, Argon2::default().hash_password_with_salt(PASSWORD, salt).unwrap());
        assert!(hash.to_string().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[test]
    fn what_was_hashed_in_another_way_is_checked_in_that_way() {
        let params = Params::new(64 * 1024, 1, 2, Some(24)).unwrap();
        let other = Argon2::new(Algorithm::Argon2i, Version::V0x10, params);
        let hash = other.hash_password_with_salt(PASSWORD, b"a salt of sixteen").unwrap();
        assert_eq!(Argon2id::default().verify_password(PASSWORD, &hash), Ok(()));
        assert_eq!(Argon2id::default().verify_password(b"otter juggles 8 stones", &hash), Err(Error::PasswordInvalid));
    }
}
