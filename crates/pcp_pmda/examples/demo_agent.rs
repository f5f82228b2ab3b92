//! A small agent that uses everything of the toolkit; the tests run it under a pmcd of their own.
//!
//! `demo.types.*` have one value of each type; `demo.many` has as many instances as was stored into
//! `demo.control.many`; a text stored into `demo.control.grow` becomes a metric `demo.grown.TEXT`, whose value it is;
//! what is stored into `demo.control.echo` is its value from then on, and a panic if it is `panic`.

use std::process::ExitCode;

use pcp_pmda::{
    Agent, Attribute, Child, ContextId, Desc, InDom, LabelTarget, MetricResult, PmError, PmId, Profile,
    Semantics, Setup, Subject, Units, Value, ValueType, Wanted, connect, log,
};

/// In PCP's range for agents that are not its own.
const DOMAIN: u32 = 400;
const MANY: InDom = InDom::new(DOMAIN, 1);
/// Item numbers of metrics that were made by `demo.control.grow` begin here.
const GROWN: u32 = 100;

/// Metrics that are always there: item, name, type and unit.
const FIXED: &[(u32, &str, ValueType, &str)] = &[
    (0, "demo.types.i32", ValueType::I32, "none"),
    (1, "demo.types.u32", ValueType::U32, "none"),
    (2, "demo.types.i64", ValueType::I64, "byte"),
    (3, "demo.types.u64", ValueType::U64, "nanosec"),
    (4, "demo.types.float", ValueType::Float, "Kbyte / sec"),
    (5, "demo.types.double", ValueType::Double, "millisec"),
    (6, "demo.types.text", ValueType::Text, "none"),
    (10, "demo.many", ValueType::U64, "count"),
    (11, "demo.none", ValueType::U64, "none"),
    (12, "demo.failing", ValueType::U64, "none"),
    (13, "demo.client", ValueType::Text, "none"),
    (14, "demo.contexts", ValueType::I32, "none"),
    (20, "demo.control.many", ValueType::U32, "none"),
    (21, "demo.control.echo", ValueType::Text, "none"),
    (22, "demo.control.grow", ValueType::Text, "none"),
    (23, "demo.control.double", ValueType::Double, "none"),
];

struct Demo {
    many: u32,
    echo: String,
    double: f64,
    grown: Vec<String>,
    names_changed: bool,
    clients: Vec<(ContextId, String)>,
}

impl Demo {
    fn all(&self) -> impl Iterator<Item = (u32, String)> {
        let grown = (GROWN..).zip(self.grown.iter().map(|name| format!("demo.grown.{name}")));
        FIXED.iter().map(|(item, name, ..)| (*item, (*name).to_owned())).chain(grown)
    }
}

impl Agent for Demo {
    fn describe(&mut self, pmid: PmId) -> Result<Desc, PmError> {
        let fixed =
            FIXED.iter().find(|(item, ..)| *item == pmid.item()).map(|&(.., kind, unit)| (kind, unit));
        let is_grown = self.all().any(|(item, _)| item == pmid.item());
        let (value_type, unit) =
            fixed.or(is_grown.then_some((ValueType::Text, "none"))).ok_or(PmError::Pmid)?;
        let indom = if pmid.item() == 10 { MANY } else { InDom::NULL };
        let semantics = if pmid.item() == 10 { Semantics::Counter } else { Semantics::Instant };
        let units = Units::parse(unit).ok_or(PmError::Generic)?;
        Ok(Desc { pmid, indom, value_type, semantics, units })
    }

    fn pmid(&mut self, name: &str) -> Result<PmId, PmError> {
        let found = self.all().find(|(_, known)| known == name);
        found.map(|(item, _)| PmId::new(DOMAIN, 0, item)).ok_or(PmError::Name)
    }

    fn names(&mut self, pmid: PmId) -> Result<Vec<String>, PmError> {
        let names: Vec<String> =
            self.all().filter(|(item, _)| *item == pmid.item()).map(|(_, name)| name).collect();
        if names.is_empty() { Err(PmError::Pmid) } else { Ok(names) }
    }

    fn children(&mut self, prefix: &str, traverse: bool) -> Result<Vec<Child>, PmError> {
        let below = format!("{prefix}.");
        let names: Vec<String> = self.all().map(|(_, name)| name).collect();
        let leaves = names.iter().filter_map(|name| Some((name, name.strip_prefix(&below)?)));
        if traverse {
            return Ok(leaves.map(|(name, _)| Child { name: name.clone(), is_leaf: true }).collect());
        }
        let mut children = Vec::new();
        for (_, rest) in leaves {
            let (name, is_leaf) = rest.split_once('.').map_or((rest, true), |(name, _)| (name, false));
            let child = Child { name: name.to_owned(), is_leaf };
            if !children.contains(&child) {
                children.push(child);
            }
        }
        // The branch of the grown metrics is there also while there are none.
        let exists = !children.is_empty() || ["demo", "demo.grown"].contains(&prefix);
        if exists { Ok(children) } else { Err(PmError::Name) }
    }

    fn instances(&mut self, indom: InDom, visit: &mut dyn FnMut(u32, &str)) -> Result<(), PmError> {
        if indom != MANY {
            return Err(PmError::Indom);
        }
        (0..self.many).for_each(|number| visit(number * 2, &format!("instance {number}")));
        Ok(())
    }

