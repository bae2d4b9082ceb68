//! Who the clients are, and what each does on which day: a function of the seed.

use fastrand::Rng;

/// The features of the portal.
pub(super) const FEATURES: [(&str, &str); 5] = [
    ("dashboard", "Dashboard"),
    ("reports", "Reports"),
    ("citations", "Citations"),
    ("prompts", "Prompts"),
    ("competitors", "Competitors"),
];

/// The brands of the agency.
pub(super) const BRANDS: [&str; 12] = [
    "Aurora",
    "Birch & Co",
    "Cobalt",
    "Driftwood",
    "Ember",
    "Fjord",
    "Granite",
    "Harbour",
    "Indigo",
    "Juniper",
    "Kestrel",
    "Lumen",
];

const FIRST: [&str; 16] = [
    "Ann", "Ben", "Cleo", "Dan", "Élodie", "Finn", "Greta", "Hanna", "Ivo", "Jun", "Kofi", "Lena",
    "Mara", "Nils", "Olu", "Priya",
];
const LAST: [&str; 16] = [
    "Ito", "Jansen", "Kowalski", "Lee", "Müller", "Novak", "Okafor", "Perez", "Quinn", "Rossi",
    "Silva", "Tanaka", "Usman", "Varga", "Weber", "Zhang",
];

/// How somebody uses the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// Comes regularly.
    Steady,
    /// Comes more and more.
    Growing,
    /// Comes less and less.
    Fading,
    /// Comes for some days, and stays away for weeks.
    Bursty,
    /// Stopped coming some time ago.
    Gone,
    /// Was invited lately.
    Newcomer,
    /// Never accepts the invite.
    Stranger,
}

const HABITS: [Habit; 12] = [
    Habit::Steady,
    Habit::Steady,
    Habit::Steady,
    Habit::Growing,
    Habit::Growing,
    Habit::Fading,
    Habit::Fading,
    Habit::Bursty,
    Habit::Gone,
    Habit::Gone,
    Habit::Newcomer,
    Habit::Stranger,
];

/// A client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) email: String,
    /// Places in [`BRANDS`].
    pub(super) brands: Vec<usize>,
    pub(super) habit: Habit,
    /// The day of the invite, from 0.
    pub(super) invited: usize,
    /// The day on which access is removed.
    pub(super) revoked: Option<usize>,
    /// How many of the features it looks at.
    curiosity: usize,
    /// Whether it exports now and then.
    exports: bool,
    seed: u64,
}

/// What somebody does on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    /// When, in minutes after midnight.
    pub(super) minute: u64,
    /// Places in [`FEATURES`], one for each page.
    pub(super) pages: Vec<usize>,
    pub(super) exports: bool,
    /// Whether it has a look at its second brand, if it has one.
    pub(super) switches: bool,
}

/// So many clients of so many days.
pub(super) fn people(seed: u64, count: usize, days: usize) -> Vec<Person> {
    let mut rng = Rng::with_seed(seed);
    (0..count).map(|number| person(&mut rng, number, days)).collect()
}

fn person(rng: &mut Rng, number: usize, days: usize) -> Person {
    let habit = HABITS.get(number % HABITS.len()).copied().unwrap_or(Habit::Steady);
    let (first, last) = (pick(rng, &FIRST), pick(rng, &LAST));
    let early = |rng: &mut Rng| rng.usize(0..(days / 3).max(1));
    let late = |rng: &mut Rng, within: usize| days.saturating_sub(1 + rng.usize(0..within));
    let invited = match habit {
        Habit::Newcomer => late(rng, 14),
        Habit::Stranger if rng.bool() => late(rng, 10),
        _ => early(rng),
    };
    let mut brands = vec![rng.usize(0..BRANDS.len())];
    let another = rng.usize(0..BRANDS.len());
    if rng.u8(0..4) == 0 && !brands.contains(&another) {
        brands.push(another);
    }
    let leaves = rng.u8(0..25) == 0 && habit != Habit::Newcomer;
    Person {
        name: format!("{first} {last}"),
        email: format!("client{}@example.com", number + 1),
        brands,
        habit,
        invited,
        revoked: leaves.then(|| late(rng, (days / 3).max(1))).filter(|day| invited < *day),
        curiosity: rng.usize(1..=FEATURES.len()),
        exports: rng.bool(),
        seed: rng.u64(..),
    }
}

