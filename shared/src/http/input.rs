//! The fields of request bodies and queries: how they are read, parsed and reported if they are invalid.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::domain::{FieldError, Invalid, Parse};

/// The body or query of a request, with every field parsed. [`request!`](crate::request) defines one.
pub trait Request: Sized {
    /// The request as the client sent it.
    type Raw: DeserializeOwned;

    /// The maximum size of the body, in bytes.
    const MAX_BYTES: usize;

    /// Converts the raw request.
    ///
    /// # Errors
    /// Every invalid field, in the order of the declaration.
    fn from_raw(raw: Self::Raw) -> Result<Self, Vec<Invalid>>;
}

/// A field of a raw request. `Option` makes it optional.
#[doc(hidden)]
pub trait RawField {
    /// The type of the parsed field.
    type Value;

    /// The parsed field. If it is invalid, adds its errors to `invalid` and returns `None`.
    fn into_value(self, name: &str, invalid: &mut Vec<Invalid>) -> Option<Self::Value>;
}

impl<F: RawField> RawField for Option<F> {
    type Value = Option<F::Value>;

    fn into_value(self, name: &str, invalid: &mut Vec<Invalid>) -> Option<Self::Value> {
        self.map_or(Some(None), |field| field.into_value(name, invalid).map(Some))
    }
}

/// A raw field: its parsed value, or why it is invalid. Deserializing it never fails, so that a response can report all
/// invalid fields of a request at once.
#[derive(Debug)]
pub struct Input<T>(Result<T, FieldError>);

impl<T> Default for Input<T> {
    /// A missing field.
    fn default() -> Self {
        Self(Err(FieldError::Required))
    }
}

impl<T> RawField for Input<T> {
    type Value = T;

    fn into_value(self, name: &str, invalid: &mut Vec<Invalid>) -> Option<T> {
        self.0.map_err(|error| invalid.push(error.at(name))).ok()
    }
}

impl<'de, T: Parse<Raw: DeserializeOwned>> Deserialize<'de> for Input<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = integer_if_whole(Value::deserialize(deserializer)?);
        let raw = T::Raw::deserialize(value);
        Ok(Self(raw.or(Err(FieldError::WrongType)).and_then(T::parse)))
    }
}

/// Converts a float without a fraction, such as `9.0`, to an integer, since JSON Schema counts it as one.
fn integer_if_whole(value: Value) -> Value {
    let integer = value.as_f64().filter(|_| value.is_f64()).and_then(|number| number.to_string().parse::<i64>().ok());
    integer.map_or(value, Value::from)
}

/// A raw field that is a list of nested requests: the parsed items, or all errors. The paths of the errors start after
/// the field's name, such as `[1].start`.
#[derive(Debug)]
pub struct Inputs<T>(Result<Vec<T>, Vec<Invalid>>);

impl<T> RawField for Inputs<T> {
    type Value = Vec<T>;

    fn into_value(self, name: &str, invalid: &mut Vec<Invalid>) -> Option<Vec<T>> {
        self.0.map_err(|errors| invalid.extend(prefixed(name, errors))).ok()
    }
}

impl<T: Request> Inputs<T> {
    fn parse(list: Vec<Value>) -> Result<Vec<T>, Vec<Invalid>> {
        let (mut items, mut invalid) = (Vec::new(), Vec::new());
        for (index, item) in list.into_iter().enumerate() {
            match parse_nested(item) {
                Ok(item) => items.push(item),
                Err(errors) => invalid.extend(prefixed(&format!("[{index}]"), errors)),
            }
        }
        if invalid.is_empty() { Ok(items) } else { Err(invalid) }
    }
}

impl<'de, T: Request> Deserialize<'de> for Inputs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::Array(list) => Self::parse(list),
            _ => Err(vec![FieldError::WrongType.at("")]),
        }))
    }
}

/// A raw field that is a nested request: the parsed request, or all errors. The paths of the errors start after the
/// field's name, such as `.terms`.
#[derive(Debug)]
pub struct NestedInput<T>(Result<T, Vec<Invalid>>);

impl<T> RawField for NestedInput<T> {
    type Value = T;

    fn into_value(self, name: &str, invalid: &mut Vec<Invalid>) -> Option<T> {
        self.0.map_err(|errors| invalid.extend(prefixed(name, errors))).ok()
    }
}