    fn help(&mut self, subject: Subject, long: bool) -> Result<String, PmError> {
        match (subject, long) {
            (Subject::Indom(MANY), false) => Ok("many instances".into()),
            (Subject::Indom(MANY), true) => Ok("As many instances as were asked for.".into()),
            (Subject::Metric(pmid), false) => Ok(format!("metric {}", pmid.item())),
            (Subject::Metric(pmid), true) => Ok(format!("The metric {pmid}.\nIt says nothing.")),
            _ => Err(PmError::Text),
        }
    }

    fn labels(&mut self, target: LabelTarget) -> String {
        match target {
            LabelTarget::Domain => r#"{"of":"domain"}"#.into(),
            LabelTarget::Cluster(cluster) => format!(r#"{{"cluster":{cluster}}}"#),
            LabelTarget::Item(pmid) => format!(r#"{{"item":{}}}"#, pmid.item()),
            LabelTarget::Indom(_) => "{}".into(),
        }
    }

    fn instance_labels(&mut self, indom: InDom, visit: &mut dyn FnMut(u32, &str)) -> Result<(), PmError> {
        if indom == MANY {
            (0..self.many).for_each(|number| visit(number * 2, &format!(r#"{{"half":{number}}}"#)));
        }
        Ok(())
    }

    fn begin_fetch(&mut self, _context: ContextId, pmids: &[PmId]) {
        log::info(&format!("fetch of {} metrics", pmids.len()));
    }

    fn fetch(
        &mut self,
        context: ContextId,
        pmid: PmId,
        profile: &Profile<'_>,
        out: &mut MetricResult<'_>,
    ) -> Result<(), PmError> {
        match pmid.item() {
            0 => out.push(None, Value::I32(-32)),
            1 => out.push(None, Value::U32(u32::MAX)),
            2 => out.push(None, Value::I64(i64::MIN)),
            3 => out.push(None, Value::U64(u64::MAX)),
            4 => out.push(None, Value::Float(0.5)),
            5 => out.push(None, Value::Double(-0.25)),
            6 => out.push(None, Value::Text("größer\0than \"NUL\"")),
            10 => {
                let value = |number: u32| u64::from(number) << 40 | u64::from(number);
                match profile.of(MANY) {
                    Wanted::Only(numbers) => numbers
                        .iter()
                        .filter(|number| *number % 2 == 0 && *number / 2 < self.many)
                        .for_each(|&number| out.push(Some(number), Value::U64(value(number / 2)))),
                    wanted => (0..self.many)
                        .filter(|number| wanted.contains(number * 2))
                        .for_each(|number| out.push(Some(number * 2), Value::U64(value(number)))),
                }
            }
            11 => {}
            12 => return Err(PmError::AppVersion),
            13 => {
                let known = self.clients.iter().filter(|(client, _)| *client == context);
                let known: Vec<&str> = known.map(|(_, text)| text.as_str()).collect();
                out.push(None, Value::Text(&known.join(" ")));
            }
            14 => {
                let mut contexts: Vec<_> = self.clients.iter().map(|(context, _)| context).collect();
                contexts.dedup();
                out.push(None, Value::I32(contexts.len() as i32));
            }
            20 => out.push(None, Value::U32(self.many)),
            21 if self.echo == "panic in fetch" => panic!("in a fetch"),
            21 => out.push(None, Value::Text(&self.echo)),
            22 => out.push(None, Value::Text(&self.grown.join(" "))),
            23 => out.push(None, Value::Double(self.double)),
            item => {
                let grown = item.checked_sub(GROWN).and_then(|index| self.grown.get(index as usize));
                out.push(None, Value::Text(grown.ok_or(PmError::Pmid)?));
            }
        }
        Ok(())
    }

    fn store(
        &mut self,
        _context: ContextId,
        pmid: PmId,
        _instance: Option<u32>,
        value: Value<'_>,
    ) -> Result<(), PmError> {
        match (pmid.item(), value) {
            (20, Value::U32(many)) if many <= 1_000_000 => self.many = many,
            (20, _) => return Err(PmError::BadStore),
            (21, Value::Text("panic")) => panic!("in a store"),
            (21, Value::Text(text)) => text.clone_into(&mut self.echo),
            (22, Value::Text(name)) => {
                self.grown.push(name.to_owned());
                self.names_changed = true;
            }
            (23, Value::Double(value)) => self.double = value,
            _ => return Err(PmError::Permission),
        }
        Ok(())
    }

    fn attribute(&mut self, context: ContextId, attribute: Attribute<'_>) {
        self.clients.push((context, format!("{attribute:?}")));
    }

    fn end_context(&mut self, context: ContextId) {
        self.clients.retain(|(client, _)| *client != context);
    }

    fn names_changed(&mut self) -> bool {
        std::mem::take(&mut self.names_changed)
    }
}

fn main() -> ExitCode {
    let setup = Setup {
        name: "demo".into(),
        domain: DOMAIN,
        log_file: std::env::args_os().nth(1).map(Into::into),
        user: None,
        authorize: true,
        notready: None,
    };
    let agent = Demo {
        many: 3,
        echo: "nothing yet".into(),
        double: 0.0,
        grown: Vec::new(),
        names_changed: false,
        clients: Vec::new(),
    };
    match connect(setup) {
        Ok(connection) => {
            connection.serve(agent);
            log::info("pmcd has closed the pipe");
            ExitCode::SUCCESS
        }
        Err(error) => {
            log::error(&error.to_string());
            ExitCode::FAILURE
        }
    }
}
