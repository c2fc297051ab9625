//! The load client: a signed-in reader, a load at a fixed rate that counts waiting, and a load as fast as it goes.

use crate::portal::Setting;
use anyhow::{Context as _, Result, bail};
use hdrhistogram::Histogram;
use rand::Rng;
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// An officer with no role, who reads what everybody may.
pub const READER: &str = "jason.lim@example.invalid";

#[derive(Clone)]
pub struct Reader {
    agent: ureq::Agent,
    cookie: String,
}

impl Reader {
    /// A session made in the database: signing in is not what is measured.
    pub fn signed_in(setting: &Setting) -> Result<Self> {
        Self::signed_in_as(setting, READER, "Jason Lim")
    }

    /// As somebody else, with the roles that the record gives them.
    pub fn signed_in_as(setting: &Setting, email: &str, name: &str) -> Result<Self> {
        let token = hex::encode(rand::rng().random::<[u8; 32]>());
        let hash = hex::encode(Sha256::digest(token.as_bytes()));
        setting.databases.admin().on("pasar").run(&format!(
            "INSERT INTO person (id, email, name, agency, created_at) \
             VALUES (gen_random_uuid(), '{email}', '{name}', 'Public Health Agency', now()) ON CONFLICT DO NOTHING;\n\
             INSERT INTO session (token_hash, person_id, csrf, issuer, created_at, seen_at, expires_at) \
             SELECT decode('{hash}', 'hex'), id, 'bench', '{}', now(), now(), now() + interval '8 hours' \
             FROM person WHERE email = '{email}';",
            setting.issuer()
        ))?;
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(10)))
            .max_redirects(0)
            .http_status_as_error(false)
            .max_idle_connections_per_host(64)
            .build()
            .into();
        Ok(Self { agent, cookie: format!("__Host-pasar={token}") })
    }

    /// Bytes as they travel, compressed when the server does so.
    pub fn get(&self, url: &str, encoding: &str) -> Result<Vec<u8>> {
        let mut response =
            self.agent.get(url).header("cookie", &self.cookie).header("accept-encoding", encoding).header("accept", "text/html,*/*").call()?;
        let status = response.status();
        let bytes = response.body_mut().with_config().limit(64 << 20).read_to_vec()?;
        if !status.is_success() {
            bail!("{url} answered {status}");
        }
        Ok(bytes)
    }

    fn send(&self, url: &str, form: &str) -> Result<ureq::http::Response<ureq::Body>> {
        let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
        let request = self.agent.post(url).config().timeout_global(Some(Duration::from_mins(2))).build();
        let request = request.header("cookie", &self.cookie).header("origin", &origin).header("content-type", "application/x-www-form-urlencoded");
        Ok(request.send(form)?)
    }

    /// Sends a form of a page; a redirect is its answer.
    pub fn post(&self, url: &str, form: &str) -> Result<()> {
        let status = self.send(url, form)?.status();
        if !status.is_redirection() {
            bail!("{url} answered {status}");
        }
        Ok(())
    }

    /// Sends a form whose answer is a page.
    pub fn answer(&self, url: &str, form: &str) -> Result<String> {
        let mut response = self.send(url, form)?;
        let status = response.status();
        let page = response.body_mut().read_to_string()?;
        if !status.is_success() {
            bail!("{url} answered {status}");
        }
        Ok(page)
    }

    /// Reads whatever an agreement's token opens, as it is written, and throws it away; how long it took, from asking to the last byte.
    pub fn discard(&self, url: &str, token: &str) -> Result<Duration> {
        let begun = Instant::now();
        let request = self.agent.get(url).config().timeout_global(Some(Duration::from_mins(2))).build();
        let mut response = request.header("authorization", format!("Bearer {token}")).header("accept-encoding", "identity").call()?;
        let status = response.status();
        std::io::copy(&mut response.body_mut().as_reader(), &mut std::io::sink())?;
        if !status.is_success() {
            bail!("{url} answered {status}");
        }
        Ok(begun.elapsed())
    }

    pub fn warm(&self, url: &str) -> Result<()> {
        for _ in 0..200 {
            self.get(url, "identity")?;
        }
        Ok(())
    }
}

/// Asks at a fixed rate whatever the answers take. A request's time counts from when it was due: a stall shows in every
/// request that had to wait for it. `url` gives the address of each turn. Microseconds.
pub fn at_rate(reader: &Reader, url: &(dyn Fn(u64) -> String + Sync), rate: u32, lasting: Duration) -> Result<Histogram<u64>> {
    let gap = Duration::from_secs(1) / rate.max(1);
    let total = lasting.as_secs() * u64::from(rate);
    let next = AtomicU64::new(0);
    let begun = Instant::now() + Duration::from_millis(100);
    let parts = thread::scope(|scope| {
        let workers: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| -> Result<Histogram<u64>> {
                    let mut times = Histogram::new(3)?;
                    loop {
                        crate::processes::go_on()?;
                        let turn = next.fetch_add(1, Ordering::Relaxed);
                        if turn >= total {
                            return Ok(times);
                        }
                        let due = begun + gap * u32::try_from(turn)?;
                        thread::sleep(due.saturating_duration_since(Instant::now()));
                        reader.get(&url(turn), "identity")?;
                        times.record(u64::try_from(due.elapsed().as_micros())?)?;
                    }
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().ok().context("a load worker stopped")?).collect::<Result<Vec<_>>>()
    })?;
    let mut all = Histogram::new(3)?;
    for part in parts {
        all.add(part)?;
    }
    Ok(all)
}

/// Answers a second when eight connections ask without pause.
pub fn flat_out(reader: &Reader, url: &str, lasting: Duration) -> Result<f64> {
    let begun = Instant::now();
    let counts = thread::scope(|scope| {
        let workers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| -> Result<u32> {
                    let mut count = 0;
                    while begun.elapsed() < lasting {
                        crate::processes::go_on()?;
                        reader.get(url, "identity")?;
                        count += 1;
                    }
                    Ok(count)
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().ok().context("a load worker stopped")?).collect::<Result<Vec<u32>>>()
    })?;
    Ok(f64::from(counts.iter().sum::<u32>()) / begun.elapsed().as_secs_f64())
}
