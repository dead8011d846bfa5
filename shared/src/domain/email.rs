//! Email addresses, and the domains of schools.

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};

use super::text::{check_length, is_ignorable};
use super::{FieldError, Parse};

/// An email address: the grammar of RFC 5322 without quoted names, at most 254 characters (RFC 5321 §4.5.3.1 with erratum
/// 1690), and a domain with a dot. The part before the `@` is ASCII. A Unicode domain is converted to ASCII (IDNA, UTS
/// #46). White space and invisible characters around the address are removed.
///
/// Two addresses with the same [`folded`](Email::folded) form count as the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// The address in the case in which it was entered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which addresses are compared: in lower case, and without a `+tag` in the part before the `@`.
    pub fn folded(&self) -> String {
        let (local, domain) = self.parts();
        let name = local.split('+').next().filter(|name| !name.is_empty()).unwrap_or(local);
        format!("{name}@{domain}").to_ascii_lowercase()
    }

    /// The parts before and after the `@`.
    fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }
}

impl Parse for Email {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let address = raw.trim_matches(|c: char| c.is_whitespace() || is_ignorable(c));
        check_length::<0, 254>(address)?;
        let (local, domain) = address.rsplit_once('@').ok_or(FieldError::InvalidFormat)?;
        let address = format!("{local}@{}", to_ascii(domain)?);
        check_length::<0, 254>(&address)?;
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        // A quoted name is another spelling of the same mailbox, so one mailbox could verify several accounts.
        match EmailAddress::parse_with_options(&address, options) {
            Ok(_) if address.is_ascii() && !local.contains('"') => Ok(Self(address)),
            _ => Err(FieldError::InvalidFormat),
        }
    }
}

/// The part of an email address after the `@`, in lower case and in ASCII.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailDomain(String);

impl EmailDomain {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the address is in this domain. Addresses in its subdomains are not: a school lists each of its domains.
    pub fn covers(&self, address: &Email) -> bool {
        address.parts().1.eq_ignore_ascii_case(&self.0)
    }
}

impl Parse for EmailDomain {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let domain = to_ascii(raw.trim())?.to_ascii_lowercase();
        if EmailAddress::is_valid(&format!("someone@{domain}")) && domain.contains('.') {
            Ok(Self(domain))
        } else {
            Err(FieldError::InvalidFormat)
        }
    }
}

