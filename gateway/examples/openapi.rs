//! Prints the OpenAPI document: `cargo run -p gateway --example openapi > gateway/openapi.json`.

use std::io::Write;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &gateway::openapi())?;
    out.write_all(b"\n")
}
