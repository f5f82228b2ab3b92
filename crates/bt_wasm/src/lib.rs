//! The core for the browser: the only crate that knows wasm-bindgen.