/// The ASCII form of a domain. A domain that is in ASCII already does not change.
fn to_ascii(domain: &str) -> Result<String, FieldError> {
    match domain.is_ascii() {
        true => Ok(domain.to_owned()),
        false => idna::domain_to_ascii_strict(domain).or(Err(FieldError::InvalidFormat)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(raw: &str) -> Result<Email, FieldError> {
        Email::parse(raw.to_owned())
    }

    fn folded(raw: &str) -> String {
        parse(raw).unwrap().folded()
    }

    #[test]
    fn white_space_around_an_address_is_removed() {
        for around in [" ", "\n", "\u{A0}", "\u{3000}", "\u{200B}", "\u{FEFF} "] {
            assert_eq!(parse(&format!("{around}hong@b.kr{around}")), Ok(Email("hong@b.kr".to_owned())), "{around:?}");
        }
    }

    #[test]
    fn an_invalid_address_is_refused() {
        assert_eq!(parse(&format!("{}@hongik.ac.kr", "a".repeat(250))), Err(FieldError::TooLong { max: 254 }));
        let long_in_ascii = format!("{}@{}.kr", "a".repeat(60), ["가나다라마바사아자차카타파하"; 4].join("."));
        assert_eq!(parse(&long_in_ascii), Err(FieldError::TooLong { max: 254 }));
        for wrong in [
            "",
            "hong",
            "hong@",
            "@hongik.ac.kr",
            "hong@hongik",
            "a@b@c.kr",
            "홍 <a@b.kr>",
            "a@[127.0.0.1]",
            "a b@c.kr",
            "홍@hongik.ac.kr",
            "\"hong\"@hongik.ac.kr",
            "hong(kim)@hongik.ac.kr",
            "hong@hongik.ac.kr.",
            "hong@한\u{202E}글.kr",
            "hong@-한글.kr",
        ] {
            assert_eq!(parse(wrong), Err(FieldError::InvalidFormat), "{wrong}");
        }
    }

    #[test]
    fn other_spellings_of_an_address_are_the_same() {
        let address = parse("Hong@Hongik.ac.kr").unwrap();
        assert_eq!(address.as_str(), "Hong@Hongik.ac.kr", "the address keeps its case");
        for same in
            ["hong@hongik.AC.KR", "HONG+campus@hongik.ac.kr", "hong+a+b@hongik.ac.kr", "hong@ｈｏｎｇｉｋ。ac.kr"]
        {
            assert_eq!(folded(same), address.folded(), "{same}");
        }
        for other in ["hon.g@hongik.ac.kr", "hong-campus@hongik.ac.kr", "hong@g.hongik.ac.kr", "hong@hongik.ac"] {
            assert_ne!(folded(other), address.folded(), "{other}");
        }
        assert_ne!(folded("+hong@hongik.ac.kr"), folded("+kim@hongik.ac.kr"), "a name may begin with +");
    }

    #[test]
    fn a_unicode_domain_is_the_same_as_its_ascii_form() {
        assert_eq!(parse("Hong@한국.kr").unwrap().as_str(), "Hong@xn--3e0b707e.kr");
        assert_eq!(folded("hong@XN--3E0B707E.kr"), folded("hong@한국.kr"));
        let domain = EmailDomain::parse("한국.kr".to_owned()).unwrap();
        assert_eq!(domain.as_str(), "xn--3e0b707e.kr");
        assert!(domain.covers(&parse("hong@한국.KR").unwrap()));
    }

    #[test]
    fn a_domain_has_a_dot_and_valid_labels() {
        assert!(
            EmailDomain::parse("G.Hongik.ac.kr".to_owned()).is_ok_and(|domain| domain.as_str() == "g.hongik.ac.kr")
        );
        for wrong in ["", "hongik", "a@b.kr", "ho ngik.ac.kr", ".kr"] {
            assert_eq!(EmailDomain::parse(wrong.to_owned()), Err(FieldError::InvalidFormat), "{wrong}");
        }
    }

    #[test]
    fn a_domain_covers_neither_its_subdomains_nor_longer_names() {
        let domain = EmailDomain::parse("hongik.ac.kr".to_owned()).unwrap();
        assert!(domain.covers(&parse("hong@HONGIK.ac.kr").unwrap()));
        for other in ["hong@g.hongik.ac.kr", "hong@nothongik.ac.kr", "hong@hongik.ac.kr.evil.com", "hongik.ac.kr@ac.kr"]
        {
            assert!(!domain.covers(&parse(other).unwrap()), "{other}");
        }
    }

    proptest! {
        #[test]
        fn case_and_tag_never_matter(name in "[A-Za-z0-9_]{1,20}", tag in "(\\+[A-Za-z0-9+]{0,20})?", domain in "[a-z]{1,20}") {
            let address = format!("{name}{tag}@{}.ac.kr", domain.to_uppercase());
            prop_assert_eq!(folded(&address), folded(&format!("{}@{domain}.ac.kr", name.to_lowercase())));
        }

        #[test]
        fn another_name_or_domain_is_another_address(a in "[a-z]{1,9}(\\.[a-z]{1,9})?", b in "[a-z]{1,9}(\\.[a-z]{1,9})?", tag in "[a-z]{0,9}") {
            prop_assert_eq!(folded(&format!("{a}+{tag}@x.kr")) == folded(&format!("{b}@x.kr")), a == b);
            prop_assert_eq!(folded(&format!("x+{tag}@{a}.kr")) == folded(&format!("x@{b}.kr")), a == b);
        }

        #[test]
        fn the_folded_form_is_an_address_that_folds_to_itself(address in "[A-Za-z_]{1,9}(\\.[a-z]{1,3})?(\\+[a-z+]{0,4})?@[A-Za-z가-힣]{1,8}\\.kr") {
            if let Ok(address) = parse(&address) {
                prop_assert!(address.as_str().is_ascii());
                prop_assert_eq!(folded(&address.folded()), address.folded());
            }
        }

        #[test]
        fn the_unicode_form_of_a_domain_does_not_matter(domain in "[가-힣]{1,12}") {
            use unicode_normalization::UnicodeNormalization;
            let decomposed: String = domain.nfd().collect();
            let composed = parse(&format!("hong@{domain}.kr")).unwrap();
            prop_assert_eq!(parse(&format!("hong@{decomposed}.kr")).unwrap(), composed.clone());
            prop_assert_eq!(parse(composed.as_str()).unwrap(), composed);
        }
    }
}
