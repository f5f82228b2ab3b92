//! What the bpftrace language knows: probe types, builtins, functions, annotations, config keys, in one table.
