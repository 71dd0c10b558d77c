//! Compiles every proto with protox, refuses what the edges could not serve, and generates messages, clients and servers.

use std::{env, error::Error, fs, path::PathBuf};

use prost_reflect::{DescriptorPool, MethodDescriptor};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    println!("cargo::rerun-if-changed=cims");
    println!("cargo::rerun-if-changed=google");
    let mut files = Vec::new();
    collect(&root.join("cims"), &mut files)?;
    files.sort();

    let mut compiler = protox::Compiler::new([&root])?;
    compiler.include_source_info(true).include_imports(true);
    compiler.open_files(&files)?;
    // `file_descriptor_set()` would drop the custom options.
    let encoded = compiler.encode_file_descriptor_set();
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), &encoded)?;
    check(&DescriptorPool::decode(encoded.as_slice())?)?;

    let mut messages = prost_build::Config::new();
    messages.bytes(["."]).enable_type_names().include_file("include.rs");
    // A server in a test implements what it is asked alone; that CIMS itself serves every RPC, the test of permissions proves.
    let servers = tonic_prost_build::configure().generate_default_stubs(true);
    servers.compile_fds_with_config(compiler.file_descriptor_set(), messages)?;
    Ok(())
}

fn collect(folder: &PathBuf, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
    Ok(())
}

/// An RPC that says nothing of its permission would be open to everybody or to nobody: neither may compile.
fn check(pool: &DescriptorPool) -> Result<(), Box<dyn Error>> {
    let extension = pool.get_extension_by_name("cims.method").ok_or("cims.method is not defined")?;
    let permission = |method: &MethodDescriptor| {
        let options = method.options();
        let rule = options.get_extension(&extension);
        let permission = rule.as_message()?.get_field_by_name("permission")?;
        permission.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    };
    for service in pool.services() {
        for method in service.methods() {
            if permission(&method).is_none() {
                return Err(format!("{} has no (cims.method).permission", method.full_name()).into());
            }
        }
    }
    Ok(())
}
