//! The id of a notification.

use super::*;

/// The id of a notification of a student: its number among the student's notifications, which grow with time.
///
/// The text form is 8 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NotificationId(u32);

text_form!(NotificationId);

impl NotificationId {
    pub fn from_number(number: u32) -> Self {
        Self(number)
    }

    pub fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for NotificationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl FromStr for NotificationId {
    type Err = FieldError;

    /// Accepts only the form that `Display` writes. The first number is 1.
    fn from_str(text: &str) -> Result<Self, FieldError> {
        match u32::from_str_radix(text, 16) {
            Ok(number) if number > 0 && Self(number).to_string() == text => Ok(Self(number)),
            _ => Err(FieldError::InvalidFormat),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_id_has_one_text_form() {
        for number in [1, 255, u32::MAX] {
            let id = NotificationId::from_number(number);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        for wrong in ["", "1", "00000000", "0000000A", "+0000001", "000000001", "100000000", "0000000g"] {
            assert_eq!(wrong.parse::<NotificationId>(), Err(FieldError::InvalidFormat), "{wrong}");
        }
    }
}
