//! The table of what is planned, printed.

use core::fmt::Write as _;

use super::*;

/// All that may be planned, and its column.
pub(super) const PLANNED: [(Planned, &str); 10] = [
    (Planned::Downgrade, "cheaper plan"),
    (Planned::Removal, "add-on goes"),
    (Planned::DisabledEnd, "disabled end"),
    (Planned::DeletedEnd, "deleted end"),
    (Planned::Interval, "interval"),
    (Planned::Price, "own price"),
    (Planned::DiscountBegins, "disc. begins"),
    (Planned::DiscountEnds, "disc. ends"),
    (Planned::TrialEnds, "trial's end"),
    (Planned::Catalog, "new prices"),
];

/// All that may happen to an account, and its row.
pub(super) const ACCOUNT: [(AccountCommand, &str); 14] = [
    (AccountCommand::Activate, "activate"),
    (AccountCommand::HigherPlan, "change-plan: as dear or dearer"),
    (AccountCommand::CheaperPlan, "change-plan: cheaper"),
    (AccountCommand::PlannedPlan, "change-plan: the planned one"),
    (AccountCommand::RunningPlan, "change-plan: the one that runs"),
    (AccountCommand::AddAddOn, "add-add-on: another one"),
    (AccountCommand::KeepAddOn, "add-add-on: the one that goes"),
    (AccountCommand::RemoveAddOn, "remove-add-on: another one"),
    (AccountCommand::RemoveAgain, "remove-add-on: the same again"),
    (AccountCommand::Disable, "disable"),
    (AccountCommand::Resume, "resume"),
    (AccountCommand::Delete, "delete"),
    (AccountCommand::ChoosePlan, "choose-plan: it pays itself"),
    (AccountCommand::PayByAgency, "the agency pays again"),
];

/// All that may happen to an agency, and its row.
pub(super) const AGENCY: [(AgencyCommand, &str); 17] = [
    (AgencyCommand::RunningInterval, "set-interval: the one that runs"),
    (AgencyCommand::OtherInterval, "set-interval: the other one"),
    (AgencyCommand::SetCatalog, "catalog.set"),
    (AgencyCommand::EarlierPrice, "set-terms: price from earlier on"),
    (AgencyCommand::SamePrice, "set-terms: price from then on"),
    (AgencyCommand::LaterPrice, "set-terms: price from later on"),
    (AgencyCommand::EarlierDiscount, "set-terms: discount from earlier"),
    (AgencyCommand::SameDiscount, "set-terms: discount from then on"),
    (AgencyCommand::LaterDiscount, "set-terms: discount from later on"),
    (AgencyCommand::OtherDiscount, "set-terms: the other discount"),
    (AgencyCommand::SetTrial, "set-terms: trial-ends-at"),
    (AgencyCommand::SetVolumeDiscount, "set-terms: volume-discount"),
    (AgencyCommand::Invite, "invite, resend, add-brands"),
    (AgencyCommand::Revoke, "revoke, remove-brands, erase"),
    (AgencyCommand::Archive, "archive a brand"),
    (AgencyCommand::Adjust, "adjust"),
    (AgencyCommand::Close, "close the agency"),
];

const HEAD: &str = "\
What becomes of what is planned when something else happens.

  kept      it happens at its time
  replaced  the command says something else in its place: for now, or for another time
  dropped   it won't happen
  refused   it is kept: the command is refused as long as it is planned

What is replaced or dropped has an entry in the log; new prices have one in the catalog's history.
Columns are what is planned: for the account that the command is about, or for the agency. \"The
other discount\" is a percentage where an amount is planned, and an amount where a percentage is.

";

const fn name(fate: Fate) -> &'static str {
    match fate {
        Fate::Kept => "kept",
        Fate::Replaced => "replaced",
        Fate::Dropped => "dropped",
        Fate::Refused => "refused",
    }
}

fn printed() -> String {
    let mut table = HEAD.to_owned();
    write!(table, "{:<34}", "").unwrap();
    PLANNED.iter().for_each(|(_, column)| write!(table, "{column:<14}").unwrap());
    let account = ACCOUNT.iter().map(|(command, row)| (Command::Account(*command), row));
    let agency = AGENCY.iter().map(|(command, row)| (Command::Agency(*command), row));
    for (command, row) in account.chain(agency) {
        write!(table, "\n{row:<34}").unwrap();
        for (planned, _) in PLANNED {
            write!(table, "{:<14}", name(fate(planned, command))).unwrap();
        }
    }
    let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

#[test]
fn the_table_of_what_is_planned_is_what_it_says() {
    let table = printed();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/domain/billing/planned.txt");
    if std::env::var_os("PRINT_PLANNED").is_some() {
        std::fs::write(file, &table).unwrap();
    }
    assert!(
        table == include_str!("../../planned.txt"),
        "src/domain/billing/planned.txt isn't what the code does. To print it anew, run the tests \
         once with `PRINT_PLANNED=1`, and read what changed. It should hold:\n{table}"
    );
}

/// A row or a column that is left out would be a hole in the table.
#[test]
fn no_row_and_no_column_is_missing() {
    let planned = PLANNED.iter().map(|(planned, _)| *planned as usize);
    assert!(planned.eq(0..=Planned::Catalog as usize));
    let account = ACCOUNT.iter().map(|(command, _)| *command as usize);
    assert!(account.eq(0..=AccountCommand::PayByAgency as usize));
    let agency = AGENCY.iter().map(|(command, _)| *command as usize);
    assert!(agency.eq(0..=AgencyCommand::Close as usize));
}
