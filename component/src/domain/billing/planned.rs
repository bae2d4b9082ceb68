//! What becomes of what is planned when something else happens.
//!
//! The whole table stands printed in `domain/billing/planned.txt`.

use core::cmp::Ordering;

/// Something that is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planned {
    /// An account gets a cheaper plan.
    Downgrade,
    /// An add-on of an account goes.
    Removal,
    /// What a disabled account paid for is over.
    DisabledEnd,
    /// What a deleted account paid for is over.
    DeletedEnd,
    /// White-label is billed by another interval.
    Interval,
    /// The agency gets a price of its own, another one, or the catalog's again.
    Price,
    /// A discount of the agency begins.
    DiscountBegins,
    /// A discount of the agency has had its last month.
    DiscountEnds,
    /// The agency's trial ends.
    TrialEnds,
    /// What runs gets the prices of a new version of the catalog, with its next period.
    Catalog,
}

/// Something else that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// To the account that it is planned for; or to any, where it is planned for the agency.
    Account(AccountCommand),
    /// To the agency, its brands or the catalog.
    Agency(AgencyCommand),
}

/// What happens to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountCommand {
    /// It gets its first plan.
    Activate,
    /// It asks for a plan of a higher or equal price.
    HigherPlan,
    /// It asks for a cheaper plan, and not the one that is planned.
    CheaperPlan,
    /// It asks for the plan that is planned.
    PlannedPlan,
    /// It asks for the plan that runs.
    RunningPlan,
    /// It adds an add-on, other than the one that is to go.
    AddAddOn,
    /// It adds the add-on that is to go.
    KeepAddOn,
    /// It removes an add-on, other than the one that is to go.
    RemoveAddOn,
    /// It removes the add-on that is to go.
    RemoveAgain,
    /// It is disabled.
    Disable,
    /// It is resumed.
    Resume,
    /// It is deleted.
    Delete,
    /// It chooses a plan, and pays itself from then on.
    ChoosePlan,
    /// The agency pays for it from then on.
    PayByAgency,
}

/// What happens to an agency, its brands or the catalog. A price or a discount is earlier or later
/// than the time for which something is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgencyCommand {
    /// It asks for the interval that runs.
    RunningInterval,
    /// It asks for the interval that is planned, or for another one where none is.
    OtherInterval,
    /// The catalog is set.
    SetCatalog,
    /// A price of its own from an earlier time on.
    EarlierPrice,
    /// A price of its own from the same time on.
    SamePrice,
    /// A price of its own from a later time on.
    LaterPrice,
    /// A discount of the same kind that begins earlier.
    EarlierDiscount,
    /// A discount of the same kind that begins at the same time.
    SameDiscount,
    /// A discount of the same kind that begins later.
    LaterDiscount,
    /// A discount of the other kind.
    OtherDiscount,
    /// Its trial gets another end.
    SetTrial,
    /// It becomes eligible for the volume discount, or isn't any more.
    SetVolumeDiscount,
    /// A client is invited to a brand.
    Invite,
    /// A client's access is revoked.
    Revoke,
    /// A brand is archived.
    Archive,
    /// An amount is booked by hand.
    Adjust,
    /// The agency is closed.
    Close,
}

/// What becomes of what is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It happens at its time.
    Kept,
    /// The command says something else in its place: for now, or for another time.
    Replaced,
    /// It won't happen.
    Dropped,
    /// It is kept: the command is refused as long as it is planned.
    Refused,
}

impl Fate {
    /// Whether it still happens at its time.
    pub const fn is_kept(self) -> bool {
        match self {
            Fate::Kept | Fate::Refused => true,
            Fate::Replaced | Fate::Dropped => false,
        }
    }
}

impl AgencyCommand {
    /// A price of its own, by how its time compares with that of what is planned.
    pub const fn price(new: Ordering) -> AgencyCommand {
        match new {
            Ordering::Less => AgencyCommand::EarlierPrice,
            Ordering::Equal => AgencyCommand::SamePrice,
            Ordering::Greater => AgencyCommand::LaterPrice,
        }
    }

    /// A discount, by how its time compares with that of what is planned; none: it is of the
    /// other kind.
    pub const fn discount(new: Option<Ordering>) -> AgencyCommand {
        match new {
            None => AgencyCommand::OtherDiscount,
            Some(Ordering::Less) => AgencyCommand::EarlierDiscount,
            Some(Ordering::Equal) => AgencyCommand::SameDiscount,
            Some(Ordering::Greater) => AgencyCommand::LaterDiscount,
        }
    }
}

