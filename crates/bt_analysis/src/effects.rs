//! What a script does beside observing: calls that change or read the host, text that it takes from files, macros that
//! may stand for any of that, and bounds that it raises.

mod bounds;
mod c_text;
mod directives;
mod macros;

use bt_catalog::function;
use bt_syntax::tree::Item;
use bt_syntax::{Parse, Program, Span, sort_by_number};

use crate::facts::{EffectFact, EffectKind};
use crate::usage::{Syntax, Usage};

/// Everything that reaches beyond observing, in the order of the text.
///
/// It is told by names alone. A call counts although the script may have a function of its own by that name, and a
/// macro counts although nobody uses it: where bpftrace may read the text in another way, the worse reading holds.
pub(crate) fn effect_facts(source: &str, parse: &Parse, usage: &Usage<'_>) -> Vec<EffectFact> {
    let program = &parse.program;
    let calls = usage.calls.iter().filter_map(|call| {
        let kind = match call.name {
            "cat" => EffectKind::ReadsFile,
            "skboutput" => EffectKind::WritesFile,
            name if function(name).is_some_and(|known| known.needs_unsafe) => EffectKind::ChangesSystem,
            _ => return None,
        };
        Some(EffectFact { kind, what: format!("{}()", call.name), span: call.span })
    });
    let imports = program.items.iter().filter_map(|item| match item {
        Item::Import(import) => Some(import.span),
        _ => None,
    });
    let inner = usage.syntax.iter().filter(|(syntax, _)| *syntax == Syntax::Import).map(|(_, span)| *span);
    let imports = imports.chain(inner).map(|span| effect(EffectKind::TakesText, "import", span));
    let mut effects: Vec<EffectFact> = calls.chain(imports).chain(pins(source, program)).collect();
    directives::directives(source, parse, &mut effects);
    bounds::bounds(source, program, &mut effects);
    sort_by_number(&mut effects, |effect| u64::from(effect.span.start));
    effects
}

fn effect(kind: EffectKind, what: impl Into<String>, span: Span) -> EffectFact {
    EffectFact { kind, what: what.into(), span }
}

/// `iter:object:pin` leaves a file behind that outlives bpftrace.
fn pins<'a>(source: &'a str, program: &'a Program) -> impl Iterator<Item = EffectFact> {
    let points = program.probes().flat_map(|probe| &probe.attach_points);
    points.filter_map(move |point| {
        let is_iter =
            bt_catalog::probe_type(point.provider.text(source)).is_some_and(|known| known.name == "iter");
        let is_pinned = point.span.text(source).matches(':').count() > 1;
        (is_iter && is_pinned).then(|| effect(EffectKind::WritesFile, "a pinned iterator", point.span))
    })
}
