//! What a function is told by its environment.

use std::env;

/// The settings of a function on AWS. `template.yaml` sets them.
#[derive(Clone, Debug)]
pub struct Config {
    /// `CAMPUS_TABLE`: the name of the table.
    pub table: String,
    /// `CAMPUS_ISSUER`: who issues access tokens; differs from stage to stage.
    pub issuer: String,
    /// `CAMPUS_VERIFICATION_KEYS`: the public keys that check access tokens, a JSON Web Key Set.
    pub verification_keys: String,
}

/// A variable that is not set.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is not set")]
pub struct Unset(&'static str);

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// The first variable that is not set.
    pub fn from_env() -> Result<Self, Unset> {
        let read = |name| env::var(name).or(Err(Unset(name)));
        Ok(Self {
            table: read("CAMPUS_TABLE")?,
            issuer: read("CAMPUS_ISSUER")?,
            verification_keys: read("CAMPUS_VERIFICATION_KEYS")?,
        })
    }
}
