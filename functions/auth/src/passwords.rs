//! Hashing passwords with Argon2id (RFC 9106).

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, Params, PasswordHash};
use campus_core::domain::{Password, PasswordAttempt};
use campus_core::http::{Code, Problem};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Hashes and verifies passwords.
///
/// The parameters are the defaults of the `argon2` crate: Argon2id, 19 MiB, two passes, one lane. The OWASP Password
/// Storage Cheat Sheet recommends them. Hashing runs on blocking threads, so that it does not delay other requests, and
/// at most once per processor at the same time, because each hash occupies a processor and 19 MiB.
#[derive(Clone)]
pub(crate) struct PasswordHasher {
    permits: Arc<Semaphore>,
}

/// A hash that no password matches. An unknown login id is verified against it, so that the response takes the same
/// time as for a known login id.
const DUMMY_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Y2FtcHVzLW5vYm9keXMtcHc$w9Z1RV5gXDgYcN1p8m2YyYw0n0tR6KX0o0l2e1rA9xA";

impl Default for PasswordHasher {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { permits: Arc::new(Semaphore::new(processors)) }
    }
}

impl PasswordHasher {
    /// Hashes a new password. The hash includes the salt and the parameters, in the PHC string format.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, Problem> {
        self.hash_bytes(password.as_bytes().to_vec()).await
    }

    /// Hashes a password that was just verified.
    pub(crate) async fn rehash(&self, password: PasswordAttempt) -> Result<String, Problem> {
        self.hash_bytes(password.as_bytes().to_vec()).await
    }

    /// Whether the hash used another algorithm, less memory or fewer passes than a new hash would.
    pub(crate) fn is_outdated(&self, hash: &str) -> bool {
        let hash = PasswordHash::new(hash).ok().filter(|hash| hash.algorithm.as_str() == "argon2id");
        let (params, current) = (hash.and_then(|hash| Params::try_from(&hash).ok()), Params::default());
        params.is_none_or(|params| params.m_cost() < current.m_cost() || params.t_cost() < current.t_cost())
    }

    /// Whether the password matches the hash. Without a hash, the result is false, after the same work.
    pub(crate) async fn verify(&self, attempt: PasswordAttempt, hash: Option<String>) -> Result<bool, Problem> {
        let exists = hash.is_some();
        let matches = self
            .compute(move || {
                let hash = PasswordHash::new(hash.as_deref().unwrap_or(DUMMY_HASH));
                hash.is_ok_and(|hash| Argon2::default().verify_password(attempt.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(exists && matches)
    }

    async fn hash_bytes(&self, password: Vec<u8>) -> Result<String, Problem> {
        let hash =
            self.compute(move || Argon2::default().hash_password(&password).map(|hash| hash.to_string())).await?;
        hash.map_err(|error| {
            tracing::error!(%error, "cannot hash a password");
            Code::Internal.into()
        })
    }

    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let permit = self.permits.clone().acquire_owned().await;
        let span = tracing::debug_span!("argon2");
        let result = spawn_blocking(move || {
            // The thread holds the permit until the work is done, even if the request is cancelled before.
            let _permit = permit;
            span.in_scope(work)
        })
        .await;
        result.or(Err(Code::Internal.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verifying_against_the_dummy_hash_takes_the_same_work_as_against_a_real_hash() {
        let dummy = PasswordHash::new(DUMMY_HASH).unwrap();
        let real = Argon2::default().hash_password(b"otter juggles 9 stones").unwrap();
        assert_eq!(dummy.algorithm, real.algorithm);
        assert_eq!(dummy.version, real.version);
        assert_eq!(dummy.params.to_string(), real.params.to_string());
        let size = |hash: &PasswordHash| hash.hash.as_ref().unwrap().as_bytes().len();
        assert_eq!(size(&dummy), real.hash.as_ref().unwrap().as_bytes().len());
    }

    #[test]
    fn a_hash_with_less_memory_fewer_passes_or_another_algorithm_is_outdated() {
        let hasher = PasswordHasher::default();
        let hash_with = |algorithm, memory, passes| {
            let params = Params::new(memory, passes, 1, None).unwrap();
            let argon2 = Argon2::new(algorithm, argon2::Version::V0x13, params);
            argon2.hash_password(b"otter juggles 9 stones").unwrap().to_string()
        };
        let id = argon2::Algorithm::Argon2id;
        assert!(!hasher.is_outdated(&hash_with(id, 19_456, 2)), "current parameters");
        assert!(!hasher.is_outdated(&hash_with(id, 19_457, 3)), "more work");
        assert!(hasher.is_outdated(&hash_with(id, 19_455, 2)));
        assert!(hasher.is_outdated(&hash_with(id, 19_456, 1)));
        assert!(hasher.is_outdated(&hash_with(argon2::Algorithm::Argon2i, 19_456, 2)));
        assert!(hasher.is_outdated("no hash"));
    }
}
