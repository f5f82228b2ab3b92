//! Functions for network addresses, sockets and packets.

use super::{Function, UINT32, UINT64, call};
use crate::docs::Entry;
use crate::parameters::{Parameter, ParameterKind as Kind};
use crate::{Type, Validity};

pub(super) const ENTRIES: &[Entry<Function>] = &[
    call(
        "macaddr",
        "macaddr(bytes)",
        &[Parameter::new("bytes", Kind::Array)],
        (Type::MacAddress, "macaddr_t"),
        "A hardware address, printed as text.",
    )
    .since(12)
    .texts(
        "Takes an array of six bytes and is printed as `5e:00:53:af:00:01`.",
        "fentry:netif_receive_skb {\n\
         $eth = (struct ethhdr *)(args.skb->head + args.skb->mac_header);\n\
         @[macaddr($eth->h_source)] = count();\n\
         }",
    ),
    call(
        "ntop",
        "ntop([family, ]address)",
        &[Parameter::new("family", Kind::Integer).skippable(), Parameter::new("address", Kind::Any)],
        (Type::Inet, "inet"),
        "An IP address, printed as text.",
    )
    .texts(
        "Takes a number or an array of 4 bytes for IPv4, 16 bytes for IPv6, in the byte order of the \
         network. The family, `AF_INET` or `AF_INET6`, is told from the type if it is not given.",
        "BEGIN { print(ntop(0x0100007f)); }",
    ),
    call(
        "pton",
        "pton(text)",
        &[Parameter::new("text", Kind::StringLiteral)],
        (Type::Array, "char[4] or char[16]"),
        "The bytes of an IP address, from text.",
    )
    .since(16)
    .compiler()
    .texts(
        "The bytes come in the order of the network, four or sixteen of them. Text that is no address is \
         an error when the script is compiled.",
        r#"BEGIN { print(ntop(pton("127.0.0.1"))); }"#,
    ),
    call(
        "skboutput",
        "skboutput(path, packet, length, offset)",
        &[
            Parameter::new("path", Kind::StringLiteral),
            Parameter::new("packet", Kind::Pointer),
            Parameter::new("length", Kind::Integer),
            Parameter::new("offset", Kind::Integer),
        ],
        UINT32,
        "Writes a packet to a capture file.",
    )
    .since(15)
    .only(Validity::only_in(&["fentry", "fexit", "iter"]))
    .texts(
        "Adds `length` bytes of the `sk_buff` from `offset` on to a pcap file that tcpdump reads; \
         bpftrace writes it after the event. The result is 0, or the kernel's error number.",
        "fentry:napi_gro_receive { @ = skboutput(\"received.pcap\", args.skb, args.skb->len, 0); }",
    ),
    call(
        "socket_cookie",
        "socket_cookie(socket)",
        &[Parameter::new("socket", Kind::Pointer)],
        UINT64,
        "The number by which the kernel knows a socket.",
    )
    .since(24)
    .texts(
        "Takes a `struct sock *`. The number stays the same as long as the socket lives and is not used \
         again: better as a key of a map than the address.",
        "fentry:tcp_rcv_established { @[socket_cookie(args.sk)] = count(); }",
    ),
];
