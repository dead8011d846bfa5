//! What to change of a row: the expressions of an update, and their names and values.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use super::Error;

/// Changes of one row, and what must hold for them to be made. A path leads to an attribute, through maps if need be.
#[derive(Default)]
pub(crate) struct Change {
    set: Vec<String>,
    remove: Vec<String>,
    conditions: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

/// The expressions as DynamoDB takes them.
pub(super) struct Expressions {
    pub(super) update: String,
    pub(super) condition: Option<String>,
    pub(super) names: Option<HashMap<String, String>>,
    pub(super) values: Option<HashMap<String, AttributeValue>>,
}

impl Change {
    /// Of a row that must be there.
    pub(crate) fn of_existing() -> Self {
        Self { conditions: vec!["attribute_exists(pk)".to_owned()], ..Self::default() }
    }

    /// Gives an attribute a value.
    pub(crate) fn set(mut self, path: &[&str], value: impl Serialize) -> Result<Self, Error> {
        let (path, value) = (self.path(path), self.value(value)?);
        self.set.push(format!("{path} = {value}"));
        Ok(self)
    }

    /// Gives an attribute a value, unless it has one.
    pub(crate) fn set_once(mut self, path: &[&str], value: impl Serialize) -> Result<Self, Error> {
        let (path, value) = (self.path(path), self.value(value)?);
        self.set.push(format!("{path} = if_not_exists({path}, {value})"));
        Ok(self)
    }

    /// Adds to a number that is there.
    pub(crate) fn add(mut self, path: &[&str], number: i64) -> Result<Self, Error> {
        let (path, number) = (self.path(path), self.value(number)?);
        self.set.push(format!("{path} = {path} + {number}"));
        Ok(self)
    }

    /// Adds to a number, which is 0 where there is none.
    pub(crate) fn count(mut self, path: &[&str], number: i64) -> Result<Self, Error> {
        let (path, zero, number) = (self.path(path), self.value(0)?, self.value(number)?);
        self.set.push(format!("{path} = if_not_exists({path}, {zero}) + {number}"));
        Ok(self)
    }

    /// Takes an attribute away, if it is there.
    pub(crate) fn remove(mut self, path: &[&str]) -> Self {
        let path = self.path(path);
        self.remove.push(path);
        self
    }

    /// Only if the attribute has this value.
    pub(crate) fn if_equal(mut self, path: &[&str], value: impl Serialize) -> Result<Self, Error> {
        let (path, value) = (self.path(path), self.value(value)?);
        self.conditions.push(format!("{path} = {value}"));
        Ok(self)
    }

    /// Only if the attribute is a number that is no greater.
    pub(crate) fn if_at_most(mut self, path: &[&str], number: i64) -> Result<Self, Error> {
        let (path, number) = (self.path(path), self.value(number)?);
        self.conditions.push(format!("{path} <= {number}"));
        Ok(self)
    }

    /// Only if there is such an attribute.
    pub(crate) fn if_present(mut self, path: &[&str]) -> Self {
        let path = self.path(path);
        self.conditions.push(format!("attribute_exists({path})"));
        self
    }

    /// Only if there is no such attribute.
    pub(crate) fn if_absent(mut self, path: &[&str]) -> Self {
        let path = self.path(path);
        self.conditions.push(format!("attribute_not_exists({path})"));
        self
    }

    pub(super) fn into_expressions(self) -> Expressions {
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

    /// The path in placeholders, since many a name is a reserved word.
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
    fn a_change_is_written_in_placeholders() {
        let change = Change::of_existing().set(&["name"], "x").unwrap().remove(&["live", "name"]);
        let change = change.if_equal(&["live", "a-b"], 7).unwrap();
        let Expressions { update, condition, names, values } = change.into_expressions();
        let names = names.unwrap();
        assert_eq!(update, "SET #n0 = :v0 REMOVE #n1.#n0");
        assert_eq!(condition.unwrap(), "attribute_exists(pk) AND #n1.#n2 = :v1");
        assert_eq!((names["#n0"].as_str(), names["#n1"].as_str(), names["#n2"].as_str()), ("name", "live", "a-b"));
        assert_eq!(values.unwrap()[":v1"], AttributeValue::N("7".to_owned()));
    }

    /// DynamoDB refuses a request with an empty map of names or values; the engine on a desk takes it.
    #[test]
    fn what_has_no_names_or_values_sends_none() {
        let Expressions { condition, values, .. } = Change::default().remove(&["a"]).into_expressions();
        assert_eq!((condition, values), (None, None));
        let Expressions { names, .. } = Change::default().into_expressions();
        assert_eq!(names, None);
    }
}