/// What becomes of what is planned when a command is carried out.
pub const fn fate(planned: Planned, command: Command) -> Fate {
    use Planned as P;
    match (planned, command) {
        (P::Downgrade, Command::Account(command)) => of_downgrade(command),
        (P::Removal, Command::Account(command)) => of_removal(command),
        (P::DisabledEnd, Command::Account(command)) => of_disabled_end(command),
        (P::DeletedEnd, Command::Account(command)) => of_deleted_end(command),
        // All that runs ends with its term: there is nothing to change any more.
        (P::Downgrade | P::Removal, Command::Agency(AgencyCommand::Close)) => Fate::Dropped,
        (P::Downgrade | P::Removal | P::DisabledEnd | P::DeletedEnd, Command::Agency(command)) => {
            of_accounts_plan(command)
        }
        (
            P::Interval
            | P::Price
            | P::DiscountBegins
            | P::DiscountEnds
            | P::TrialEnds
            | P::Catalog,
            Command::Account(command),
        ) => of_agencys_plan(command),
        (P::Interval, Command::Agency(command)) => of_interval(command),
        (P::Price, Command::Agency(command)) => of_price(command),
        (P::DiscountBegins, Command::Agency(command)) => of_discount(command, Fate::Replaced),
        // One that begins as another ends takes nothing away from it.
        (P::DiscountEnds, Command::Agency(command)) => of_discount(command, Fate::Kept),
        (P::TrialEnds, Command::Agency(command)) => of_trial(command),
        (P::Catalog, Command::Agency(command)) => of_catalog(command),
    }
}

const fn of_downgrade(command: AccountCommand) -> Fate {
    use AccountCommand as C;
    match command {
        // It is planned for an account that was activated.
        C::Activate => Fate::Refused,
        C::CheaperPlan => Fate::Replaced,
        C::HigherPlan | C::RunningPlan => Fate::Dropped,
        // Who chooses names the plan; the agency takes over the one that runs.
        C::ChoosePlan | C::PayByAgency => Fate::Dropped,
        // The account ends before.
        C::Delete => Fate::Dropped,
        C::PlannedPlan
        | C::AddAddOn
        | C::KeepAddOn
        | C::RemoveAddOn
        | C::RemoveAgain
        | C::Disable
        | C::Resume => Fate::Kept,
    }
}

const fn of_removal(command: AccountCommand) -> Fate {
    use AccountCommand as C;
    match command {
        C::Activate => Fate::Refused,
        C::KeepAddOn | C::Delete => Fate::Dropped,
        // It goes at once: the other payer doesn't take it over.
        C::ChoosePlan | C::PayByAgency => Fate::Replaced,
        C::HigherPlan
        | C::CheaperPlan
        | C::PlannedPlan
        | C::RunningPlan
        | C::AddAddOn
        | C::RemoveAddOn
        | C::RemoveAgain
        | C::Disable
        | C::Resume => Fate::Kept,
    }
}

const fn of_disabled_end(command: AccountCommand) -> Fate {
    use AccountCommand as C;
    match command {
        C::Disable => Fate::Kept,
        C::Resume => Fate::Dropped,
        C::Delete => Fate::Replaced,
        C::Activate
        | C::HigherPlan
        | C::CheaperPlan
        | C::PlannedPlan
        | C::RunningPlan
        | C::AddAddOn
        | C::KeepAddOn
        | C::RemoveAddOn
        | C::RemoveAgain
        | C::ChoosePlan
        | C::PayByAgency => Fate::Refused,
    }
}

const fn of_deleted_end(command: AccountCommand) -> Fate {
    use AccountCommand as C;
    match command {
        C::Activate
        | C::HigherPlan
        | C::CheaperPlan
        | C::PlannedPlan
        | C::RunningPlan
        | C::AddAddOn
        | C::KeepAddOn
        | C::RemoveAddOn
        | C::RemoveAgain
        | C::Disable
        | C::Resume
        | C::Delete
        | C::ChoosePlan
        | C::PayByAgency => Fate::Refused,
    }
}

