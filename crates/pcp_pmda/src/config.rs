//! PCP's configuration variables, and what pmcd's configuration says of an agent.

use pcp_sys::pmGetOptionalConfig;

use crate::c_memory::{borrowed_text, c_text};

/// The value of a variable of pcp.conf, as `PCP_PMDAS_DIR`; the environment comes before the file. None if it is
/// not known, or no UTF-8.
///
/// The first call reads pcp.conf into the environment of this process, and must therefore come before other threads
/// are started.
pub fn config(name: &str) -> Option<String> {
    let name = c_text(name);
    // SAFETY: the name ends with NUL; what is returned is null or a text in the environment, which is copied at once.
    unsafe { borrowed_text(pmGetOptionalConfig(name.as_ptr())) }.map(String::from)
}

/// Whether pmcd was told to wait for the agent of this domain: the word `notready` in its line of pmcd.conf.
///
/// That is the file of the pmcd that pcp.conf names; a pmcd can be started with another. Nothing in the protocol tells an agent, and it has to know: pmcd never asks one that it waits for and that does
/// not say that it is ready, and it takes the word of one that it does not wait for as an answer, fails, and
/// drops the agent.
pub(crate) fn is_waited_for(domain: u32) -> bool {
    let path = config("PCP_PMCDCONF_PATH").unwrap_or_default();
    // pmcd's file may hold anything; what is no UTF-8 is in a comment or a path, not in the words looked at.
    std::fs::read(path).is_ok_and(|bytes| says_notready(&String::from_utf8_lossy(&bytes), domain))
}

/// Reads lines such as `bpftrace 151 pipe binary notready /path/to/agent -d 151`.
fn says_notready(pmcd_conf: &str, domain: u32) -> bool {
    let domain = domain.to_string();
    let lines = pmcd_conf.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    lines
        .take_while(|words| words.first() != Some(&"[access]"))
        .filter(|words| words.first().is_some_and(|word| !word.starts_with('#')))
        .find(|words| words.get(1) == Some(&domain.as_str()))
        .is_some_and(|words| matches!(words[2..], ["pipe", "binary", "notready", ..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONF: &str = "\
# waits 1 pipe binary notready /x
pmcd\t2\tdso\tpmcd_init\t/usr/lib/pcp/pmdas/pmcd/pmda_pmcd.so
waits\t9\tpipe\tbinary notready\t/path/agent -d 9
plain 151 pipe binary /path/notready notready
[access]
disallow 10 pipe binary notready
";

    #[test]
    fn the_line_of_the_agent_counts() {
        assert!(says_notready(CONF, 9));
        for domain in [1, 2, 10, 15, 151] {
            assert!(!says_notready(CONF, domain), "{domain}");
        }
    }
}
