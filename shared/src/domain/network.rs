//! The network of a client, which rate limits count by.

use std::net::{IpAddr, Ipv6Addr};

/// The part of a client's IP address that identifies its internet connection: an IPv4 address, or the first 64 bits of
/// an IPv6 address. The other 64 bits do not count, because the client chooses them freely (RFC 4291, section 2.5.1).
///
/// The type implements neither `Debug` nor `Display`, so that logs cannot contain addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Network(IpAddr);

const IPV6_NETWORK_MASK: u128 = !0 << 64;

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & IPV6_NETWORK_MASK).into(),
            address => address,
        })
    }

    /// The bytes of the network: 4 for IPv4, 16 for IPv6.
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
    fn each_ipv4_address_is_a_separate_network() {
        assert_ne!(network("203.0.113.7"), network("203.0.113.8"));
        assert_eq!(network("::ffff:203.0.113.7"), network("203.0.113.7"), "the same address in IPv6 form");
    }

    #[test]
    fn only_the_first_half_of_an_ipv6_address_counts() {
        let home = network("2001:db8:1:2::1");
        assert_eq!(network("2001:db8:1:2:ffff:ffff:ffff:ffff"), home);
        assert_ne!(network("2001:db8:1:3::1"), home);
    }
}
