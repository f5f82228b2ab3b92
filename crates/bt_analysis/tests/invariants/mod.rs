//! What holds of the analysis of every text: shared by the tests and by the fuzz target.

use bt_analysis::{Facts, Span, analyse, instrument, semantic_tokens};
use bt_catalog::Version;

/// Panics if something does not hold for `source`.
pub(crate) fn check_invariants(source: &str, target: Version) {
    let analysis = analyse(source, target);
    let whole = Span::new(0, source.len() as u32);
    let is_text = |span: Span| source.get(span.start as usize..span.end as usize).is_some();
    for found in &analysis.diagnostics {
        assert!(whole.contains(found.span) && is_text(found.span), "{found:?}");
        for fix in &found.fixes {
            let mut end = 0;
            for (span, _) in &fix.edits {
                assert!(whole.contains(*span) && is_text(*span) && span.start >= end, "{found:?}");
                end = span.end;
            }
        }
    }
    check_facts(source, &analysis.facts);
    let mut end = 0;
    for token in semantic_tokens(source) {
        assert!(token.span.start >= end && is_text(token.span));
        end = token.span.end;
    }
    assert!(instrument(source, &analysis.facts).starts_with(source), "the script stays as it is");
    assert_eq!(analyse(source, target), analysis, "the same script gives the same result");
}

fn check_facts(source: &str, facts: &Facts) {
    for map in &facts.maps {
        assert_eq!(map.span.text(source), map.name);
        assert_eq!(map.shape.is_keyed(), !map.key.is_empty());
    }
    let mut metrics: Vec<_> = facts.maps.iter().map(|map| &map.metric).collect();
    metrics.sort();
    metrics.dedup();
    assert_eq!(metrics.len(), facts.maps.len(), "every map has its own metric");
    for probe in &facts.probes {
        assert_eq!(probe.span.text(source), probe.attach_point);
    }
}
