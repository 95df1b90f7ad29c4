//! Ports of this machine that stay ours while nobody listens at them.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::Context;
use parking_lot::Mutex;
use rand::RngExt;

/// Below those that the kernel gives to outgoing connections: a server that is down for a while finds its port free again.
const PORTS: std::ops::Range<u16> = 20_000..32_000;
/// How many are not given again at once: more than a round has servers, which may all be down, or not yet up.
const REMEMBERED: usize = 256;

/// Those that were given last.
static GIVEN: Mutex<VecDeque<u16>> = Mutex::new(VecDeque::new());

/// An address of the loopback that nobody listens at, and that was not given to anybody in this process lately.
///
/// # Errors
/// When a thousand tries found none.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    let mut given = GIVEN.lock();
    let mut dice = rand::rng();
    // Not from the round's seed: two runs at a time must not want the same ports, and nothing depends on them.
    let address = (0..1000)
        .map(|_| SocketAddr::from((Ipv4Addr::LOCALHOST, dice.random_range(PORTS))))
        .find(|address| !given.contains(&address.port()) && TcpListener::bind(address).is_ok())
        .context("no free port")?;
    given.push_back(address.port());
    if given.len() > REMEMBERED {
        given.pop_front();
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_port_is_given_twice_to_the_servers_of_a_round() {
        let ports: HashSet<u16> = (0..REMEMBERED / 2).map(|_| free_address().unwrap().port()).collect();
        assert_eq!(ports.len(), REMEMBERED / 2);
    }
}
