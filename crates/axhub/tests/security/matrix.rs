//! Who may do what: every operation × every kind of caller × own things, another's, and things that do not exist.
//!
//! The operations come from the description of the whole API, so that a new one is in the matrix by itself, and fails until
//! [`operations::request`] knows how to ask for it. The matrix is a snapshot for people to read. What it must hold, the test
//! asserts: a refusal tells nothing and changes nothing, and what is another's looks exactly like what does not exist.

mod answers;
mod callers;
mod operations;
mod stage;

use axhub_testkit::{Client, Engine, Reply, contents};
use axum::http::Method;
use rstest::rstest;

use self::answers::{Told, told};
use self::callers::{Kind, Strangers};
use self::operations::{Operation, Request, all, request};
use self::stage::{Codes, Stage};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn everybody_has_their_own(#[case] engine: Engine) {
    let operations = all();
    let unknown: Vec<&str> = operations.iter().filter(|one| one.kind().is_none()).map(|one| one.path.as_str()).collect();
    assert!(unknown.is_empty() && operations.len() > 130, "whose are {unknown:?}?");

    let stage = Stage::open(engine).await;
    let strangers = Strangers::of(&stage.app).await;
    let (mut matrix, mut faults) = (heading(&strangers), Vec::new());
    for operation in &operations {
        let own = stage.prepare(operation).await;
        let asked = request(operation, &own, &stage);
        let mut trial = Trial { stage: &stage, operation, asked, own, faults: Vec::new() };
        matrix.push_str(&trial.line(&strangers).await);
        faults.append(&mut trial.faults);
    }
    stage.app.assert_stock_is_sound().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    insta::assert_snapshot!("matrix", matrix);
}

fn heading(strangers: &Strangers) -> String {
    let names: Vec<&str> = strangers.names().collect();
    format!(
        "Strangers, in this order: {}.\n\
        alpha and beta are channels, hanok and lumiere suppliers, olivia is an operator. What is asked for is alpha's or hanok's.\n\
        In brackets: answered, with nothing of alpha's or hanok's in it. Last: the owner asks for what does not exist.\n\n\
        {:<90}{:<33}alpha  beta   hanok  lumi   olivia nothing\n",
        names.join(", "),
        "",
        "strangers",
    )
}

/// An operation that everybody tries.
struct Trial<'a> {
    stage: &'a Stage,
    operation: &'a Operation,
    /// What belongs to alpha or hanok, or is there for olivia to see.
    own: Codes,
    asked: Request,
    /// What should not be.
    faults: Vec<String>,
}

