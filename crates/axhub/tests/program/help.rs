//! What `--help` says, of every command there is.

use axhub::cli::Cli;
use clap::{Command, CommandFactory};

use crate::process::{axhub, finish};

/// The words that lead to every command, the program itself first.
fn paths() -> Vec<Vec<String>> {
    fn walk(command: &Command, path: &[String], paths: &mut Vec<Vec<String>>) {
        paths.push(path.to_vec());
        for below in command.get_subcommands() {
            walk(below, &[path, &[below.get_name().to_owned()]].concat(), paths);
        }
    }
    let mut paths = Vec::new();
    walk(&Cli::command(), &[], &mut paths);
    paths
}

/// The help of a command as it is where nothing is set and no terminal says how wide it is.
fn help(path: &[String]) -> String {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let said = finish(axhub(&arguments).env_remove("AXHUB_LOG").env_remove("COLUMNS"));
    assert!(said.status.success() && said.err.is_empty(), "{path:?}: {}", said.err);
    // Editors and git would not keep the spaces at the ends of lines.
    said.out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn every_command_has_a_page_of_the_manual() {
    let paths = paths();
    let groups = paths.iter().filter(|path| path.len() <= 1);
    for group in groups {
        let of_group = paths.iter().filter(|path| *path == group || (!group.is_empty() && path.starts_with(group)));
        let pages: Vec<String> = of_group.map(|path| format!("$ axhub {} --help\n\n{}", path.join(" "), help(path))).collect();
        let name = group.first().map_or("axhub", String::as_str);
        insta::with_settings!({ snapshot_suffix => name, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("help", pages.join("\n\n"));
        });
    }
}

#[test]
fn every_command_of_operators_speaks_json_and_has_an_example() {
    let leaves: Vec<Vec<String>> = paths().into_iter().filter(|path| path.len() == 2 || is_alone(path)).collect();
    assert!(leaves.len() > 25, "{leaves:?}");
    for path in leaves {
        let help = help(&path);
        assert!(help.contains("\n      --json\n"), "{path:?} has no --json");
        assert!(help.contains("\nExample:\n") || help.contains("\nExamples:\n"), "{path:?} has no example");
        let command = format!("axhub {}", path.join(" "));
        let examples = help.split("\nExample").nth(1).expect("it is there");
        assert!(examples.contains(&command), "{path:?} has an example of something else");
        let changes = !["list", "show", "audit", "search", "reconcile"].contains(&path.last().expect("a word").as_str());
        assert_eq!(help.contains("\n      --as <NAME>\n"), changes, "{path:?}");
    }
}

/// Operators' commands without commands below them.
fn is_alone(path: &[String]) -> bool {
    matches!(path, [only] if only == "audit" || only == "search")
}
