//! The command line: the options that every agent of PCP has, as pmcd.conf gives them.

use std::path::PathBuf;

use clap::Parser;

/// Metrics of bpftrace scripts for Performance Co-Pilot.
///
/// pmcd(1) starts this agent; started by hand it has nobody to answer to. See pmdabpftrace(1).
#[derive(Debug, Parser)]
#[command(name = "pmdabpftrace", version)]
pub(crate) struct Options {
    /// The domain of the agent's metrics: always 151.
    #[arg(short = 'd', long, value_name = "DOMAIN", default_value_t = DOMAIN, value_parser = domain)]
    pub(crate) domain: u32,

    /// Where to write the log, instead of bpftrace.log in the folder that pmcd is in.
    #[arg(short = 'l', long = "log", value_name = "FILE")]
    pub(crate) log_file: Option<PathBuf>,

    /// The user to run as. bpftrace needs root or its capabilities.
    #[arg(short = 'U', long = "username", value_name = "USER")]
    pub(crate) user: Option<String>,

    /// Diagnostics of PCP's library, e.g. pdu,fetch; see pmdbg(1). With any of them the agent logs more, too.
    #[arg(short = 'D', long, value_name = "WORDS")]
    pub(crate) debug: Option<String>,

    /// pmcd waits for the agent (`notready` in its line of pmcd.conf), or does not (=false); as pmcd.conf says otherwise.
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub(crate) notready: Option<bool>,

    /// The configuration, instead of bpftrace/bpftrace.conf in $PCP_PMDAS_DIR or $PCP_SYSCONF_DIR.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// The domain that PCP gave to bpftrace.
const DOMAIN: u32 = 151;

fn domain(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(DOMAIN) => Ok(DOMAIN),
        _ => Err(format!(
            "this agent's metrics have domain {DOMAIN}: clients know them by these numbers, so it cannot be another"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Options, String> {
        let args = std::iter::once("pmdabpftrace").chain(args.iter().copied());
        Options::try_parse_from(args).map_err(|error| error.to_string())
    }

    #[test]
    fn as_pmcd_conf_gives_them() {
        let options = parse(&["-d", "151", "-l", "/tmp/x.log", "-U", "pcp", "-Dfetch,pdu"]).unwrap();
        assert_eq!((options.domain, options.debug.as_deref()), (151, Some("fetch,pdu")));
        assert_eq!(options.log_file, Some("/tmp/x.log".into()));
        assert_eq!(options.user.as_deref(), Some("pcp"));
        assert!(parse(&[]).is_ok());
        for (args, notready) in [
            (&[][..], None),
            (&["--notready", "-d", "151"], Some(true)),
            (&["--notready=false"], Some(false)),
        ] {
            assert_eq!(parse(args).unwrap().notready, notready, "{args:?}");
        }
    }

    #[test]
    fn another_domain_is_explained() {
        for domain in ["60", "x"] {
            assert!(parse(&["-d", domain]).unwrap_err().contains("clients know them by these numbers"));
        }
    }
}
