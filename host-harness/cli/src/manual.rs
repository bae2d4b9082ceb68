//! `clientdesk completions` and `clientdesk man`: what shells and `man` read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;
use clientdesk_host::suggest::{close_names, did_you_mean};

use super::failure::Failure;
use super::format::cut;
use super::output;

const COMPLETIONS: &str = "\
Examples:
  clientdesk completions bash > ~/.local/share/bash-completion/completions/clientdesk
  clientdesk completions zsh > ~/.zfunc/_clientdesk
  clientdesk completions fish > ~/.config/fish/completions/clientdesk.fish";

const MAN: &str = "\
Examples:
  clientdesk man | man -l -
      reads the page of the program
  clientdesk man brands archive | man -l -
      reads that of a command
  clientdesk man --dir ~/.local/share/man/man1
      writes a page for each command, for `man clientdesk-brands`";

/// Prints a script that completes commands and options in a shell
#[derive(Args)]
#[command(after_help = COMPLETIONS)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Prints the manual page of the program, or of a command
#[derive(Args)]
#[command(after_help = MAN)]
pub(crate) struct ManArgs {
    /// The command; the whole program without one
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
    /// Writes the pages of all commands to this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    dir: Option<PathBuf>,
}

/// Prints the script for a shell.
pub(crate) fn completions(mut program: Command, args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "clientdesk", &mut script);
    Ok(output::print(&String::from_utf8_lossy(&script))?)
}

/// Prints a page, or writes all of them.
pub(crate) fn man(mut program: Command, args: &ManArgs) -> Result<(), Failure> {
    program.build();
    if let Some(folder) = &args.dir {
        fs::create_dir_all(folder)
            .with_context(|| format!("can't create the folder `{}`", folder.display()))?;
        return write_all(&program, "clientdesk", folder);
    }
    let (mut command, mut name) = (&program, "clientdesk".to_owned());
    for word in &args.command {
        let inner = command.find_subcommand(word).ok_or_else(|| {
            let names = command.get_subcommands().map(Command::get_name);
            let close = did_you_mean(&close_names(word, names));
            Failure::Usage(format!("`{name}` has no command `{}`{close}", cut(word)))
        })?;
        name = format!("{name}-{}", inner.get_name());
        command = inner;
    }
    let page = page(command, &name).context("can't make the page")?;
    Ok(output::print(&String::from_utf8_lossy(&page))?)
}

fn page(command: &Command, name: &str) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    Man::new(command.clone()).title(name).render(&mut text)?;
    Ok(text)
}

fn write_all(command: &Command, name: &str, folder: &Path) -> Result<(), Failure> {
    let path = folder.join(format!("{name}.1"));
    let cant = || format!("can't write `{}`", path.display());
    fs::write(&path, page(command, name).with_context(cant)?).with_context(cant)?;
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        write_all(inner, &format!("{name}-{}", inner.get_name()), folder)?;
    }
    Ok(())
}
