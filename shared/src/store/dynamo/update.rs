//! Update and condition expressions of DynamoDB, built with placeholders for names and values.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use super::error::Error;

/// Changes to one row, and the conditions for them. Several conditions must all hold. A path names an attribute, or a
/// value in nested maps: `["live", "<session>"]`.
#[derive(Default)]
pub(crate) struct RowUpdate {
    set: Vec<String>,
    remove: Vec<String>,
    conditions: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

/// The expressions in DynamoDB's syntax.
pub(crate) struct Expressions {
    pub(crate) update: String,
    pub(crate) condition: Option<String>,
    pub(crate) names: Option<HashMap<String, String>>,
    pub(crate) values: Option<HashMap<String, AttributeValue>>,
}

impl RowUpdate {
    /// An update with the condition that the row exists.
    pub(crate) fn of_existing() -> Self {
        Self { conditions: vec!["attribute_exists(pk)".to_owned()], ..Self::default() }
    }

    /// Sets an attribute.
    pub(crate) fn set(mut self, path: &[&str], value: impl Serialize) -> Result<Self, Error> {
        let (path, value) = (self.path(path), self.value(value)?);
        self.set.push(format!("{path} = {value}"));
        Ok(self)
    }

    /// Sets an attribute, unless it exists already.
    pub(crate) fn set_once(mut self, path: &[&str], value: impl Serialize) -> Result<Self, Error> {
        let (path, value) = (self.path(path), self.value(value)?);
        self.set.push(format!("{path} = if_not_exists({path}, {value})"));
        Ok(self)
    }

    /// Adds to a number. DynamoDB rejects the update if the attribute does not exist.
    pub(crate) fn add(mut self, path: &[&str], number: i64) -> Result<Self, Error> {
        let (path, number) = (self.path(path), self.value(number)?);
        self.set.push(format!("{path} = {path} + {number}"));
        Ok(self)
    }

    /// Adds to a number; a missing attribute counts as 0.
    pub(crate) fn add_from_zero(mut self, path: &[&str], number: i64) -> Result<Self, Error> {
        let (path, zero, number) = (self.path(path), self.value(0)?, self.value(number)?);
        self.set.push(format!("{path} = if_not_exists({path}, {zero}) + {number}"));
        Ok(self)
    }

    /// Removes an attribute, if it exists.
    pub(crate) fn remove(mut self, path: &[&str]) -> Self {
        let path = self.path(path);
        self.remove.push(path);
        self
    }

    /// Condition: the attribute has this value.
    pub(crate) fn if_equal(mut self, path: &[&str], value: impl Serialize) -> Result<Self, Error> {
        let (path, value) = (self.path(path), self.value(value)?);
        self.conditions.push(format!("{path} = {value}"));
        Ok(self)
    }

    /// Condition: the attribute does not exist, or has this value.
    pub(crate) fn if_absent_or_equal(mut self, path: &[&str], value: impl Serialize) -> Result<Self, Error> {
        let (path, value) = (self.path(path), self.value(value)?);
        self.conditions.push(format!("(attribute_not_exists({path}) OR {path} = {value})"));
        Ok(self)
    }

    /// Condition: the attribute is at most this number.
    pub(crate) fn if_at_most(mut self, path: &[&str], number: i64) -> Result<Self, Error> {
        let (path, number) = (self.path(path), self.value(number)?);
        self.conditions.push(format!("{path} <= {number}"));
        Ok(self)
    }

    /// Condition: the attribute is at least this number.
    pub(crate) fn if_at_least(mut self, path: &[&str], number: u32) -> Result<Self, Error> {
        let (path, number) = (self.path(path), self.value(number)?);
        self.conditions.push(format!("{path} >= {number}"));
        Ok(self)
    }

    /// Condition: the attribute does not exist, or is less than this number.
    pub(crate) fn if_absent_or_less(mut self, path: &[&str], number: u32) -> Result<Self, Error> {
        let (path, number) = (self.path(path), self.value(number)?);
        self.conditions.push(format!("(attribute_not_exists({path}) OR {path} < {number})"));
        Ok(self)
    }

    /// Condition: the attribute exists.
    pub(crate) fn if_present(mut self, path: &[&str]) -> Self {
        let path = self.path(path);
        self.conditions.push(format!("attribute_exists({path})"));
        self
    }

    /// Condition: the attribute does not exist.
    pub(crate) fn if_absent(mut self, path: &[&str]) -> Self {
        let path = self.path(path);
        self.conditions.push(format!("attribute_not_exists({path})"));
        self
    }

    pub(crate) fn into_expressions(self) -> Expressions {
        let clause = |word: &str, parts: &[String]| match parts {
            [] => String::new(),
            parts => format!("{word} {} ", parts.join(", ")),
        };
        Expressions {
            update: format!("{}{}", clause("SET", &self.set), clause("REMOVE", &self.remove)).trim_end().to_owned(),
            condition: (!self.conditions.is_empty()).then(|| self.conditions.join(" AND ")),
            names: (!self.names.is_empty()).then_some(self.names),
            values: (!self.values.is_empty()).then_some(self.values),
        }
    }

    /// The path in placeholders, because many attribute names are reserved words of DynamoDB.
    fn path(&mut self, path: &[&str]) -> String {
        let mut placeholder = |name: &&str| {
            let known = self.names.iter().find(|(_, known)| known == name).map(|(placeholder, _)| placeholder.clone());
            known.unwrap_or_else(|| {
                let placeholder = format!("#n{}", self.names.len());
                self.names.insert(placeholder.clone(), (*name).to_owned());
                placeholder
            })
        };
        path.iter().map(&mut placeholder).collect::<Vec<_>>().join(".")
    }

    fn value(&mut self, value: impl Serialize) -> Result<String, Error> {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), serde_dynamo::to_attribute_value(value)?);
        Ok(placeholder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_uses_placeholders_for_names_and_values() {
        let update = RowUpdate::of_existing().set(&["name"], "x").unwrap().remove(&["live", "name"]);
        let update = update.if_equal(&["live", "a-b"], 7).unwrap();
        let Expressions { update, condition, names, values } = update.into_expressions();
        let names = names.unwrap();
        assert_eq!(update, "SET #n0 = :v0 REMOVE #n1.#n0");
        assert_eq!(condition.unwrap(), "attribute_exists(pk) AND #n1.#n2 = :v1");
        assert_eq!((names["#n0"].as_str(), names["#n1"].as_str(), names["#n2"].as_str()), ("name", "live", "a-b"));
        assert_eq!(values.unwrap()[":v1"], AttributeValue::N("7".to_owned()));
    }

    /// DynamoDB rejects an empty map of names or values. The embedded database accepts it, so no other test would
    /// notice.
    #[test]
    fn an_update_without_names_or_values_sends_no_empty_maps() {
        let Expressions { condition, values, .. } = RowUpdate::default().remove(&["a"]).into_expressions();
        assert_eq!((condition, values), (None, None));
        let Expressions { names, .. } = RowUpdate::default().into_expressions();
        assert_eq!(names, None);
    }
}
