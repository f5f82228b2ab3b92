//! `pcp/pmapi.h`: what agents and clients share, and the few client calls that tests of agents need.

use libc::{c_char, c_int, c_uint, c_void, timeval};

/// Number of a metric.
pub type pmID = c_uint;
/// Number of an instance domain.
pub type pmInDom = c_uint;

/// No instance domain: the metric has a single value.
pub const PM_INDOM_NULL: c_uint = 0xffff_ffff;
/// No instance.
pub const PM_IN_NULL: c_uint = 0xffff_ffff;

/// Signed 32 bits.
pub const PM_TYPE_32: c_int = 0;
/// Unsigned 32 bits.
pub const PM_TYPE_U32: c_int = 1;
/// Signed 64 bits.
pub const PM_TYPE_64: c_int = 2;
/// Unsigned 64 bits.
pub const PM_TYPE_U64: c_int = 3;
/// Single precision.
pub const PM_TYPE_FLOAT: c_int = 4;
/// Double precision.
pub const PM_TYPE_DOUBLE: c_int = 5;
/// Text that ends with NUL.
pub const PM_TYPE_STRING: c_int = 6;

/// Grows, except when it restarts.
pub const PM_SEM_COUNTER: c_int = 1;
/// A value of this moment.
pub const PM_SEM_INSTANT: c_int = 3;
/// A value that seldom changes.
pub const PM_SEM_DISCRETE: c_int = 4;

/// The value is in `pmValue.value.lval`.
pub const PM_VAL_INSITU: c_int = 0;
/// The value is in the block at `pmValue.value.pval`.
pub const PM_VAL_DPTR: c_int = 1;
/// Bytes of a block's header.
pub const PM_VAL_HDR_SIZE: c_int = 4;
/// The largest `vlen` of a block.
pub const PM_VAL_VLEN_MAX: c_int = 0x00ff_ffff;

/// An error that was reported already.
pub const PM_ERR_GENERIC: c_int = -12345;
/// No help text.
pub const PM_ERR_TEXT: c_int = -12349;
/// The measured application does not support the metric.
pub const PM_ERR_APPVERSION: c_int = -12350;
/// No value.
pub const PM_ERR_VALUE: c_int = -12351;
/// Unknown name.
pub const PM_ERR_NAME: c_int = -12357;
/// Unknown metric number.
pub const PM_ERR_PMID: c_int = -12358;
/// Unknown instance domain.
pub const PM_ERR_INDOM: c_int = -12359;
/// Unknown instance.
pub const PM_ERR_INST: c_int = -12360;
/// No permission.
pub const PM_ERR_PERMISSION: c_int = -12387;
/// Try again.
pub const PM_ERR_AGAIN: c_int = -12389;
/// Wrong type.
pub const PM_ERR_TYPE: c_int = -12397;
/// The stored value is refused.
pub const PM_ERR_BADSTORE: c_int = -12400;
/// The result exceeds a bound.
pub const PM_ERR_TOOBIG: c_int = -12444;
/// The agent is ready now.
pub const PM_ERR_PMDAREADY: c_int = -13393;
/// The agent is not ready yet.
pub const PM_ERR_PMDANOTREADY: c_int = -13394;
/// Bytes that hold every text of [`pmErrStr_r`].
pub const PM_MAXERRMSGLEN: c_int = 128;

/// In the answer to a fetch: labels have changed.
pub const PMCD_LABEL_CHANGE: c_int = 8;
/// In the answer to a fetch: names have changed.
pub const PMCD_NAMES_CHANGE: c_int = 16;

/// Profile: all but those listed.
pub const PM_PROFILE_INCLUDE: c_int = 0;
/// Profile: only those listed.
pub const PM_PROFILE_EXCLUDE: c_int = 1;

/// The long help text, not the one-line one.
pub const PM_TEXT_HELP: c_int = 2;
/// The help text of an instance domain.
pub const PM_TEXT_INDOM: c_int = 8;

/// Labels of an agent.
pub const PM_LABEL_DOMAIN: c_int = 2;
/// Labels of an instance domain.
pub const PM_LABEL_INDOM: c_int = 4;
/// Labels of a cluster.
pub const PM_LABEL_CLUSTER: c_int = 8;
/// Labels of a metric.
pub const PM_LABEL_ITEM: c_int = 16;
/// Labels of instances.
pub const PM_LABEL_INSTANCES: c_int = 32;

/// The name is that of a metric.
pub const PMNS_LEAF_STATUS: c_int = 0;
/// The name has children.
pub const PMNS_NONLEAF_STATUS: c_int = 1;

/// A context with a pmcd.
pub const PM_CONTEXT_HOST: c_int = 1;

/// Units: seven bit fields in a word; `pmUnits::new` of the safe crate knows their places.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pmUnits {
    /// From the lowest bit: pad 8, scaleCount 4, scaleTime 4, scaleSpace 4, dimCount 4, dimTime 4, dimSpace 4.
    pub bits: c_uint,
}

/// A metric's descriptor.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pmDesc {
    /// Its number.
    pub pmid: pmID,
    /// `PM_TYPE_*`.
    pub type_: c_int,
    /// Its instances.
    pub indom: pmInDom,
    /// `PM_SEM_*`.
    pub sem: c_int,
    /// What it counts.
    pub units: pmUnits,
}

/// A value that does not fit into [`pmValue`]; its bytes follow.
#[repr(C)]
pub struct pmValueBlock {
    /// From the lowest bit: vlen 24 (bytes, with these four), vtype 8.
    pub bits: c_uint,
    /// The first of the value's bytes.
    pub vbuf: [c_char; 1],
}

