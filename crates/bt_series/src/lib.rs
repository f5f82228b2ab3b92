//! Columnar ring buffers for samples, and the frames that panels draw.
