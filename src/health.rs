//! `cims health`: whether a role answers, asked from within its own container, where there is no other program to ask.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    process::ExitCode,
    time::Duration,
};

const LIMIT: Duration = Duration::from_secs(3);

/// Connects and, with a path, wants 200 for it.
pub fn run(address: SocketAddr, path: Option<&str>) -> ExitCode {
    let asked = TcpStream::connect_timeout(&address, LIMIT).and_then(|stream| match path {
        Some(path) => answers(stream, path),
        None => Ok(true),
    });
    match asked {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) | Err(_) => ExitCode::FAILURE,
    }
}

fn answers(mut stream: TcpStream, path: &str) -> std::io::Result<bool> {
    stream.set_read_timeout(Some(LIMIT))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut status = String::new();
    BufReader::new(stream).read_line(&mut status)?;
    Ok(status.split(' ').nth(1) == Some("200"))
}
