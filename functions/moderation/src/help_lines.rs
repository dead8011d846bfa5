//! Help lines, which the response to a report of self-harm shows.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A help line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HelpLine {
    #[schema(example = "자살예방상담전화")]
    name: String,
    #[schema(example = "109")]
    phone: String,
}

/// The help lines of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpLines(pub(crate) Vec<HelpLine>);

/// `CAMPUS_HELP_LINES` is not a list of help lines.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable CAMPUS_HELP_LINES is invalid: {0}")]
pub struct HelpLinesError(#[from] serde_json::Error);

impl HelpLines {
    /// `CAMPUS_HELP_LINES`: a JSON list such as `[{"name": "자살예방상담전화", "phone": "109"}]`. If the variable is not set,
    /// the defaults apply.
    ///
    /// # Errors
    /// [`HelpLinesError`].
    pub fn from_env() -> Result<Self, HelpLinesError> {
        match std::env::var_os("CAMPUS_HELP_LINES") {
            Some(lines) => Self::parse(&lines.to_string_lossy()),
            None => Ok(Self::default()),
        }
    }

    fn parse(text: &str) -> Result<Self, HelpLinesError> {
        Ok(Self(serde_json::from_str(text)?))
    }
}

impl Default for HelpLines {
    /// The national lines of Korea for suicide prevention and mental health.
    fn default() -> Self {
        let line = |name: &str, phone: &str| HelpLine { name: name.to_owned(), phone: phone.to_owned() };
        Self(vec![line("자살예방상담전화", "109"), line("정신건강상담전화", "1577-0199")])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_lines_are_a_list_of_names_and_numbers() {
        let text = r#"[{"name": "학생상담센터", "phone": "02-123-4567"}]"#;
        assert_eq!(HelpLines::parse(text).unwrap().0.len(), 1);
        for wrong in ["", "{}", r#"[{"name": "x"}]"#, r#"[{"name": "x", "phone": "1", "url": "y"}]"#] {
            assert!(HelpLines::parse(wrong).is_err(), "{wrong}");
        }
    }
}
