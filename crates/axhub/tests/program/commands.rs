//! Pages whose commands are run: each block of `sh`, from top to bottom in one shell, against a running hub.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Stands around a page's commands. A block is to have no errors, or exactly the status behind its `sh`; the status of
/// every call is looked at, whatever the page does with the answer.
const AROUND: &str = r#"
set -euo pipefail
curl() {
  command curl "$@" --write-out '%{stderr}%{http_code}\n' 2> .status | tee .answer || { cat .status >&2; return 7; }
  local status; status=$(tail -n 1 .status)
  if [ "$EXPECTED" = ok ] && [ "$status" -lt 400 ]; then return 0; fi
  if [ "$EXPECTED" = "$status" ]; then return 0; fi
  { echo "status $status, but $EXPECTED was expected:"; cat .answer; } >&2
  return 22
}
"#;
const MARK: &str = "\u{1}block ";

/// A page with commands.
pub struct Page {
    name: String,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
}

/// Commands of a page, and the answers shown right under them.
pub struct Block {
    line: usize,
    expected: String,
    script: String,
    shown: Vec<String>,
}

impl Page {
    /// The page of this name in `docs/`.
    pub fn read(name: &str) -> Page {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Page { name: name.to_owned(), blocks: blocks(&text) }
    }

    /// Runs its commands as `prepare` makes them, with these variables. Each block must end as it says and answer what the
    /// page shows under it. Gives what all blocks printed.
    pub fn run(&self, prepare: impl Fn(&str) -> String, variables: &[(&str, &str)]) -> Vec<String> {
        let mut script = AROUND.to_owned();
        for (number, block) in self.blocks.iter().enumerate() {
            script.push_str(&format!("printf '\\n{MARK}{number}\\n'; EXPECTED={}\n{}", block.expected, prepare(&block.script)));
        }
        let home = tempfile::tempdir().expect("a directory");
        let output = bash(&script, home.path(), variables);
        let said = String::from_utf8_lossy(&output.stdout);
        let answers: Vec<&str> = said.split(MARK).skip(1).collect();
        let last = &self.blocks[answers.len().max(1) - 1];
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}:{}\n{}\n{complaint}", self.name, last.line, last.script);
        assert_eq!(complaint, "");

        let mut wrong = Vec::new();
        for (block, answer) in self.blocks.iter().zip(&answers) {
            let missing = block.shown.iter().flat_map(|shown| facts(shown)).filter(|fact| !answer.contains(fact));
            wrong.extend(missing.map(|fact| format!("{}:{}: {fact} is not in the answer:\n{answer}", self.name, block.line)));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        answers.into_iter().map(str::to_owned).collect()
    }
}

fn bash(script: &str, home: &Path, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new("bash");
    command
        .args(["--noprofile", "--norc", "-c", script])
        .current_dir(home)
        .env("HOME", home)
        .env("no_proxy", "*")
        .envs(variables.iter().copied());
    command.output().expect("bash can be started")
}

/// The blocks of commands, each with the shown answers that follow with nothing in between.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<(String, usize, String)> = None;
    let mut follows_a_block = false;
    for (at, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.to_owned(), at + 1, String::new())),
            (None, None) => follows_a_block = follows_a_block && line.is_empty(),
            (Some((_, _, text)), None) => *text += &format!("{line}\n"),
            (Some(_), Some(_)) => {
                let (info, line, text) = open.take().expect("it is open");
                if let Some(expected) = info.strip_prefix("sh") {
                    let expected = if expected.is_empty() { "ok" } else { expected.trim() };
                    blocks.push(Block { line, expected: expected.to_owned(), script: text, shown: Vec::new() });
                    follows_a_block = true;
                } else if let Some(block) = blocks.last_mut().filter(|_| follows_a_block) {
                    block.shown.push(text);
                }
            }
        }
    }
    blocks
}

/// What a shown answer promises of every answer: status lines, names of headers and members, and values that are words.
/// Codes, dates and amounts have digits in them and differ from day to day, and `…` stands for anything.
fn facts(shown: &str) -> Vec<String> {
    if !shown.trim_start().starts_with('{') {
        let lines = shown.lines().filter(|line| !line.is_empty());
        return lines
            .map(|line| if line.starts_with("HTTP/") { line } else { line.split_inclusive(':').next().unwrap_or(line) }.to_owned())
            .collect();
    }
    let mut facts = Vec::new();
    let mut texts = shown.split('"').skip(1);
    while let (Some(text), Some(between)) = (texts.next(), texts.next()) {
        let Some(value) = between.trim_start().strip_prefix(':') else { continue };
        let is_code = text.contains('…') || text.parse::<uuid::Uuid>().is_ok();
        if is_code {
            continue;
        }
        let word = value.trim_start().split([',', '}']).next().unwrap_or_default().trim();
        if word == "true" || word == "false" {
            facts.push(format!(r#""{text}":{word}"#));
        } else if let (true, Some(value)) = (word.is_empty(), texts.clone().next()) {
            let is_fixed = !value.contains('…') && !value.contains(|c: char| c.is_ascii_digit());
            facts.push(if is_fixed { format!(r#""{text}":"{value}""#) } else { format!(r#""{text}":"#) });
        } else {
            facts.push(format!(r#""{text}":"#));
        }
    }
    facts
}
