//! A TCP proxy between a test and PostgreSQL that goes wrong when it is told.

use std::net::SocketAddr;
use std::sync::Arc;

use axhub_store::Address;
use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the proxy does with what passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    #[default]
    None,
    /// Passes nothing on in either direction, and ends nothing.
    Silence,
    /// Ends a connection when the client sends this text, which does not arrive.
    CutBefore(&'static str),
    /// Passes this text on, and ends the connection when the answer comes, which does not arrive.
    CutAfter(&'static str),
    /// Passes it on and keeps the answer back.
    Swallow(&'static str),
    /// Changes this text into one of the same length, at its last letter.
    Garble(&'static str),
}

pub struct Proxy {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    fault: Mutex<Fault>,
    /// Counts up whenever all connections are cut.
    cut: watch::Sender<u32>,
    opened: Mutex<u32>,
}

impl Proxy {
    /// A proxy to the server of this address, and the address through it.
    pub async fn to(address: &Address) -> (Proxy, Address) {
        let Address::Postgres(url) = address else { panic!("not PostgreSQL") };
        let (before, rest) = url.split_once('@').expect("a user");
        let (server, name) = rest.split_once('/').expect("a name");
        let target: SocketAddr = server.parse().expect("an IP and a port");
        let proxy = Proxy::start(target).await;
        let through = format!("{before}@{}/{name}", proxy.address);
        (proxy, through.parse().expect("an address"))
    }

    pub async fn start(target: SocketAddr) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared { fault: Mutex::default(), cut: watch::Sender::new(0), opened: Mutex::new(0) });
        let ours = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                *ours.opened.lock() += 1;
                tokio::spawn(carry(client, target, Arc::clone(&ours)));
            }
        });
        Proxy { address, shared }
    }

    pub fn set(&self, fault: Fault) {
        *self.shared.fault.lock() = fault;
    }

    pub fn cut_all(&self) {
        self.shared.cut.send_modify(|count| *count += 1);
    }

    /// How many connections were made through it.
    pub fn opened(&self) -> u32 {
        *self.shared.opened.lock()
    }
}

async fn carry(mut client: TcpStream, target: SocketAddr, shared: Arc<Shared>) {
    let mut cut = shared.cut.subscribe();
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    let (mut asked, mut answered) = (vec![0; 65536], vec![0; 65536]);
    let mut met = None;
    loop {
        tokio::select! {
            _ = cut.changed() => return,
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let message = &mut asked[..length];
                let fault = *shared.fault.lock();
                match fault {
                    Fault::Silence => continue,
                    Fault::CutBefore(text) if find(message, text).is_some() => return,
                    Fault::CutAfter(text) | Fault::Swallow(text) if find(message, text).is_some() => met = Some(fault),
                    Fault::Garble(text) => {
                        if let Some(at) = find(message, text) {
                            message[at + text.len() - 1] = b'_';
                        }
                    }
                    _ => {}
                }
                if server.write_all(message).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                match met {
                    Some(Fault::CutAfter(_)) => return,
                    Some(_) => continue,
                    None if *shared.fault.lock() == Fault::Silence => continue,
                    None => {}
                }
                if client.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn find(message: &[u8], text: &str) -> Option<usize> {
    message.windows(text.len()).position(|window| window == text.as_bytes())
}
