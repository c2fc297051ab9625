//! A mail server for tests: speaks SMTP on a port of its own, keeps what it takes, and refuses what it is told to refuse.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Answered instead of a refusal: the connection breaks.
pub const BREAK: &str = "break";

#[derive(Debug, Clone)]
pub struct Received {
    pub to: String,
    pub text: String,
}

#[derive(Default)]
struct Inner {
    received: Vec<Received>,
    /// By verb (`MAIL`) or recipient: what to answer instead of yes, next one last.
    refusals: HashMap<String, Vec<&'static str>>,
}

#[derive(Clone)]
pub struct Sink {
    pub url: String,
    inner: Arc<Mutex<Inner>>,
}

impl Sink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Self { url: format!("smtp://{}", listener.local_addr().unwrap()), inner: Arc::default() };
        let own = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let own = own.clone();
                tokio::spawn(async move {
                    let _ = own.speak(stream).await;
                });
            }
        });
        sink
    }

    pub fn received(&self) -> Vec<Received> {
        self.inner.lock().unwrap().received.clone()
    }

    /// Answers these, in order, before it says yes.
    pub fn refuse(&self, what: &str, mut answers: Vec<&'static str>) {
        answers.reverse();
        self.inner.lock().unwrap().refusals.insert(what.to_owned(), answers);
    }

    fn answer(&self, what: &str) -> Option<&'static str> {
        self.inner.lock().unwrap().refusals.get_mut(what).and_then(Vec::pop)
    }

    async fn speak(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 sink.example ready\r\n").await?;
        let mut to = String::new();
        while let Some(line) = lines.next_line().await? {
            let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            let reply = match verb.as_str() {
                "EHLO" => "250-sink.example\r\n250 8BITMIME",
                "MAIL" => self.answer("MAIL").unwrap_or("250 go on"),
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    self.answer(&to).unwrap_or("250 known")
                }
                "DATA" => {
                    write.write_all(b"354 end with a dot\r\n").await?;
                    let mut text = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        // Long lines come broken, with a mark at the break.
                        let line = line.strip_prefix('.').unwrap_or(&line);
                        match line.strip_suffix('=') {
                            Some(begun) => text.push_str(begun),
                            None => text.extend([line, "\n"]),
                        }
                    }
                    self.inner.lock().unwrap().received.push(Received { to: to.clone(), text });
                    "250 taken"
                }
                "QUIT" => {
                    write.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                _ => "250 fine",
            };
            if reply == BREAK {
                return Ok(());
            }
            write.write_all(format!("{reply}\r\n").as_bytes()).await?;
        }
        Ok(())
    }
}