/// What is planned for an account doesn't ask what the agency does, but for its closing.
const fn of_accounts_plan(command: AgencyCommand) -> Fate {
    use AgencyCommand as C;
    match command {
        C::RunningInterval
        | C::OtherInterval
        | C::SetCatalog
        | C::EarlierPrice
        | C::SamePrice
        | C::LaterPrice
        | C::EarlierDiscount
        | C::SameDiscount
        | C::LaterDiscount
        | C::OtherDiscount
        | C::SetTrial
        | C::SetVolumeDiscount
        | C::Invite
        | C::Revoke
        | C::Archive
        | C::Adjust
        | C::Close => Fate::Kept,
    }
}

/// What is planned for the agency doesn't ask what its accounts do.
const fn of_agencys_plan(command: AccountCommand) -> Fate {
    use AccountCommand as C;
    match command {
        C::Activate
        | C::HigherPlan
        | C::CheaperPlan
        | C::PlannedPlan
        | C::RunningPlan
        | C::AddAddOn
        | C::KeepAddOn
        | C::RemoveAddOn
        | C::RemoveAgain
        | C::Disable
        | C::Resume
        | C::Delete
        | C::ChoosePlan
        | C::PayByAgency => Fate::Kept,
    }
}

const fn of_interval(command: AgencyCommand) -> Fate {
    use AgencyCommand as C;
    match command {
        C::RunningInterval | C::Close => Fate::Dropped,
        C::OtherInterval
        | C::SetCatalog
        | C::EarlierPrice
        | C::SamePrice
        | C::LaterPrice
        | C::EarlierDiscount
        | C::SameDiscount
        | C::LaterDiscount
        | C::OtherDiscount
        | C::SetTrial
        | C::SetVolumeDiscount
        | C::Invite
        | C::Revoke
        | C::Archive
        | C::Adjust => Fate::Kept,
    }
}

const fn of_price(command: AgencyCommand) -> Fate {
    use AgencyCommand as C;
    match command {
        C::EarlierPrice | C::SamePrice => Fate::Replaced,
        C::LaterPrice
        | C::RunningInterval
        | C::OtherInterval
        | C::SetCatalog
        | C::EarlierDiscount
        | C::SameDiscount
        | C::LaterDiscount
        | C::OtherDiscount
        | C::SetTrial
        | C::SetVolumeDiscount
        | C::Invite
        | C::Revoke
        | C::Archive
        | C::Adjust
        | C::Close => Fate::Kept,
    }
}

/// Of a discount's beginning, or of its end; `same_time`: where another begins at that moment.
const fn of_discount(command: AgencyCommand, same_time: Fate) -> Fate {
    use AgencyCommand as C;
    match command {
        C::EarlierDiscount => Fate::Replaced,
        C::SameDiscount => same_time,
        C::LaterDiscount
        | C::OtherDiscount
        | C::RunningInterval
        | C::OtherInterval
        | C::SetCatalog
        | C::EarlierPrice
        | C::SamePrice
        | C::LaterPrice
        | C::SetTrial
        | C::SetVolumeDiscount
        | C::Invite
        | C::Revoke
        | C::Archive
        | C::Adjust
        | C::Close => Fate::Kept,
    }
}

const fn of_trial(command: AgencyCommand) -> Fate {
    use AgencyCommand as C;
    match command {
        C::SetTrial => Fate::Replaced,
        C::RunningInterval
        | C::OtherInterval
        | C::SetCatalog
        | C::EarlierPrice
        | C::SamePrice
        | C::LaterPrice
        | C::EarlierDiscount
        | C::SameDiscount
        | C::LaterDiscount
        | C::OtherDiscount
        | C::SetVolumeDiscount
        | C::Invite
        | C::Revoke
        | C::Archive
        | C::Adjust
        | C::Close => Fate::Kept,
    }
}

const fn of_catalog(command: AgencyCommand) -> Fate {
    use AgencyCommand as C;
    match command {
        // What runs gets the newer prices: the last version by then counts.
        C::SetCatalog => Fate::Replaced,
        C::RunningInterval
        | C::OtherInterval
        | C::EarlierPrice
        | C::SamePrice
        | C::LaterPrice
        | C::EarlierDiscount
        | C::SameDiscount
        | C::LaterDiscount
        | C::OtherDiscount
        | C::SetTrial
        | C::SetVolumeDiscount
        | C::Invite
        | C::Revoke
        | C::Archive
        | C::Adjust
        | C::Close => Fate::Kept,
    }
}
