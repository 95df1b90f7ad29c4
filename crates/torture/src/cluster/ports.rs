//! Ports of this machine that stay ours while nobody listens at them.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::Context;
use rand::RngExt;

/// Below those that the kernel gives to outgoing connections: a server that is down for a while finds its port free again.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// An address of the loopback that nobody listens at.
///
/// # Errors
/// When a thousand tries found none.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    let mut dice = rand::rng();
    // Not from the round's seed: two runs at a time must not want the same ports, and nothing depends on them.
    (0..1000)
        .map(|_| SocketAddr::from((Ipv4Addr::LOCALHOST, dice.random_range(PORTS))))
        .find(|address| TcpListener::bind(address).is_ok())
        .context("no free port")
}
