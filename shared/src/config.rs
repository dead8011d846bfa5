//! What a function is told by its environment.

use std::env;

use crate::store::Limits;

/// The settings of a function on AWS. `template.yaml` sets them.
#[derive(Clone, Debug)]
pub struct Config {
    /// `CAMPUS_TABLE`: the name of the table.
    pub table: String,
    /// `CAMPUS_ISSUER`: who issues access tokens; differs from stage to stage.
    pub issuer: String,
    /// `CAMPUS_VERIFICATION_KEYS`: the public keys that check access tokens, a JSON Web Key Set.
    pub verification_keys: String,
    /// `CAMPUS_LIMITS`: how often things may be done. The defaults where it is not set; `off` for none; or a JSON
    /// object of what differs from the defaults, such as `{"posts_per_user": {"max": 30}}`.
    pub limits: Option<Limits>,
}

/// What is wrong with the environment.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A variable is not set.
    #[error("the environment variable {0} is not set")]
    Unset(&'static str),
    /// The limits are none.
    #[error("the environment variable CAMPUS_LIMITS has no limits: {0}")]
    Limits(#[from] serde_json::Error),
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// The first variable that is not set or cannot be understood.
    pub fn from_env() -> Result<Self, ConfigError> {
        let read = |name| env::var(name).or(Err(ConfigError::Unset(name)));
        let limits = match env::var_os("CAMPUS_LIMITS") {
            Some(limits) => Limits::parse(&limits.to_string_lossy())?,
            None => Some(Limits::default()),
        };
        Ok(Self {
            table: read("CAMPUS_TABLE")?,
            issuer: read("CAMPUS_ISSUER")?,
            verification_keys: read("CAMPUS_VERIFICATION_KEYS")?,
            limits,
        })
    }
}
