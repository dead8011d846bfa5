//! What requests are made of: fields as they come, and the requests that are parsed from them.

use garde::{Path, Report, Validate};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::domain::{FieldError, Invalid, Parse};

/// The body or the query of a request, all of its fields good. [`request!`](crate::request) defines one.
pub trait Request: Sized {
    /// The request as it comes.
    type Raw: DeserializeOwned + Validate<Context = ()>;

    /// The most bytes that a body may have.
    const MAX_BYTES: usize;

    /// The request, given that none of its fields breaks a rule.
    ///
    /// # Errors
    /// The first field that does.
    fn from_raw(raw: Self::Raw) -> Result<Self, Invalid>;
}

/// A field as it came: parsed, or the reason why it could not be. Holding on to the reason lets a request be read
/// whole before any of its fields is complained about, so that a client learns of all of them at once.
#[derive(Debug)]
pub struct Input<T>(Result<T, FieldError>);

impl<T> Default for Input<T> {
    /// A field that did not come.
    fn default() -> Self {
        Self(Err(FieldError::Required))
    }
}

impl<T> Input<T> {
    /// The value.
    ///
    /// # Errors
    /// The rule that the field breaks.
    pub fn get(self, field: &'static str) -> Result<T, Invalid> {
        self.0.map_err(|error| error.at(field))
    }
}

impl<'de, T: Parse<Raw: DeserializeOwned>> Deserialize<'de> for Input<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = whole(Value::deserialize(deserializer)?);
        let raw = T::Raw::deserialize(value);
        Ok(Self(raw.or(Err(FieldError::WrongType)).and_then(T::parse)))
    }
}

/// The value, a whole number as an integer however it was written: to JSON Schema, `9.0` is one.
fn whole(value: Value) -> Value {
    let integer = value.as_f64().filter(|_| value.is_f64()).and_then(|number| number.to_string().parse::<i64>().ok());
    integer.map_or(value, Value::from)
}

impl<T> Validate for Input<T> {
    type Context = ();

    fn validate_into(&self, (): &(), parent: &mut dyn FnMut() -> Path, report: &mut Report) {
        if let Err(error) = &self.0 {
            report.append(parent(), garde::Error::new(to_message(error)));
        }
    }
}

/// A field that is a list of things which have fields themselves: parsed, or what is wrong with which of them.
#[derive(Debug)]
pub struct Inputs<T>(Result<Vec<T>, Vec<Wrong>>);

/// A rule that a list breaks: the list itself, or a field of one of its things.
#[derive(Debug)]
struct Wrong {
    place: Option<(usize, Option<String>)>,
    error: FieldError,
}

impl<T: Request> Inputs<T> {
    /// The things.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn get(self, field: &'static str) -> Result<Vec<T>, Invalid> {
        self.0.map_err(|wrong| {
            let error = wrong.into_iter().next().map_or(FieldError::InvalidFormat, |wrong| wrong.error);
            error.at(field)
        })
    }

    fn parse(list: Vec<Value>) -> Result<Vec<T>, Vec<Wrong>> {
        let (mut things, mut wrong) = (Vec::new(), Vec::new());
        for (at, thing) in list.into_iter().enumerate() {
            match Self::parse_one(thing) {
                Ok(thing) => things.push(thing),
                Err(errors) => {
                    wrong.extend(errors.into_iter().map(|(field, error)| Wrong { place: Some((at, field)), error }))
                }
            }
        }
        if wrong.is_empty() { Ok(things) } else { Err(wrong) }
    }

    fn parse_one(thing: Value) -> Result<T, Vec<(Option<String>, FieldError)>> {
        if !thing.is_object() {
            return Err(vec![(None, FieldError::WrongType)]);
        }
        let mut unknown = Vec::new();
        let raw = serde_ignored::deserialize(thing, |path| {
            unknown.push((Some(path.to_string()), FieldError::UnknownField));
        });
        let raw = raw.or(Err(vec![(None, FieldError::WrongType)]))?;
        match parse(raw) {
            Ok(thing) if unknown.is_empty() => Ok(thing),
            Ok(_) => Err(unknown),
            Err(errors) => {
                Err(unknown.into_iter().chain(errors.into_iter().map(|one| (Some(one.field), one.error))).collect())
            }
        }
    }
}

