//! Frames of HTTP/2 that no client would send, with markers in them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::Markers;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const UNKNOWN: u8 = 0x20;
/// `END_STREAM` and `END_HEADERS`.
const WHOLE: u8 = 0b101;
/// In HPACK: a GET, over http, and the numbers of the names of an authority, a path and a scheme.
const GET: u8 = 0x82;
const HTTP: u8 = 0x86;
const ROOT: u8 = 0x84;
const AUTHORITY: u8 = 1;
const PATH: u8 = 4;
const SCHEME: u8 = 6;

/// A connection for each, since most of them end it. Whatever comes back is searched.
pub fn send_what_is_broken(address: &str, markers: &Markers) {
    let mark = || markers.plant("a broken frame");
    let head = |fields: &[&[u8]]| frame(HEADERS, WHOLE, 1, &fields.concat());
    let path = |text: String| head(&[&[GET, HTTP], &value_of(PATH, &text)]);
    let header = |name: &str, text: &str| head(&[&[GET, HTTP, ROOT, 0], &text_of(name), &text_of(text)]);
    let all = [
        path(format!("/v1/channel/orders/tour?q={} {}", mark(), mark())),
        path(mark()),
        path(format!("/{}\u{1}", mark())),
        head(&[&[GET, ROOT], &value_of(SCHEME, &format!("{} ", mark()))]),
        head(&[&[GET, HTTP, ROOT], &value_of(AUTHORITY, &format!("{} @{}", mark(), mark()))]),
        head(&[&[GET, HTTP, ROOT, 0], &text_of(&format!(":{}", mark())), &text_of(&mark())]),
        header(&mark().to_uppercase(), &mark()),
        header(&format!("{} ", mark()), &mark()),
        header("x-mark", &format!("{}\n{}", mark(), mark())),
        header("connection", &mark()),
        header("te", &mark()),
        header("content-length", &mark()),
        header("authorization", &format!("Token {}", mark())),
        // Says that it is in Huffman's code, and longer than it is.
        head(&[&[GET, HTTP, PATH, 0xff], mark().as_bytes()]),
        frame(HEADERS, 0, 1, &value_of(PATH, &mark())),
        frame(DATA, 0, 1, mark().as_bytes()),
        frame(UNKNOWN, 0, 0, mark().as_bytes()),
        frame(SETTINGS, 0, 0, mark().as_bytes()),
        frame(GOAWAY, 0, 0, &[&[0; 8], mark().as_bytes()].concat()),
        mark().into_bytes(),
    ];
    for broken in all {
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        let said = [PREFACE, &frame(SETTINGS, 0, 0, &[]), &broken, &frame(PING, 0, 0, &[0; 8])].concat();
        // It may hang up at any time.
        let _ = stream.write_all(&said);
        let heard = up_to_the_pong(&mut stream);
        markers.search_answer("the answer to a broken frame", &String::from_utf8_lossy(&heard));
    }
}

/// What is said until everything was read that was sent before the ping, or to the end.
fn up_to_the_pong(stream: &mut TcpStream) -> Vec<u8> {
    let (mut heard, mut head) = (Vec::new(), [0; 9]);
    while stream.read_exact(&mut head).is_ok() {
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        if stream.read_exact(&mut payload).is_err() {
            break;
        }
        heard.extend(payload);
        if head[3] == PING {
            break;
        }
    }
    heard
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short frame").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A text of HPACK, as it is.
fn text_of(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length < 127).expect("a short text");
    [&[length], text.as_bytes()].concat()
}

/// The value of a header whose name has a number.
fn value_of(name: u8, text: &str) -> Vec<u8> {
    [vec![name], text_of(text)].concat()
}
