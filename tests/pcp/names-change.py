"""Fetches a metric until pmcd says that names have changed: PMCD_NAMES_CHANGE in what pmFetch returns.

usage: names-change.py HOSTSPEC METRIC
"""

import ctypes
import sys
import time

PM_CONTEXT_HOST = 1
PMCD_NAMES_CHANGE = 1 << 4
LIMIT_SECONDS = 40

libpcp = ctypes.CDLL("libpcp.so.3")
libpcp.pmErrStr.restype = ctypes.c_char_p


def check(status):
    """The status, unless it is an error."""
    if status < 0:
        sys.exit(libpcp.pmErrStr(status).decode())
    return status


def main(host, metric):
    check(libpcp.pmNewContext(PM_CONTEXT_HOST, host.encode()))
    names = (ctypes.c_char_p * 1)(metric.encode())
    pmids = (ctypes.c_uint * 1)()
    check(libpcp.pmLookupName(1, names, pmids))
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end:
        result = ctypes.c_void_p()
        if check(libpcp.pmFetch(1, pmids, ctypes.byref(result))) & PMCD_NAMES_CHANGE:
            print("names changed")
            return
        libpcp.pmFreeResult(result)
        time.sleep(0.1)
    print("nothing was said")


main(*sys.argv[1:])
