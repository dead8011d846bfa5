//! Hashing passwords with Argon2id (RFC 9106).

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, Params, PasswordHash};
use campus_core::domain::{Password, PasswordAttempt};
use campus_core::http::{Code, Problem};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Hashes and checks passwords by what the library has as its default: Argon2id, 19 MiB, two passes, one lane, the first
/// choice of the OWASP Password Storage Cheat Sheet. It is done away from the threads that answer requests, and no more
/// often at once than there are processors: each hash takes its memory and a processor for itself.
#[derive(Clone)]
pub(crate) struct Passwords {
    processors: Arc<Semaphore>,
}

/// The hash of a password that nobody has. What is checked against it takes the time of a real check, so that an
/// answer does not tell whether a login id exists.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Y2FtcHVzLW5vYm9keXMtcHc$w9Z1RV5gXDgYcN1p8m2YyYw0n0tR6KX0o0l2e1rA9xA";

impl Default for Passwords {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { processors: Arc::new(Semaphore::new(processors)) }
    }
}

impl Passwords {
    /// The hash of a new password, with its salt and parameters, in PHC form.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, Problem> {
        self.hash_bytes(password.as_bytes().to_vec()).await
    }

    /// The hash of a password that was just shown to be right.
    pub(crate) async fn rehash(&self, password: PasswordAttempt) -> Result<String, Problem> {
        self.hash_bytes(password.as_bytes().to_vec()).await
    }

    /// Whether the hash was made with less work than those of today, or by another algorithm.
    pub(crate) fn is_outdated(&self, hash: &str) -> bool {
        let hash = PasswordHash::new(hash).ok().filter(|hash| hash.algorithm.as_str() == "argon2id");
        let (params, today) = (hash.and_then(|hash| Params::try_from(&hash).ok()), Params::default());
        params.is_none_or(|params| params.m_cost() < today.m_cost() || params.t_cost() < today.t_cost())
    }

    /// Whether the attempt is the password of this hash. Without a hash it never is, after the same work.
    pub(crate) async fn verify(&self, attempt: PasswordAttempt, hash: Option<String>) -> Result<bool, Problem> {
        let exists = hash.is_some();
        let matches = self
            .compute(move || {
                let hash = PasswordHash::new(hash.as_deref().unwrap_or(NOBODYS));
                hash.is_ok_and(|hash| Argon2::default().verify_password(attempt.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(exists && matches)
    }

    async fn hash_bytes(&self, password: Vec<u8>) -> Result<String, Problem> {
        let hash =
            self.compute(move || Argon2::default().hash_password(&password).map(|hash| hash.to_string())).await?;
        hash.map_err(|error| {
            tracing::error!(%error, "a password cannot be hashed");
            Code::Internal.into()
        })
    }

    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let processor = self.processors.clone().acquire_owned().await;
        let span = tracing::debug_span!("argon2");
        let result = spawn_blocking(move || {
            // Kept until the work is done, though the request may be given up before.
            let _processor = processor;
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
    fn checking_nobodys_password_is_the_work_of_checking_anybodys() {
        let nobodys = PasswordHash::new(NOBODYS).unwrap();
        let anybodys = Argon2::default().hash_password(b"otter juggles 9 stones").unwrap();
        assert_eq!(nobodys.algorithm, anybodys.algorithm);
        assert_eq!(nobodys.version, anybodys.version);
        assert_eq!(nobodys.params.to_string(), anybodys.params.to_string());
        let size = |hash: &PasswordHash| hash.hash.as_ref().unwrap().as_bytes().len();
        assert_eq!(size(&nobodys), anybodys.hash.as_ref().unwrap().as_bytes().len());
    }

    #[test]
    fn a_hash_is_outdated_that_took_less_memory_fewer_passes_or_another_algorithm() {
        let passwords = Passwords::default();
        let hash_by = |algorithm, memory, passes| {
            let params = Params::new(memory, passes, 1, None).unwrap();
            let argon2 = Argon2::new(algorithm, argon2::Version::V0x13, params);
            argon2.hash_password(b"otter juggles 9 stones").unwrap().to_string()
        };
        let id = argon2::Algorithm::Argon2id;
        assert!(!passwords.is_outdated(&hash_by(id, 19_456, 2)), "today's");
        assert!(!passwords.is_outdated(&hash_by(id, 19_457, 3)), "of more work");
        assert!(passwords.is_outdated(&hash_by(id, 19_455, 2)));
        assert!(passwords.is_outdated(&hash_by(id, 19_456, 1)));
        assert!(passwords.is_outdated(&hash_by(argon2::Algorithm::Argon2i, 19_456, 2)));
        assert!(passwords.is_outdated("no hash"));
    }
}
