//! What an expression of the language is, as far as it can be told without the types of the kernel.

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// No value.
    Nothing,
    /// An integer that can be negative.
    Signed,
    /// An integer that cannot.
    Unsigned,
    /// `true` or `false`; a number before 0.24.
    Boolean,
    /// Text.
    String,
    /// Bytes.
    Buffer,
    /// A stack of the kernel.
    Kstack,
    /// A stack of a program.
    Ustack,
    /// A symbol of the kernel.
    Ksym,
    /// A symbol of a program.
    Usym,
    /// An IP address.
    Inet,
    /// A hardware address.
    MacAddress,
    /// The name of a user.
    Username,
    /// A time that is formatted when it is printed.
    Timestamp,
    /// A path of control groups.
    CgroupPath,
    /// An address.
    Pointer,
    /// Several values in order.
    Tuple,
    /// Several values by name.
    Record,
    /// Several values of one type.
    Array,
    /// Cannot be told.
    Unknown,
}

impl Type {
    /// Whether it is a number.
    pub fn is_integer(self) -> bool {
        matches!(self, Type::Signed | Type::Unsigned | Type::Boolean)
    }
}