impl<'de, T: Request> Deserialize<'de> for NestedInput<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(parse_nested(Value::deserialize(deserializer)?)))
    }
}

/// Parses a nested request.
fn parse_nested<T: Request>(value: Value) -> Result<T, Vec<Invalid>> {
    let wrong_type = || vec![FieldError::WrongType.at("")];
    if !value.is_object() {
        return Err(wrong_type());
    }
    let mut invalid = Vec::new();
    let raw = serde_ignored::deserialize(value, |path| {
        invalid.push(FieldError::UnknownField.at(format!(".{path}")));
    });
    match T::from_raw(raw.or(Err(wrong_type()))?) {
        Ok(request) if invalid.is_empty() => Ok(request),
        Ok(_) => Err(invalid),
        Err(errors) => {
            invalid.extend(prefixed(".", errors));
            Err(invalid)
        }
    }
}

/// The errors, each with a prefix before its path.
fn prefixed(prefix: &str, errors: Vec<Invalid>) -> impl Iterator<Item = Invalid> {
    errors.into_iter().map(move |invalid| invalid.error.at(format!("{prefix}{}", invalid.field)))
}

/// Deserializes a field that is present in the request: `null` becomes `Some(None)`, a missing field stays `None`.
///
/// # Errors
/// Those of `T`.
#[doc(hidden)]
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Defines a [`Request`](crate::http::Request): a struct of parsed fields, and how to read it.
///
/// - Plain fields are required.
/// - Fields under `optional` may be missing or null. They are `Option`s in the struct.
/// - Fields under `clearable` may be missing or null as well, but null means something else than missing. They are
///   `Option`s of `Option`s: `None` if missing, `Some(None)` if null.
/// - Fields under `nested` are nested requests, and may be missing or null.
/// - Fields under `lists` are lists of nested requests, and may be missing or null.
/// - `max_bytes` sets the maximum size of the body; the default is 64 KiB.
///
/// Unknown fields are rejected in a body and ignored in a query.
///
/// ```
/// use campus_core::domain::{Category, Description};
///
/// campus_core::request! {
///     /// A new board.
///     #[derive(Debug, utoipa::ToSchema)]
///     pub struct NewBoard {
///         /// The kind of board.
///         category: Category,
///     }
///     optional {
///         /// What the board is for.
///         description: Description,
///     }
/// }
/// ```
#[macro_export]
macro_rules! request {
    (@max_bytes) => { 64 * 1024 };
    (@max_bytes $max_bytes:expr) => { $max_bytes };
    (
        $(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)* }
        $(optional { $($(#[$maybe_doc:meta])* $maybe:ident: $maybe_type:ty,)* })?
        $(clearable { $($(#[$clear_doc:meta])* $clear:ident: $clear_type:ty,)* })?
        $(nested { $($(#[$nested_doc:meta])* $nested:ident: $nested_type:ty,)* })?
        $(lists { $($(#[$list_doc:meta])* $list:ident: $list_type:ty,)* })?
        $(max_bytes = $max_bytes:expr;)?
    ) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$doc])* $vis $field: $type,)*
            $($($(#[$maybe_doc])* $vis $maybe: Option<$maybe_type>,)*)?
            $($($(#[$clear_doc])* $vis $clear: Option<Option<$clear_type>>,)*)?
            $($($(#[$nested_doc])* $vis $nested: Option<$nested_type>,)*)?
            $($($(#[$list_doc])* $vis $list: Option<Vec<$list_type>>,)*)?
        }

        const _: () = {
            #[allow(missing_docs, unreachable_pub)]
            #[derive(Default, ::serde::Deserialize)]
            #[serde(default)]
            pub struct Raw {
                $($field: $crate::http::Input<$type>,)*
                $($($maybe: Option<$crate::http::Input<$maybe_type>>,)*)?
                $($(
                    #[serde(deserialize_with = "::campus_core::http::present")]
                    $clear: Option<Option<$crate::http::Input<$clear_type>>>,
                )*)?
                $($($nested: Option<$crate::http::NestedInput<$nested_type>>,)*)?
                $($($list: Option<$crate::http::Inputs<$list_type>>,)*)?
            }

            impl $crate::http::Request for $name {
                type Raw = Raw;

                const MAX_BYTES: usize = $crate::request!(@max_bytes $($max_bytes)?);

                fn from_raw(raw: Raw) -> Result<Self, Vec<$crate::domain::Invalid>> {
                    use $crate::http::RawField;

                    // All fields are parsed before the function returns, so that it reports all errors.
                    let mut invalid = Vec::new();
                    $(let $field = raw.$field.into_value(stringify!($field), &mut invalid);)*
                    $($(let $maybe = raw.$maybe.into_value(stringify!($maybe), &mut invalid);)*)?
                    $($(let $clear = raw.$clear.into_value(stringify!($clear), &mut invalid);)*)?
                    $($(let $nested = raw.$nested.into_value(stringify!($nested), &mut invalid);)*)?
                    $($(let $list = raw.$list.into_value(stringify!($list), &mut invalid);)*)?
                    let ($(Some($field),)* $($(Some($maybe),)*)? $($(Some($clear),)*)?
                        $($(Some($nested),)*)? $($(Some($list),)*)?) =
                        ($($field,)* $($($maybe,)*)? $($($clear,)*)? $($($nested,)*)? $($($list,)*)?)
                    else {
                        return Err(invalid);
                    };
                    Ok(Self { $($field,)* $($($maybe,)*)? $($($clear,)*)? $($($nested,)*)? $($($list,)*)? })
                }
            }
        };
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::Rating;

    request! {
        #[derive(Debug)]
        struct Item {
            rating: Rating,
        }
    }

    request! {
        #[derive(Debug)]
        struct Order {
            name: String,
            is_urgent: bool,
        }
        optional {
            note: String,
        }
        nested {
            main: Item,
        }
        lists {
            items: Item,
        }
    }

    fn parse(body: Value) -> Result<Order, Vec<(String, FieldError)>> {
        let raw = serde_json::from_value(body).unwrap();
        Order::from_raw(raw).map_err(|errors| errors.into_iter().map(|error| (error.field, error.error)).collect())
    }

    #[test]
    fn a_valid_request_is_parsed() {
        let body = json!({ "name": "a", "is_urgent": true, "note": null, "main": { "rating": 3 }, "items": [{ "rating": 4 }, { "rating": 5.0 }] });
        let order = parse(body).unwrap();
        assert_eq!((order.name.as_str(), order.is_urgent, order.note), ("a", true, None));
        assert_eq!(order.main.unwrap().rating.get(), 3);
        let ratings: Vec<_> = order.items.unwrap().iter().map(|item| item.rating.get()).collect();
        assert_eq!(ratings, [4, 5]);
    }

    #[test]
    fn every_invalid_field_is_reported_in_order_with_its_path() {
        let items = json!([{ "rating": 1 }, 7, { "rating": 0, "x": 1 }, {}]);
        let errors = parse(json!({ "items": items, "main": { "rating": 0, "x": 1 }, "note": 7, "is_urgent": "yes" }))
            .unwrap_err();
        let expected = [
            ("name", FieldError::Required),
            ("is_urgent", FieldError::WrongType),
            ("note", FieldError::WrongType),
            ("main.x", FieldError::UnknownField),
            ("main.rating", FieldError::OutOfRange { min: 1, max: 5 }),
            ("items[1]", FieldError::WrongType),
            ("items[2].x", FieldError::UnknownField),
            ("items[2].rating", FieldError::OutOfRange { min: 1, max: 5 }),
            ("items[3].rating", FieldError::Required),
        ];
        assert_eq!(errors, expected.map(|(field, error)| (field.to_owned(), error)));
    }

    #[test]
    fn a_nested_request_is_an_object() {
        let errors = |main| parse(json!({ "name": "a", "is_urgent": true, "main": main })).unwrap_err();
        for wrong in [json!(7), json!([4]), json!("4")] {
            assert_eq!(errors(wrong), [("main".to_owned(), FieldError::WrongType)]);
        }
        assert_eq!(errors(json!({})), [("main.rating".to_owned(), FieldError::Required)]);
    }

    #[test]
    fn a_value_that_is_not_an_array_is_reported_at_the_list() {
        let errors = parse(json!({ "name": "a", "is_urgent": true, "items": {} })).unwrap_err();
        assert_eq!(errors, [("items".to_owned(), FieldError::WrongType)]);
    }
}
