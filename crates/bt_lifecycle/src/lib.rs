//! State machines of a script without IO: on the host and in the browser.
