//! Where PCP wants an agent's files, by the variables of pcp.conf(5).

use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, fstat, openat};

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
        Paths { configs, autostart, numbering: folder("PCP_VAR_DIR", "config/pmda/bpftrace") }
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

    /// The folder for numbers, made if there is none. It must be ours alone: whoever could write there could have the
    /// agent write to other files, as root.
    ///
    /// # Errors
    /// It cannot be made, or somebody else could write to it.
    pub(crate) fn numbering(&self) -> io::Result<Option<PathBuf>> {
        let Some(path) = &self.numbering else { return Ok(None) };
        if let Err(error) = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
            && error.kind() != io::ErrorKind::AlreadyExists
        {
            return Err(error);
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = std::fs::File::from(openat(CWD, path, flags, Mode::empty())?);
        let is_ours = folder.metadata()?.uid() == rustix::process::geteuid().as_raw();
        let others_may_write = fstat(&folder)?.st_mode & 0o022 != 0;
        if !is_ours || others_may_write {
            return Err(io::Error::other("the folder belongs to somebody else, or others may write to it"));
        }
        Ok(Some(path.clone()))
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
    fn the_folder_for_numbers_is_ours_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config/pmda/bpftrace");
        assert_eq!(numbering(path.clone()).unwrap(), Some(path.clone()));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(numbering(path.clone()).unwrap(), Some(path.clone()), "it may be there already");

        let link = folder.path().join("link");
        symlink(&path, &link).unwrap();
        assert!(numbering(link).is_err());
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o777)).unwrap();
        assert!(numbering(path).is_err());
    }
}
