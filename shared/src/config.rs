//! The settings that a function reads from its environment variables.

use std::env;

use crate::store::Limits;

/// The settings of a function on AWS. `template.yaml` sets the variables.
#[derive(Clone, Debug)]
pub struct Config {
    /// `CAMPUS_TABLE`: the name of the DynamoDB table.
    pub table: String,
    /// `CAMPUS_ISSUER`: the `iss` claim of access tokens. It differs from stage to stage.
    pub issuer: String,
    /// `CAMPUS_VERIFICATION_KEYS`: the public keys that verify access tokens, as a JSON Web Key Set.
    pub verification_keys: String,
    /// `CAMPUS_LIMITS`: the rate limits. If the variable is not set, the defaults apply; `off` disables all limits. A
    /// JSON object such as `{"posts_per_user": {"max": 30}}` overrides some of the defaults.
    pub limits: Option<Limits>,
}

/// Why the environment is not a valid configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the environment variable {0} is not set")]
    Unset(&'static str),
    #[error("the environment variable CAMPUS_LIMITS is invalid: {0}")]
    Limits(#[from] serde_json::Error),
}

impl Config {
    /// Reads the environment variables.
    ///
    /// # Errors
    /// [`ConfigError`] for the first variable that is not set or invalid.
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