/// Where a value is.
#[repr(C)]
#[derive(Clone, Copy)]
pub union pmValue_value {
    /// The value is in a block.
    pub pval: *mut pmValueBlock,
    /// The value has 32 bits and is here.
    pub lval: c_int,
}

/// The value of an instance.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pmValue {
    /// The instance, or [`PM_IN_NULL`].
    pub inst: c_int,
    /// Its value.
    pub value: pmValue_value,
}

/// The values of a metric.
#[repr(C)]
pub struct pmValueSet {
    /// The metric.
    pub pmid: pmID,
    /// How many values follow; an error if negative.
    pub numval: c_int,
    /// `PM_VAL_*`.
    pub valfmt: c_int,
    /// The first of the values.
    pub vlist: [pmValue; 1],
}

/// The values of several metrics.
#[repr(C)]
pub struct pmResult {
    /// When they were taken. In an agent's answer the first byte holds `PMCD_*_CHANGE` instead.
    pub timestamp: timeval,
    /// How many metrics follow.
    pub numpmid: c_int,
    /// The first of the metrics.
    pub vset: [*mut pmValueSet; 1],
}

/// A value of any type.
#[repr(C)]
#[derive(Clone, Copy)]
pub union pmAtomValue {
    /// Signed 32 bits.
    pub l: i32,
    /// Unsigned 32 bits.
    pub ul: u32,
    /// Signed 64 bits.
    pub ll: i64,
    /// Unsigned 64 bits.
    pub ull: u64,
    /// Single precision.
    pub f: f32,
    /// Double precision.
    pub d: f64,
    /// Text.
    pub cp: *mut c_char,
    /// A block.
    pub vbp: *mut pmValueBlock,
}

/// Which instances of an instance domain a client wants.
#[repr(C)]
pub struct pmInDomProfile {
    /// The instance domain.
    pub indom: pmInDom,
    /// `PM_PROFILE_*`.
    pub state: c_int,
    /// How many instances are listed.
    pub instances_len: c_int,
    /// The listed instances.
    pub instances: *mut c_int,
}

/// Which instances a client wants.
#[repr(C)]
pub struct pmProfile {
    /// `PM_PROFILE_*` of every instance domain that is not listed.
    pub state: c_int,
    /// How many instance domains are listed.
    pub profile_len: c_int,
    /// The listed instance domains.
    pub profile: *mut pmInDomProfile,
}

/// Instances of an instance domain.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pmInResult {
    /// The instance domain.
    pub indom: pmInDom,
    /// How many.
    pub numinst: c_int,
    /// Their numbers, or null.
    pub instlist: *mut c_int,
    /// Their names, or null.
    pub namelist: *mut *mut c_char,
}

/// Where a label is in the text of its set.
#[repr(C)]
pub struct pmLabel {
    /// From the lowest bit: name 16, namelen 8, flags 8.
    pub name_bits: c_uint,
    /// From the lowest bit: value 16, valuelen 16.
    pub value_bits: c_uint,
}

/// Labels of one thing.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pmLabelSet {
    /// The instance, or [`PM_IN_NULL`].
    pub inst: c_uint,
    /// How many; an error if negative.
    pub nlabels: c_int,
    /// All of them as a JSON object.
    pub json: *mut c_char,
    /// From the lowest bit: jsonlen 16, padding 15, compound 1.
    pub json_bits: c_uint,
    /// Where each is in `json`.
    pub labels: *mut pmLabel,
    /// Used by libpcp.
    pub hash: *mut c_void,
}

unsafe extern "C" {
    /// The text of an error.
    pub fn pmErrStr_r(code: c_int, text: *mut c_char, size: c_int) -> *mut c_char;
    /// A variable of pcp.conf, or null.
    pub fn pmGetOptionalConfig(name: *const c_char) -> *mut c_char;
    /// Names this process in its messages.
    pub fn pmSetProgname(name: *const c_char);
    /// Becomes another user.
    pub fn pmSetProcessIdentity(user: *const c_char) -> c_int;
    /// Switches on diagnostics.
    pub fn pmSetDebug(options: *const c_char) -> c_int;
    /// Writes a line to the log.
    pub fn pmNotifyErr(priority: c_int, format: *const c_char, ...);
    /// Frees a result.
    pub fn pmFreeResult(result: *mut pmResult);

    /// Connects to a pmcd: a context's number.
    pub fn pmNewContext(kind: c_int, name: *const c_char) -> c_int;
    /// Makes a context this thread's current one.
    pub fn pmUseContext(context: c_int) -> c_int;
    /// Ends a context.
    pub fn pmDestroyContext(context: c_int) -> c_int;
    /// The numbers of metrics.
    pub fn pmLookupName(count: c_int, names: *mut *const c_char, pmids: *mut pmID) -> c_int;
    /// A metric's descriptor.
    pub fn pmLookupDesc(pmid: pmID, desc: *mut pmDesc) -> c_int;
    /// The values of metrics.
    pub fn pmFetch(count: c_int, pmids: *mut pmID, result: *mut *mut pmResult) -> c_int;
    /// Changes the values of metrics.
    pub fn pmStore(result: *const pmResult) -> c_int;
    /// Wants these instances, too.
    pub fn pmAddProfile(indom: pmInDom, count: c_int, instances: *mut c_int) -> c_int;
    /// Does not want these instances.
    pub fn pmDelProfile(indom: pmInDom, count: c_int, instances: *mut c_int) -> c_int;
}
