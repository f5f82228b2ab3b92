//! Raw bindings to PCP's libpcp and libpcp_pmda, as far as `pcp_pmda` uses them.
//!
//! Names are those of the headers `pcp/pmapi.h` and `pcp/pmda.h`, and so are the rules for calling.
