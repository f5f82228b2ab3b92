//! Finds PCP's libraries with pkg-config.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for library in ["libpcp", "libpcp_pmda"] {
        if let Err(error) = pkg_config::Config::new().atleast_version("6.0").probe(library) {
            println!("cargo::error={library} of PCP 6.0 or newer is needed: {error}");
            println!("cargo::error=on Debian: apt-get install pkg-config libpcp3-dev libpcp-pmda3-dev");
        }
    }
}