impl<'de, T: Request> Deserialize<'de> for Inputs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::Array(list) => Self::parse(list),
            _ => Err(vec![Wrong { place: None, error: FieldError::WrongType }]),
        }))
    }
}

impl<T> Validate for Inputs<T> {
    type Context = ();

    fn validate_into(&self, (): &(), parent: &mut dyn FnMut() -> Path, report: &mut Report) {
        for Wrong { place, error } in self.0.as_ref().err().into_iter().flatten() {
            let path = match place {
                None => parent(),
                Some((at, None)) => parent().join(*at),
                Some((at, Some(field))) => parent().join(*at).join(field.clone()),
            };
            report.append(path, garde::Error::new(to_message(error)));
        }
    }
}

/// Reads a field that is there, be it null.
///
/// # Errors
/// Those of the field's own type.
#[doc(hidden)]
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The request, once every field of it is good.
pub(super) fn parse<T: Request>(raw: T::Raw) -> Result<T, Vec<Invalid>> {
    let invalid = |(path, error): &(Path, garde::Error)| from_message(error.message()).at(path.to_string());
    raw.validate().map_err(|report| report.iter().map(invalid).collect::<Vec<_>>())?;
    T::from_raw(raw).map_err(|invalid| vec![invalid])
}

/// A report of garde's bears text only, so that errors travel in it as JSON.
fn to_message(error: &FieldError) -> String {
    serde_json::to_string(error).unwrap_or_default()
}

fn from_message(message: &str) -> FieldError {
    serde_json::from_str(message).unwrap_or(FieldError::InvalidFormat)
}

/// Defines a [`Request`](crate::http::Request): a struct of parsed fields, and how it is read. Fields under
/// `optional` may be missing or null and are `Option`s of the struct; for those under `clearable` null is another thing
/// than missing, and they are `Option`s of `Option`s. Those under `lists` are lists of requests, and may be missing or
/// null. What is no field of it is refused in a body and ignored in a query.
///
/// ```
/// use campus_core::domain::{Category, Description};
///
/// campus_core::request! {
///     /// A board to be made.
///     #[derive(Debug, utoipa::ToSchema)]
///     pub struct NewBoard {
///         /// What kind of board it is.
///         category: Category,
///     }
///     optional {
///         /// What it is for.
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
        $(lists { $($(#[$list_doc:meta])* $list:ident: $list_type:ty,)* })?
        $(max_bytes = $max_bytes:expr;)?
    ) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$doc])* $vis $field: $type,)*
            $($($(#[$maybe_doc])* $vis $maybe: Option<$maybe_type>,)*)?
            $($($(#[$clear_doc])* $vis $clear: Option<Option<$clear_type>>,)*)?
            $($($(#[$list_doc])* $vis $list: Option<Vec<$list_type>>,)*)?
        }

        const _: () = {
            #[allow(missing_docs, unreachable_pub)]
            #[derive(Default, ::serde::Deserialize, ::garde::Validate)]
            #[serde(default)]
            pub struct Raw {
                $(#[garde(dive)] $field: $crate::http::Input<$type>,)*
                $($(#[garde(dive)] $maybe: Option<$crate::http::Input<$maybe_type>>,)*)?
                $($(
                    #[garde(dive)]
                    #[serde(deserialize_with = "::campus_core::http::present")]
                    $clear: Option<Option<$crate::http::Input<$clear_type>>>,
                )*)?
                $($(#[garde(dive)] $list: Option<$crate::http::Inputs<$list_type>>,)*)?
            }

            impl $crate::http::Request for $name {
                type Raw = Raw;

                const MAX_BYTES: usize = $crate::request!(@max_bytes $($max_bytes)?);

                fn from_raw(raw: Raw) -> Result<Self, $crate::domain::Invalid> {
                    Ok(Self {
                        $($field: raw.$field.get(stringify!($field))?,)*
                        $($($maybe: raw.$maybe.map(|field| field.get(stringify!($maybe))).transpose()?,)*)?
                        $($($clear: raw.$clear.map(|field| {
                            field.map(|field| field.get(stringify!($clear))).transpose()
                        }).transpose()?,)*)?
                        $($($list: raw.$list.map(|field| field.get(stringify!($list))).transpose()?,)*)?
                    })
                }
            }
        };
    };
}
