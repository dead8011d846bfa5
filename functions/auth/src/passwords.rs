//! Hashing passwords with Argon2id (RFC 9106).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Params, PasswordHash};
use campus_core::domain::{Password, PasswordAttempt};
use campus_core::http::{Code, Problem};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::argon2id::Argon2id;

/// Hashes and checks passwords, away from the threads that answer requests, and no more at once than there are
/// processors: each takes 19 MiB and a processor for itself. Who waits is given the memory of whoever is done; when nobody
/// does, it goes back to the system.
#[derive(Clone)]
pub(crate) struct Passwords {
    processors: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Argon2id>>>,
}

/// The hash of a password that nobody has. What is checked against it takes the time of a real check, so that an
/// answer does not tell whether a login id exists.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Y2FtcHVzLW5vYm9keXMtcHc$w9Z1RV5gXDgYcN1p8m2YyYw0n0tR6KX0o0l2e1rA9xA";

impl Default for Passwords {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { processors: Arc::new(Semaphore::new(processors)), idle: Arc::default() }
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
        let (params, today) = (hash.and_then(|hash| Params::try_from(&hash).ok()), Argon2id::params());
        params.is_none_or(|params| params.m_cost() < today.m_cost() || params.t_cost() < today.t_cost())
    }

    /// Whether the attempt is the password of this hash. Without a hash it never is, after the same work.
    pub(crate) async fn verify(&self, attempt: PasswordAttempt, hash: Option<String>) -> Result<bool, Problem> {
        let exists = hash.is_some();
        let matches = self
            .compute(move |argon2id| {
                let hash = hash.as_deref().unwrap_or(NOBODYS);
                PasswordHash::new(hash).is_ok_and(|hash| argon2id.verify_password(attempt.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(exists && matches)
    }

    async fn hash_bytes(&self, password: Vec<u8>) -> Result<String, Problem> {
        let hash = self.compute(move |argon2id| argon2id.hash_password(&password).map(|hash| hash.to_string())).await?;
        hash.map_err(|error| {
            tracing::error!(%error, "a password cannot be hashed");
            Code::Internal.into()
        })
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2id) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let processor = self.processors.clone().acquire_owned().await;
        let span = tracing::debug_span!("argon2");
        let passwords = self.clone();
        let result = spawn_blocking(move || {
            let argon2id = passwords.idle().pop().unwrap_or_default();
            let result = span.in_scope(|| work(&argon2id));
            passwords.idle().push(argon2id);
            // Kept until the work is done, though the request may be given up before. It goes to who waits, if any does.
            drop(processor);
            if passwords.processors.available_permits() > 0 {
                passwords.idle().clear();
            }
            result
        })
        .await;
        result.or(Err(Code::Internal.into()))
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Argon2id>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checking_nobodys_password_is_the_work_of_checking_anybodys() {
        let nobodys = PasswordHash::new(NOBODYS).unwrap();
        let anybodys = Argon2id::default().hash_password(b"otter juggles 9 stones").unwrap();
        assert_eq!(nobodys.algorithm, anybodys.algorithm);
        assert_eq!(nobodys.version, anybodys.version);
        assert_eq!(nobodys.params.to_string(), anybodys.params.to_string());
        let size = |hash: &PasswordHash| hash.hash.as_ref().unwrap().as_bytes().len();
        assert_eq!(size(&nobodys), anybodys.hash.as_ref().unwrap().as_bytes().len());
    }

    #[tokio::test]
    async fn memory_goes_from_hash_to_hash_and_then_back_to_the_system() {
        let passwords = Passwords { processors: Arc::new(Semaphore::new(1)), idle: Arc::default() };
        let seen = |argon2id: &Argon2id| {
            let is_used = argon2id.has_memory();
            argon2id.hash_password_with_salt(b"otter juggles 9 stones", b"a salt of sixteen").unwrap();
            is_used
        };
        let (first, second) = tokio::join!(passwords.compute(seen), passwords.compute(seen));
        assert_eq!([first.unwrap(), second.unwrap()], [false, true]);
        assert!(passwords.idle().is_empty());
        assert!(!passwords.compute(seen).await.unwrap());
    }

    #[test]
    fn a_hash_is_outdated_that_took_less_memory_fewer_passes_or_another_algorithm() {
        let passwords = Passwords::default();
        let hash_by = |algorithm, memory, passes| {
            let params = Params::new(memory, passes, 1, None).unwrap();
            let argon2 = argon2::Argon2::new(algorithm, argon2::Version::V0x13, params);
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
