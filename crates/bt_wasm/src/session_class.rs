//! The class `Session` of JavaScript: converts, and leaves the rest to [`crate::session`].

use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::session::{
    self, AgentInfo, ConnectionView, FlameNode, FlameOptions, FlameTable, HeatFrame, HeatOptions,
    HttpRequest, MetricView, Notice, SeriesFrame, SeriesOptions, SessionOptions, TableFrame, TargetStatus,
    WindowOptions,
};

/// The state of a page: a connection, the scripts of its panels, and their samples. It does no IO and reads no clock:
/// perform the requests of `tick()`, hand the answers to `respond()` or `fail()`, and call `tick()` again after
/// `nextTick()` milliseconds and after each answer. `now` is `Date.now()`. Call `free()` when done.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Session {
    inner: session::Session,
}

#[wasm_bindgen]
impl Session {
    /// A session that connects with its first `tick()`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: Ts<SessionOptions>) -> Result<Session, JsError> {
        Ok(Session { inner: session::Session::new(options.to_rust()?) })
    }

    /// Runs `source` for a panel. The script that it may have had is shown until this one has data, then returned.
    pub fn run(&mut self, target: &str, source: &str, now: f64) {
        self.inner.run(target, source, now);
    }

    /// A panel wants `source`: at once if it shows nothing, otherwise when typing has paused; and only if analysis finds
    /// no error. The same text again changes nothing.
    pub fn edit(&mut self, target: &str, source: &str, now: f64) {
        self.inner.edit(target, source, now);
    }

    /// Nobody looks at a panel any more: after the grace period it is forgotten. `edit` or `run` within it goes on.
    pub fn release(&mut self, target: &str, now: f64) {
        self.inner.release(target, now);
    }

    /// Whether anybody sees the page: a hidden one polls slowly, after five minutes not at all.
    #[wasm_bindgen(js_name = setVisible)]
    pub fn set_visible(&mut self, visible: bool, now: f64) {
        self.inner.set_visible(visible, now);
    }

    /// Changes the time between two polls; at least 100 milliseconds, at most 20,000.
    #[wasm_bindgen(js_name = setPollMillis)]
    pub fn set_poll_millis(&mut self, poll_millis: f64, now: f64) {
        self.inner.set_poll_millis(poll_millis, now);
    }

    /// Ends the script of a panel. Its samples stay readable.
    pub fn stop(&mut self, target: &str, now: f64) {
        self.inner.stop(target, now);
    }

    /// Forgets a panel: ends its script and frees its samples.
    pub fn remove(&mut self, target: &str, now: f64) {
        self.inner.remove(target, now);
    }

    /// The request that is due, if one is; the next one comes when it is answered.
    pub fn tick(&mut self, now: f64) -> Result<Vec<Ts<HttpRequest>>, JsError> {
        to_list(&self.inner.tick(now))
    }

    /// Milliseconds until `tick()` has something to do; at most the poll period.
    #[wasm_bindgen(js_name = nextTick)]
    pub fn next_tick(&self, now: f64) -> f64 {
        self.inner.next_tick(now)
    }

    /// Takes the answer to a request, whatever its HTTP status is.
    pub fn respond(&mut self, id: u32, status: u16, body: &str, now: f64) {
        self.inner.respond(id, status, body, now);
    }

    /// Takes the news that a request got no answer, and why.
    pub fn fail(&mut self, id: u32, message: &str, now: f64) {
        self.inner.fail(id, message, now);
    }

    /// The requests that return all scripts, to be sent with `keepalive` when the page goes away.
    #[wasm_bindgen(js_name = releaseRequests)]
    pub fn release_requests(&mut self) -> Result<Vec<Ts<HttpRequest>>, JsError> {
        to_list(&self.inner.release_requests())
    }

    /// The connection to the host, as of the last `tick()`.
    pub fn connection(&self) -> Result<Ts<ConnectionView>, JsError> {
        Ok(self.inner.connection().into_ts()?)
    }

    /// Versions at the host, as far as it told.
    pub fn agent(&self) -> Result<Ts<AgentInfo>, JsError> {
        Ok(self.inner.agent().into_ts()?)
    }

    /// What the script of a panel does.
    pub fn status(&self, target: &str, now: f64) -> Result<Ts<TargetStatus>, JsError> {
        Ok(self.inner.status(target, now).into_ts()?)
    }

    /// A number that changes when there is anything new to show in a panel: its state, its values, its notices or the
    /// connection; not for times that pass.
    pub fn fingerprint(&self, target: &str) -> f64 {
        self.inner.fingerprint(target)
    }

    /// What people should know about the values of a panel, each once, in a stable order.
    pub fn notices(&self, target: &str) -> Result<Vec<Ts<Notice>>, JsError> {
        to_list(&self.inner.notices(target))
    }

    /// The metrics that a panel can draw.
    pub fn metrics(&self, target: &str) -> Result<Vec<Ts<MetricView>>, JsError> {
        to_list(&self.inner.metrics(target))
    }

    /// Lines over time.
    #[wasm_bindgen(js_name = timeSeries)]
    pub fn time_series(
        &self,
        target: &str,
        leaf: &str,
        options: Ts<SeriesOptions>,
    ) -> Result<Ts<SeriesFrame>, JsError> {
        self.inner.time_series_to_js(target, leaf, &options.to_rust()?)
    }

    /// Counts over time and buckets.
    #[wasm_bindgen(js_name = heatMap)]
    pub fn heat_map(
        &self,
        target: &str,
        leaf: &str,
        options: Ts<HeatOptions>,
    ) -> Result<Ts<HeatFrame>, JsError> {
        Ok(self.inner.heat_map(target, leaf, &options.to_rust()?).into_ts()?)
    }

    /// The latest values of metrics, joined by key; or the lines of `output` alone, in the columns of CSV if it is CSV.
    pub fn table(&self, target: &str, leaves: Vec<String>) -> Result<Ts<TableFrame>, JsError> {
        Ok(self.inner.table(target, &leaves).into_ts()?)
    }

    /// A tree of stacks: what a counter has counted in the window, or the latest values.
    #[wasm_bindgen(js_name = flameGraph)]
    pub fn flame_graph(
        &self,
        target: &str,
        leaf: &str,
        options: Ts<WindowOptions>,
    ) -> Result<Ts<FlameNode>, JsError> {
        Ok(self.inner.flame_graph(target, leaf, options.to_rust()?).into_ts()?)
    }

    /// The same as a nested set, of the stacks and frames that are wanted.
    #[wasm_bindgen(js_name = flameTable)]
    pub fn flame_table(
        &self,
        target: &str,
        leaf: &str,
        options: Ts<FlameOptions>,
    ) -> Result<Ts<FlameTable>, JsError> {
        Ok(self.inner.flame_table(target, leaf, &options.to_rust()?).into_ts()?)
    }

    /// The latest text of a metric: what the script has printed, for `output`.
    pub fn text(&self, target: &str, leaf: &str) -> String {
        self.inner.text(target, leaf)
    }
}

fn to_list<T: Tsify + serde::Serialize>(items: &[T]) -> Result<Vec<Ts<T>>, JsError> {
    items.iter().map(|item| Ok(item.into_ts()?)).collect()
}
