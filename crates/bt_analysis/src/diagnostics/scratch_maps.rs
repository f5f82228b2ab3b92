//! A map that only helps the script, as a start time per thread does, becomes a metric like the others.

use bt_syntax::Span;

use super::{Context, Findings};
use crate::Diagnostic;

pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let facts = context.facts;
    // Whoever chose the maps, or prints them, knows what is shown.
    if facts.annotations.include.is_some() || facts.annotations.custom_output_block {
        return;
    }
    if !facts.exported_maps().any(|map| map.scratch) {
        return;
    }
    let shown: Vec<&str> =
        facts.exported_maps().filter(|map| !map.scratch).map(|map| map.name.as_str()).collect();
    if shown.is_empty() {
        return;
    }
    let shown = shown.join(", ");
    let place = Span::empty(first_line(context.source));
    found.extend(facts.exported_maps().filter(|map| map.scratch).map(|map| {
        let message = format!("{} only helps the script, but is exported", map.name);
        Diagnostic::info("scratch-map", map.span, message)
            .with_hint("an `// include:` line says which maps are exported")
            .with_fix(format!("Export only {shown}"), vec![(place, format!("// include: {shown}\n"))])
    }));
}

/// Where a comment line can begin: behind the shebang.
fn first_line(source: &str) -> u32 {
    if !source.starts_with("#!") {
        return 0;
    }
    source.find('\n').map_or(0, |end| end as u32 + 1)
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::testing::check;
    use expect_test::expect;

    #[test]
    fn a_start_time_per_thread() {
        check(
            "#!/usr/bin/bpftrace\nkprobe:f { @start[tid] = nsecs; }\n\
             kretprobe:f /@start[tid]/ { @us = hist(nsecs - @start[tid]); delete(@start[tid]); } END { clear(@start); }",
            expect![[r##"
                info[scratch-map] `@start`: @start only helps the script, but is exported
                  hint: an `// include:` line says which maps are exported
                  Export only @us: "#!/usr/bin/bpftrace\n// include: @us\nkprobe:f { @start[tid] = nsecs; }\nkretprobe:f /@start[tid]/ { @us = hist(nsecs - @start[tid]); delete(@start[tid]); } END { clear(@start); }"
            "##]],
        );
    }

    #[test]
    fn chosen_maps_are_chosen() {
        check(
            "// include: @start, @us\nkprobe:f { @start[tid] = nsecs; }\n\
             kretprobe:f /@start[tid]/ { @us = hist(nsecs - @start[tid]); delete(@start[tid]); }",
            expect![[""]],
        );
        // Printed, counted up or never deleted: it says something itself.
        check("BEGIN { @a[tid] = 1; @b = @a[tid]; delete(@a[tid]); print(@a); }", expect![[""]]);
        check("BEGIN { @a[tid]++; @b = @a[tid]; delete(@a[tid]); }", expect![[""]]);
        check("BEGIN { @a[tid] = 1; @b = @a[tid]; }", expect![[""]]);
    }
}
