//! PCP's configuration variables.

/// The value of a variable of pcp.conf, as `PCP_PMDAS_DIR`; the environment comes before the file. None if it is
/// not known, or no UTF-8.
pub fn config(_name: &str) -> Option<String> {
    None
}
