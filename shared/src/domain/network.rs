//! Where requests come from.

use std::net::{IpAddr, Ipv6Addr};

/// As much of an address as tells one connection to the Internet from another: an IPv4 address, or the first 64 bits
/// of an IPv6 address, since whoever has one such network chooses the other 64 bits freely (RFC 4291, section 2.5.1).
///
/// It can be neither printed nor logged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Network(IpAddr);

const NETWORK_BITS: u128 = !0 << 64;

impl Network {
    /// The network that the address is in.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK_BITS).into(),
            address => address,
        })
    }

    /// Its bits: 4 bytes of IPv4, or 16 of IPv6.
    pub fn octets(self) -> Vec<u8> {
        match self.0 {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> Vec<u8> {
        Network::of(address.parse().unwrap()).octets()
    }

    #[test]
    fn an_ipv4_address_is_a_network_of_its_own() {
        assert_ne!(network("203.0.113.7"), network("203.0.113.8"));
        assert_eq!(network("::ffff:203.0.113.7"), network("203.0.113.7"), "the same, written as IPv6");
    }

    #[test]
    fn of_an_ipv6_address_the_first_half_counts() {
        let home = network("2001:db8:1:2::1");
        assert_eq!(network("2001:db8:1:2:ffff:ffff:ffff:ffff"), home);
        assert_ne!(network("2001:db8:1:3::1"), home);
    }
}
