//! Where PCP wants an agent's files, by the variables of pcp.conf(5).

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

const ROOT: u32 = 0;
const OTHERS_MAY_WRITE: u32 = 0o022;
const STICKY: u32 = 0o1000;

/// The files and folders of the agent.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    /// Where the configuration may be; the first one that exists counts.
    configs: Vec<PathBuf>,
    /// Where autostart scripts are; all folders count.
    pub(crate) autostart: Vec<PathBuf>,
    /// Where the numbers of metrics and instances are kept over restarts.
    numbering: Option<PathBuf>,
}

impl Paths {
    /// Asks PCP; `config` is the configuration that somebody asked for, instead of the usual ones.
    pub(crate) fn find(config: Option<PathBuf>) -> Paths {
        let folder = |variable: &str, below: &str| Some(Path::new(&pcp_pmda::config(variable)?).join(below));
        let agent = folder("PCP_PMDAS_DIR", "bpftrace");
        let system = folder("PCP_SYSCONF_DIR", "bpftrace");
        let configs = match config {
            Some(config) => vec![config],
            None => {
                [&agent, &system].into_iter().flatten().map(|folder| folder.join("bpftrace.conf")).collect()
            }
        };
        let autostart =
            [&system, &agent].into_iter().flatten().map(|folder| folder.join("autostart")).collect();
        Paths { configs, autostart, numbering: folder("PCP_VAR_DIR", "config/bpftrace") }
    }

    /// A configuration, and an autostart folder beside it.
    #[cfg(test)]
    pub(crate) fn with_config(config: PathBuf) -> Paths {
        let autostart = vec![config.with_file_name("autostart")];
        Paths { configs: vec![config], autostart, numbering: None }
    }

    /// The configuration file, or where it would be.
    pub(crate) fn config(&self) -> Option<&Path> {
        let existing = self.configs.iter().find(|path| path.exists());
        existing.or(self.configs.first()).map(PathBuf::as_path)
    }

    /// The folder for numbers, which may not be there yet. The engine uses it only if it is ours alone; here the folders
    /// above it are asked, where whoever may write could put another one in its place. (Of PCP's own, `config/pmda` is
    /// such a folder: it belongs to the user pcp.)
    ///
    /// # Errors
    /// They cannot be made, or somebody else could write to one.
    pub(crate) fn numbering(&self) -> io::Result<Option<PathBuf>> {
        let Some(path) = &self.numbering else { return Ok(None) };
        let (Some(above), Some(name)) = (path.parent(), path.file_name()) else { return Ok(None) };
        std::fs::create_dir_all(above)?;
        let above = above.canonicalize()?;
        let own = rustix::process::geteuid().as_raw();
        for folder in above.ancestors() {
            let metadata = folder.metadata()?;
            let is_trusted = [ROOT, own].contains(&metadata.uid());
            // In a sticky folder, as /tmp, nobody moves what belongs to another.
            let is_guarded = metadata.mode() & OTHERS_MAY_WRITE == 0 || metadata.mode() & STICKY != 0;
            if !is_trusted || !is_guarded {
                let message = format!("{}: others may put another folder in its place", folder.display());
                return Err(io::Error::other(message));
            }
        }
        Ok(Some(above.join(name)))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn numbering(path: PathBuf) -> io::Result<Option<PathBuf>> {
        Paths { configs: Vec::new(), autostart: Vec::new(), numbering: Some(path) }.numbering()
    }

    #[test]
    fn the_first_configuration_that_exists_counts() {
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = ["a.conf", "b.conf"].map(|name| folder.path().join(name));
        let paths =
            Paths { configs: vec![first.clone(), second.clone()], autostart: Vec::new(), numbering: None };
        assert_eq!(paths.config(), Some(first.as_path()), "to be named in the log");
        std::fs::write(&second, "").unwrap();
        assert_eq!(paths.config(), Some(second.as_path()));
        std::fs::write(&first, "").unwrap();
        assert_eq!(paths.config(), Some(first.as_path()));
    }

    #[test]
    fn nobody_can_move_the_folder_for_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        let path = top.join("var/config/bpftrace");
        assert_eq!(numbering(path.clone()).unwrap(), Some(path.clone()));
        assert!(!path.exists(), "the engine makes it");
        // By its real path, so that no link on the way can be changed later.
        symlink(top.join("var"), top.join("link")).unwrap();
        assert_eq!(numbering(top.join("link/config/bpftrace")).unwrap(), Some(path.clone()));

        let mode = |mode| std::fs::set_permissions(top.join("var"), PermissionsExt::from_mode(mode)).unwrap();
        for open in [0o775, 0o757] {
            mode(open);
            assert!(numbering(path.clone()).unwrap_err().to_string().contains("var: others"), "{open:o}");
        }
        mode(0o1777);
        assert!(numbering(path.clone()).is_ok(), "sticky");
        mode(0o755);
        // Only root can give a folder away.
        if crate::root_only::can_run("a numbering folder of somebody else's") {
            std::os::unix::fs::chown(top.join("var/config"), Some(65534), None).unwrap();
            assert!(numbering(path).unwrap_err().to_string().contains("config: others"));
        }
    }
}
