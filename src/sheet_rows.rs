//! `cims sheet-rows`: reads a file from outside as a process of its own, which the system ends when the file makes it take
//! too much.

use std::{
    fs::File,
    io::{self, BufReader, Write},
    os::fd::AsFd,
    process::ExitCode,
};

use rustix::process::{Resource, Rlimit, setrlimit};

/// Bytes of memory.
const MEMORY: u64 = 64 << 20;
/// Seconds of processor time; a million rows take a tenth of it, and most of it in a build that is not optimised.
const SECONDS: u64 = 120;
/// The exit by which whoever started the process knows that the file is at fault.
const REFUSED: u8 = 3;

/// Reads the input, which is a file, and writes its rows to the output. A refused file's code goes to the error output.
pub fn run(file_name: &str) -> ExitCode {
    let refused = |code: &str| {
        // Whoever started it has gone when nobody reads this.
        let _ = writeln!(io::stderr(), "{code}");
        ExitCode::from(REFUSED)
    };
    let read = || -> Result<(), Box<dyn std::error::Error>> {
        confine()?;
        let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        match sheet::spool::write(BufReader::new(input), file_name, output) {
            Ok(()) => Ok(()),
            Err(error) => Err(Box::new(error)),
        }
    };
    match read() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => match error.downcast_ref::<sheet::Error>() {
            // A full disk is no fault of the file, which is read again when there is room.
            Some(sheet::Error::Read(error)) if error.kind() == io::ErrorKind::StorageFull => ExitCode::FAILURE,
            Some(error) => refused(error.code()),
            None => ExitCode::FAILURE,
        },
    }
}

fn confine() -> io::Result<()> {
    let limit = |most| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::Data, limit(MEMORY))?;
    setrlimit(Resource::Cpu, limit(SECONDS))?;
    // Its memory is somebody's list of customers.
    setrlimit(Resource::Core, limit(0))?;
    Ok(())
}
