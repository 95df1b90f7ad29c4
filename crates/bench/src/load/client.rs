//! One connection to a server, kept alive: HTTP/1.1 with as little around it as can be, since the load tool shares the
//! machine with what it measures.

use std::net::SocketAddr;

use anyhow::Context;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// A request as it goes over the wire.
pub type Asked = Request<Full<Bytes>>;

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The whole body.
    pub body: Bytes,
}

impl Answer {
    /// The body as text; empty when it is none.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }
}

/// Makes requests of one caller: who it is stands in every one of them.
#[derive(Clone, Debug)]
pub struct Caller {
    host: HeaderValue,
    key: HeaderValue,
}

impl Caller {
    /// A caller with this key, of a server at this address.
    ///
    /// # Errors
    /// When the key cannot stand in a header.
    pub fn new(server: SocketAddr, key: &str) -> anyhow::Result<Caller> {
        Ok(Caller { host: server.to_string().try_into()?, key: format!("Token {key}").try_into().context("the key")? })
    }

    /// GET.
    pub fn get(&self, path: &str) -> Asked {
        self.request(Method::GET, path, Bytes::new())
    }

    /// POST of a JSON body.
    pub fn post(&self, path: &str, body: impl Into<Bytes>) -> Asked {
        self.with_json(Method::POST, path, body)
    }

    /// PATCH with a JSON body.
    pub fn patch(&self, path: &str, body: impl Into<Bytes>) -> Asked {
        self.with_json(Method::PATCH, path, body)
    }

    fn with_json(&self, method: Method, path: &str, body: impl Into<Bytes>) -> Asked {
        let mut request = self.request(method, path, body.into());
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Asked {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        // Paths are made of our own texts and of codes, which hold nothing that a path may not.
        *request.uri_mut() = path.parse().unwrap_or_default();
        let headers = request.headers_mut();
        headers.insert(HOST, self.host.clone());
        headers.insert(AUTHORIZATION, self.key.clone());
        request
    }
}

/// A connection that is kept alive. It ends when dropped.
#[derive(Debug)]
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: JoinHandle<()>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn open(server: SocketAddr) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect(server).await.with_context(|| format!("cannot connect to {server}"))?;
        // A request is written whole: waiting to fill a packet would only make it late.
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // How the connection ends is told to whoever waits for an answer.
        let driver = tokio::spawn(async move { drop(connection.await) });
        Ok(Connection { sender, driver })
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// # Errors
    /// When the server ends the connection.
    pub async fn ask(&mut self, request: Asked) -> anyhow::Result<Answer> {
        self.sender.ready().await.context("the server has closed the connection")?;
        let (head, body) = self.sender.send_request(request).await?.into_parts();
        let body = body.collect().await.context("half an answer")?.to_bytes();
        Ok(Answer { status: head.status, body })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