fn pick(rng: &mut Rng, words: &[&'static str]) -> &'static str {
    words.get(rng.usize(0..words.len().max(1))).copied().unwrap_or_default()
}

impl Person {
    /// What it does on this day, of so many; nothing on most.
    pub(super) fn visit(&self, day: usize, days: usize) -> Option<Visit> {
        let gone = self.revoked.is_some_and(|revoked| revoked <= day);
        if self.habit == Habit::Stranger || day < self.invited || gone {
            return None;
        }
        let mut rng = Rng::with_seed(self.seed.wrapping_add(day as u64));
        let joins = day == self.invited + 1;
        if !joins && (day <= self.invited || rng.u64(0..1_000) >= self.chance(day, days)) {
            return None;
        }
        let pages = rng.usize(1..=6);
        let pages = (0..pages).map(|_| rng.usize(0..self.curiosity)).collect();
        let exports = self.exports && rng.u8(0..4) == 0;
        Some(Visit { minute: rng.u64(9 * 60..18 * 60), pages, exports, switches: rng.bool() })
    }

    /// How likely a visit is, in thousandths.
    fn chance(&self, day: usize, days: usize) -> u64 {
        let (day, days) = (day as u64, (days as u64).max(1));
        let weekend = day % 7 >= 5;
        let chance = match self.habit {
            Habit::Steady | Habit::Newcomer => 250,
            Habit::Growing => 60 + 340 * day / days,
            Habit::Fading => 340_u64.saturating_sub(330 * day / days),
            Habit::Bursty => {
                if (day + self.seed % 40) % 40 < 6 {
                    700
                } else {
                    10
                }
            }
            Habit::Gone => {
                if day * 10 < days * (4 + self.seed % 4) {
                    250
                } else {
                    0
                }
            }
            Habit::Stranger => 0,
        };
        if weekend { chance / 5 } else { chance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_people_who_do_the_same() {
        let first = people(7, 60, 180);
        assert_eq!(first, people(7, 60, 180));
        assert_ne!(first, people(8, 60, 180));
        let days = |people: &[Person]| -> Vec<Option<Visit>> {
            people.iter().flat_map(|p| (0..180).map(|day| p.visit(day, 180))).collect()
        };
        assert_eq!(days(&first), days(&people(7, 60, 180)));
    }

    #[test]
    fn people_do_what_their_habits_say() {
        let people = people(1, 240, 180);
        let visits = |habit: Habit, days: std::ops::Range<usize>| {
            let of = people.iter().filter(|person| person.habit == habit);
            let of = of.filter(|person| person.revoked.is_none());
            of.map(|p| days.clone().filter(|day| p.visit(*day, 180).is_some()).count())
                .sum::<usize>()
        };
        assert_eq!(visits(Habit::Stranger, 0..180), 0);
        assert!(visits(Habit::Growing, 120..180) > 2 * visits(Habit::Growing, 60..120) / 2);
        assert!(visits(Habit::Fading, 120..180) < visits(Habit::Fading, 60..120));
        assert_eq!(visits(Habit::Gone, 130..180), 0);
        assert_eq!(visits(Habit::Newcomer, 0..160), 0);
        assert!(visits(Habit::Newcomer, 160..180) > 0);
        for person in &people {
            assert!(person.visit(person.invited, 180).is_none(), "first comes the invite");
            assert!(person.invited < 180 && !person.brands.is_empty());
        }
    }
}