impl Trial<'_> {
    /// Notes a fault unless all is well.
    fn check(&mut self, is_well: bool, fault: impl Fn() -> String) {
        if !is_well {
            self.faults.push(format!("{}: {}", self.operation.id, fault()));
        }
    }

    /// What everybody was answered, for the matrix.
    async fn line(&mut self, strangers: &Strangers) -> String {
        let kind = self.operation.kind().unwrap_or(Kind::Anyone);
        let before = contents(self.stage.app.database()).await;
        let mut line = format!("{:<90}", self.operation.name());
        for (name, stranger) in strangers.all() {
            line.push_str(&format!("{} ", self.keep_out(name, stranger).await));
        }
        let [owner, others @ ..] = self.by_kind(kind);
        let mut cells = vec![(owner.0, String::new())];
        for (name, of, caller) in &others {
            let cell = if *of == kind { self.other(name, caller).await } else { self.keep_out(name, caller).await };
            cells.push((name, cell));
        }
        let after = contents(self.stage.app.database()).await;
        let changed: Vec<&String> = before.keys().filter(|table| before[*table] != after[*table]).collect();
        let is_anothers_own = cells.iter().any(|(_, cell)| cell.starts_with('('));
        self.check(changed.is_empty() || is_anothers_own, || format!("refused to all, and yet {changed:?} changed"));

        let nothing = self.nothing(owner.0, &owner.2).await;
        let status_of_nothing = nothing.as_ref().map(|told| told.status.to_string()).unwrap_or_default();
        if kind != Kind::Anyone {
            let reply = self.asked.send(&owner.2).await;
            let is_done = (200..300).contains(&reply.status);
            self.check(is_done, || format!("refused to {}: {} {}", owner.0, reply.status, reply.text()));
            self.see(is_anothers_own, &reply, nothing.as_ref());
            cells[0].1 = reply.status.to_string();
        } else {
            cells[0].1 = self.keep_out(owner.0, &owner.2).await;
        }
        cells.sort_unstable();
        let cells: String = cells.iter().map(|(_, cell)| format!("{cell:<7}")).collect();
        format!("{line} {cells}{status_of_nothing}").trim_end().to_owned() + "\n"
    }

    /// What another must not be shown is there to be shown: the owner reads it, and is told otherwise of what does not exist.
    fn see(&mut self, is_anothers_own: bool, reply: &Reply, nothing: Option<&Told>) {
        let told_of_own = told(reply, &self.own);
        self.check(nothing != Some(&told_of_own), || format!("tells the owner no more than of nothing: {told_of_own:?}"));
        if self.operation.method == Method::GET && is_anothers_own {
            let (must, seen) = (self.operation.shows(), self.own.found_in(reply.text()));
            self.check(seen.contains(&must), || format!("the owner reads only {seen:?}, without {must}: {}", reply.text()));
        }
    }

    /// Everybody with a key, whose the operation is first.
    fn by_kind(&self, kind: Kind) -> [(&'static str, Kind, Client); 5] {
        let mut callers = self.stage.callers();
        let owner = callers.iter().position(|(_, of, _)| *of == kind).unwrap_or_default();
        callers.swap(0, owner);
        callers
    }

    /// Whoever has no business here is told the same, whatever they ask for and however badly. What is for all is for them, too.
    async fn keep_out(&mut self, name: &str, caller: &Client) -> String {
        if self.operation.kind() == Some(Kind::Anyone) {
            let reply = self.asked.send(caller).await;
            self.check(reply.status == 200, || format!("for all, but not for {name}"));
            return reply.status.to_string();
        }
        let nobodys = self.own.nobodys();
        let answer = told(&self.asked.send(caller).await, &self.own);
        let is_refused = answer.is(403, "permission_denied");
        self.check(is_refused, || format!("answers {name}: {} {}", answer.status, answer.text));
        for request in [request(self.operation, &nobodys, self.stage), Request::nonsense(self.operation)] {
            let other = told(&request.send(caller).await, &nobodys);
            self.check(other == answer, || format!("tells {name} what there is: {request:?}: {other:?} is not {answer:?}"));
        }
        answer.status.to_string()
    }

    /// Another of the same kind: what it names looks like what does not exist; where it names nothing, it has its own.
    async fn other(&mut self, name: &str, caller: &Client) -> String {
        let answer = told(&self.asked.send(caller).await, &self.own);
        let nobodys = self.own.nobodys();
        let of_nobody = request(self.operation, &nobodys, self.stage);
        if of_nobody == self.asked {
            let reply = self.asked.send(caller).await;
            let shown = self.own.found_in(reply.text());
            self.check(shown.is_empty(), || format!("shows {name} {shown:?}, which is another's: {}", reply.text()));
            self.check((200..300).contains(&answer.status), || format!("refused to {name}: {} {}", answer.status, answer.text));
            return format!("({})", answer.status);
        }
        let nothing = told(&of_nobody.send(caller).await, &nobodys);
        self.check(answer == nothing, || format!("tells {name} what there is: {answer:?} is not {nothing:?}"));
        let is_in_address = self.operation.path.contains('{');
        self.check(!is_in_address || answer.is(404, "not_found"), || format!("answers {name}: {answer:?}"));
        answer.status.to_string()
    }

    /// What the owner is told of what does not exist.
    async fn nothing(&mut self, name: &str, owner: &Client) -> Option<Told> {
        let nobodys = self.own.nobodys();
        let of_nobody = request(self.operation, &nobodys, self.stage);
        if of_nobody == self.asked {
            return None;
        }
        let nothing = told(&of_nobody.send(owner).await, &nobodys);
        let is_in_address = self.operation.path.contains('{');
        self.check(!is_in_address || nothing.is(404, "not_found"), || format!("answers {name} about nothing: {nothing:?}"));
        Some(nothing)
    }
}
