//! Shorter histories that fail in the same way.

/// How much of what is wrong says what kind of thing that is.
const KIND_CHARS: usize = 20;

/// Whether two things that are wrong are of a kind.
pub fn is_alike(one: &str, other: &str) -> bool {
    one.chars().take(KIND_CHARS).eq(other.chars().take(KIND_CHARS))
}

/// The same history without what doesn't matter: what is wrong stays of its kind. It is played at most so
/// many times.
pub fn shortened<T: Clone>(
    mut steps: Vec<T>,
    mut why: String,
    tries_max: usize,
    mut wrong: impl FnMut(&[T]) -> Option<String>,
) -> (Vec<T>, String) {
    let (mut size, mut tries) = (steps.len() / 2, 0);
    while size > 0 && tries < tries_max {
        let mut start = 0;
        while start < steps.len() && tries < tries_max {
            let end = (start + size).min(steps.len());
            let shorter: Vec<T> =
                steps.iter().take(start).chain(steps.iter().skip(end)).cloned().collect();
            tries += 1;
            match wrong(&shorter).filter(|found| is_alike(found, &why)) {
                Some(found) => (steps, why) = (shorter, found),
                None => start = end,
            }
        }
        size = if size == 1 { 0 } else { size.div_ceil(2).min(size - 1) };
    }
    (steps, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_stays() {
        let wrong = |steps: &[u32]| {
            let both = steps.contains(&3) && steps.contains(&71);
            both.then(|| "three and seventy-one".to_owned())
        };
        let (steps, why) =
            shortened((0..100).collect(), "three and seventy-one".into(), 500, wrong);
        assert_eq!((steps, why.as_str()), (vec![3, 71], "three and seventy-one"));
    }

    #[test]
    fn another_failure_is_none() {
        let wrong = |steps: &[u32]| Some(format!("{} is what remains of it all", steps.len()));
        let (steps, _) = shortened(vec![1, 2, 3], "something else altogether".into(), 50, wrong);
        assert_eq!(steps, [1, 2, 3]);
    }
}
