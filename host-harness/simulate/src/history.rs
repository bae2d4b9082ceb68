//! What happens in a history, one thing after the other.

use serde::{Deserialize, Serialize};

use crate::dice::Dice;
use crate::people::acts::{Act, Step};
use crate::people::draw;
use crate::people::model::{DAY, MINUTE, Time};
use crate::people::{BEGIN, Play};
use crate::tours::TOURS;
use crate::wild::{self, Asked, WildCall};
use crate::world::Fault;

/// One thing that happens.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Move {
    /// What the clock says.
    pub at: Time,
    /// Which host does it: the one that uses its instances again, or the other.
    pub host: u8,
    /// What goes wrong.
    pub fault: Option<Fault>,
    /// What it is.
    pub deed: Deed,
}

/// What happens.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Deed {
    /// Somebody does something in one of the agencies that there is a reference of.
    Step(usize, Step),
    /// The same, while somebody does something else there by the other host: right before its first
    /// commit.
    Race(usize, Step, Step),
    /// Any call of the agency that there is no reference of.
    Wild(WildCall),
    /// A tour, in an agency of its own: which.
    Tour(usize),
    /// The store's machine crashes: it goes on as it was so many things ago, and with so many of the
    /// commits after that.
    Crash(usize, usize),
}

/// How often somebody makes a tour: once in so many things.
const TOUR_ONCE_IN: u64 = 120;

/// Who plays a history, and how.
pub(crate) struct Drawing<'a> {
    /// The agencies with a reference, as they are.
    pub plays: &'a mut [Play],
    /// What can be called.
    pub asked: &'a Asked,
    /// What the clock says.
    pub now: Time,
    /// Whether things may go wrong.
    pub faults: bool,
}

impl Drawing<'_> {
    /// What happens next.
    pub(crate) fn next(&mut self, dice: &mut Dice) -> Move {
        let host = u8::from(dice.once_in(4));
        let fault = self.fault(dice);
        if self.faults && dice.once_in(60) {
            let deed = Deed::Crash(dice.place(3) + 1, dice.place(4));
            return Move { at: self.now, host, fault: None, deed };
        }
        if dice.once_in(TOUR_ONCE_IN) {
            // They buy what is for sale, which it is from the beginning on: a clock that was set back may not
            // have come there again.
            let (at, deed) = (self.now.max(BEGIN), Deed::Tour(dice.place(TOURS.len())));
            return Move { at, host, fault: None, deed };
        }
        if dice.once_in(4) {
            let at = self.now + if dice.once_in(8) { dice.below(DAY) } else { dice.below(MINUTE) };
            let deed = Deed::Wild(wild::call(self.asked, at, dice));
            return Move { at, host, fault, deed };
        }
        let agency = dice.place(self.plays.len() + 1).min(self.plays.len().saturating_sub(1));
        let Some(play) = self.plays.get_mut(agency) else {
            let deed = Deed::Wild(wild::call(self.asked, self.now, dice));
            return Move { at: self.now, host, fault, deed };
        };
        play.arrive();
        let mut step = draw::step(&play.model, dice);
        let keeps_answers = step.act.is_operators() && !matches!(step.act, Act::SignIn(..));
        if keeps_answers && dice.once_in(10) {
            step.key = Some(format!("key-{}", dice.number()));
        }
        let at = if self.faults && dice.once_in(70) {
            self.now.saturating_sub(dice.below(2 * DAY))
        } else {
            // The other agencies' time goes on, too.
            step.at.max(self.now).min(self.now + 60 * DAY)
        };
        step.at = at;
        step = step.with_ends(dice);
        let is_jobs = matches!(step.act, Act::Jobs(_));
        if self.faults && fault.is_none() && !is_jobs && step.key.is_none() && dice.once_in(12) {
            let mut other = draw::step(&play.model, dice);
            (other.at, other.key) = (at, None);
            other = other.with_ends(dice);
            // Whoever comes in anew meanwhile has another session than the one that is used here.
            if matches!(other.act, Act::Enter(person) if step.act.person() == Some(person)) {
                return Move { at, host, fault: None, deed: Deed::Step(agency, step) };
            }
            return Move { at, host, fault: None, deed: Deed::Race(agency, step, other) };
        }
        Move { at, host, fault, deed: Deed::Step(agency, step) }
    }

    fn fault(&self, dice: &mut Dice) -> Option<Fault> {
        if !self.faults || !dice.once_in(9) {
            return None;
        }
        let nth = if dice.once_in(3) { 2 } else { 1 };
        let times = if dice.once_in(4) { 12 } else { 1 };
        Some(match dice.below(13) {
            0 | 1 => Fault::Reads(u32::from(!dice.once_in(3)) + nth - 1, times),
            2 => Fault::Commits(nth, times),
            3 => Fault::Conflicts(nth, times),
            4 => Fault::Conflicts(nth, 3),
            5 | 6 => Fault::Lost(nth),
            7 => Fault::DiesBefore(nth),
            8 => Fault::DiesAfter(nth),
            9 => Fault::DiesAfterMail(1),
            10 => Fault::MailLater(times),
            11 => Fault::TooLarge(nth),
            _ => Fault::MailNever(1),
        })
    }
}
