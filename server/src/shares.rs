//! What only computes, over many things of one kind: shared out over all processors. Called off the threads that answer requests.

use std::thread;

/// Things for which one thread is enough.
const FEW: usize = 16;

/// What `work` makes of each share, one share after the other as they were given.
pub fn shared_out<T: Send, R: Send>(all: Vec<T>, work: impl Fn(Vec<T>) -> Vec<R> + Sync) -> Vec<R> {
    let threads = if all.len() <= FEW { 1 } else { thread::available_parallelism().map_or(1, usize::from) };
    let share = all.len().div_ceil(threads).max(1);
    let mut parts: Vec<Vec<T>> = vec![];
    let mut rest = all.into_iter().peekable();
    while rest.peek().is_some() {
        parts.push(rest.by_ref().take(share).collect());
    }
    let work = &work;
    thread::scope(|scope| {
        let running: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || work(part))).collect();
        running.into_iter().flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::shared_out;

    #[test]
    fn the_order_is_kept_however_many_there_are() {
        for count in [0_u32, 1, 16, 17, 1001] {
            let doubled = shared_out((0..count).collect::<Vec<u32>>(), |part| part.into_iter().map(|n| n * 2).collect());
            assert_eq!(doubled, (0..count).map(|n| n * 2).collect::<Vec<_>>());
        }
    }
}
