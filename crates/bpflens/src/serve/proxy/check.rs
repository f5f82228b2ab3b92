//! Whether pages will find a bpftrace agent behind a pmproxy, asked once at the start.

use bt_metrics::control;
use bt_metrics::pmwebapi::{ContextReply, ErrorReply};

use super::Pmproxy;
use super::call;
use super::upstream::Answer;

impl Pmproxy {
    /// Goes the way that a page's calls go, up to the agent. An error says where it ends, and what to do.
    pub(crate) async fn check(&self) -> Result<(), String> {
        let path =
            call::forwarded("/pmapi/context", "", self.hostspec()).map_err(|refused| refused.to_string())?;
        let answer = self.get(&path).await.map_err(|failure| {
            format!(
                "{failure}\n  hint: pages wait until it does; systemctl start pmproxy starts it on its host"
            )
        })?;
        if !answer.status.is_success() {
            return Err(format!(
                "{self}: {}\n  hint: pages wait until this host is there; --hostspec names another",
                answer.message()
            ));
        }
        let context: ContextReply = serde_json::from_slice(&answer.body)
            .map_err(|error| format!("{} is no pmproxy: {error}", self.address()))?;
        let path = format!("/pmapi/{}/metric?names={}", context.context, control::REGISTER);
        let answer = self.get(&path).await.map_err(|failure| failure.to_string())?;
        if !answer.status.is_success() {
            return Err(format!(
                "{} has no bpftrace agent: {}\n  hint: install it there: cd /var/lib/pcp/pmdas/bpftrace && ./Install",
                context.hostspec,
                answer.message()
            ));
        }
        Ok(())
    }
}

impl Answer {
    /// What a refusal says.
    pub(super) fn message(&self) -> String {
        match serde_json::from_slice::<ErrorReply>(&self.body) {
            Ok(reply) => reply.message,
            Err(_) => format!("HTTP {}", self.status),
        }
    }
}
