//! What an agent does: the trait that the toolkit calls for each request of pmcd.

use crate::{ContextId, Desc, InDom, MetricResult, PmError, PmId, Profile, Value};

/// A child of a name in the name space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// The last component of its name; the full name when the whole subtree was asked for.
    pub name: String,
    /// Whether it is a metric, not an inner node.
    pub is_leaf: bool,
}

/// What a help text is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A metric.
    Metric(PmId),
    /// An instance domain.
    Indom(InDom),
}

/// What labels belong to; those of instances have a method of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelTarget {
    /// The whole agent.
    Domain,
    /// A cluster of metrics, by its number.
    Cluster(u32),
    /// A metric.
    Item(PmId),
    /// An instance domain.
    Indom(InDom),
}

/// Who a client is, as far as pmcd knows: local ones by their process, others by their authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attribute<'a> {
    /// The name that the client authenticated with.
    Username(&'a str),
    /// The user that the client runs as.
    UserId(u32),
    /// The group that the client runs as.
    GroupId(u32),
    /// The client's process.
    ProcessId(u32),
}

/// An agent. Methods are called one at a time, on the thread that serves; while one runs no client is answered, so
/// none of them may wait. One that panics answers its client with [`PmError::Generic`], and the agent goes on.
pub trait Agent {
    /// The descriptor of a metric.
    fn describe(&mut self, pmid: PmId) -> Result<Desc, PmError>;

    /// The number of a metric, from its full name; [`PmError::Name`] for an inner node.
    fn pmid(&mut self, name: &str) -> Result<PmId, PmError>;

    /// The full names of a metric: at least one.
    fn names(&mut self, pmid: PmId) -> Result<Vec<String>, PmError>;

    /// The direct children of a name, or all metrics below it when `traverse`. An empty subtree is an empty list;
    /// a name that does not exist is [`PmError::Name`], which a client sees only when it asked to `traverse`. Not called
    /// for names of metrics.
    fn children(&mut self, prefix: &str, traverse: bool) -> Result<Vec<Child>, PmError>;

    /// Calls `visit` with number and name of each instance, in the order in which tools show them.
    fn instances(&mut self, indom: InDom, visit: &mut dyn FnMut(u32, &str)) -> Result<(), PmError>;

    /// The one-line or the long help text.
    fn help(&mut self, subject: Subject, long: bool) -> Result<String, PmError>;

    /// The labels of something, as a JSON object: `{}` for none. Beyond 65,535 bytes none are sent.
    fn labels(&mut self, target: LabelTarget) -> String;

    /// Calls `visit` with number and labels (a JSON object) of each instance that has some.
    fn instance_labels(&mut self, indom: InDom, visit: &mut dyn FnMut(u32, &str)) -> Result<(), PmError>;

    /// Called once for each request, before [`Self::fetch`] is called for each of its metrics.
    fn begin_fetch(&mut self, context: ContextId, pmids: &[PmId]);

    /// Called once for each request, after all of its [`Self::fetch`]: what was held for it may go.
    fn end_fetch(&mut self) {}

    /// Adds to `out` the values of those instances that the profile wants. No values is no error.
    fn fetch(
        &mut self,
        context: ContextId,
        pmid: PmId,
        profile: &Profile<'_>,
        out: &mut MetricResult<'_>,
    ) -> Result<(), PmError>;

    /// A client stores a value into a metric, or into one of its instances.
    fn store(
        &mut self,
        context: ContextId,
        pmid: PmId,
        instance: Option<u32>,
        value: Value<'_>,
    ) -> Result<(), PmError>;

    /// Who a client is; called when it connects. Only with [`Setup::authorize`](crate::Setup::authorize).
    fn attribute(&mut self, context: ContextId, attribute: Attribute<'_>);

    /// A client has gone.
    fn end_context(&mut self, context: ContextId);

    /// Asked at the end of every fetch: true once after names or labels of metrics have changed. pmcd then tells each
    /// client with its next values, and can only be told in the answer to a fetch.
    fn names_changed(&mut self) -> bool;
}
