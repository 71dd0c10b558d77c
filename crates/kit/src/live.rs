//! Secrets that change while the process runs: what an operator writes into a file holds without a restart.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::problem::Failure;

/// A text that is read anew each time somebody asks for it. Clones read the same.
#[derive(Clone)]
pub struct Source {
    read: Arc<dyn Fn() -> Result<String, Failure> + Send + Sync>,
}

impl Source {
    pub fn new(read: impl Fn() -> Result<String, Failure> + Send + Sync + 'static) -> Source {
        Source { read: Arc::new(read) }
    }

    /// # Errors
    /// When its file cannot be read.
    pub fn read(&self) -> Result<String, Failure> {
        (self.read)()
    }
}

/// A text that stays.
impl From<String> for Source {
    fn from(text: String) -> Source {
        Source::new(move || Ok(text.clone()))
    }
}

impl From<&str> for Source {
    fn from(text: &str) -> Source {
        Source::from(text.to_owned())
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Source")
    }
}

/// What was read is taken to hold for this long.
const LOOK: Duration = Duration::from_secs(1);

/// A secret in a form of its own, which follows its source within a second. A text that cannot be used changes nothing:
/// what was read last holds on, and the log tells.
pub struct Live<T> {
    source: Source,
    parse: fn(&str) -> Result<T, Failure>,
    held: Mutex<Held<T>>,
}

struct Held<T> {
    text: String,
    value: Arc<T>,
    looked: Instant,
}

impl<T> Live<T> {
    /// # Errors
    /// When the text cannot be read or parsed.
    pub fn new(source: Source, parse: fn(&str) -> Result<T, Failure>) -> Result<Live<T>, Failure> {
        let text = source.read()?;
        let value = Arc::new(parse(&text)?);
        Ok(Live { source, parse, held: Mutex::new(Held { text, value, looked: Instant::now() }) })
    }

    /// A value that stays.
    pub fn fixed(value: T, parse: fn(&str) -> Result<T, Failure>) -> Live<T> {
        let held = Held { text: String::new(), value: Arc::new(value), looked: Instant::now() };
        Live { source: Source::from(""), parse, held: Mutex::new(held) }
    }

    /// What holds, as it was a second ago at the earliest.
    pub fn now(&self) -> Arc<T> {
        self.look(LOOK)
    }

    /// What holds at this moment: for whoever misses something that may just have come.
    pub fn anew(&self) -> Arc<T> {
        self.look(Duration::ZERO)
    }

    fn look(&self, age: Duration) -> Arc<T> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.looked.elapsed() >= age {
            held.looked = Instant::now();
            if let Err(failure) = self.renew(&mut held) {
                tracing::warn!(%failure, "a changed secret cannot be used; the one before holds on");
            }
        }
        held.value.clone()
    }

    fn renew(&self, held: &mut Held<T>) -> Result<(), Failure> {
        let text = self.source.read()?;
        if text != held.text {
            held.value = Arc::new((self.parse)(&text)?);
            held.text = text;
        }
        Ok(())
    }
}

impl<T> fmt::Debug for Live<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Live")
    }
}
