//! One message's instances in its order: fast where it repeats the last one's, as nearly all messages do.

use bt_metrics::Bucket;

use super::Domain;

/// Numbers the instances of one message in its order.
pub(crate) struct Pass<'d> {
    domain: &'d mut Domain,
    /// So far the message has the instances of the last one in their order: then nothing is noted but how far.
    is_repetition: bool,
    /// Where in the order of the last message the next instance is expected.
    next: usize,
    live: usize,
    has_changed: bool,
}

impl<'d> Pass<'d> {
    /// A pass over a message that may hold anything.
    pub(super) fn new(domain: &'d mut Domain) -> Pass<'d> {
        let mut pass = Pass { domain, is_repetition: false, next: 0, live: 0, has_changed: false };
        pass.begin_message();
        pass
    }

    /// A pass over a message that may repeat the instances of the last one.
    pub(super) fn repetition(domain: &'d mut Domain) -> Pass<'d> {
        Pass { domain, is_repetition: true, next: 0, live: 0, has_changed: false }
    }

    /// How many different instances came.
    pub(super) fn live(&self) -> usize {
        self.live
    }

    /// Whether one came that was not in the last message.
    pub(super) fn has_changed(&self) -> bool {
        self.has_changed
    }

    /// The number of an instance that is known.
    pub(super) fn find(&mut self, key: &str, bucket: Option<Bucket>) -> Option<u32> {
        self.find_first(key, bucket).map(|(number, _)| number)
    }

    /// The number of an instance; `None` if it is new or comes twice: then the message is numbered as a whole instead.
    pub(crate) fn number(&mut self, key: &str, bucket: Option<Bucket>) -> Option<u32> {
        let (number, is_first) = self.find_first(key, bucket)?;
        is_first.then_some(number)
    }

    /// All instances of the message have come.
    pub(crate) fn end(mut self) {
        if self.is_repetition {
            if self.next == self.domain.order.len() {
                return self.lay_side_by_side();
            }
            self.end_repetition();
        }
        let Pass { domain, live, has_changed, .. } = self;
        std::mem::swap(&mut domain.order, &mut domain.next_order);
        domain.end_pass(live, has_changed);
    }

    /// A message that was repeated once may be so again.
    fn lay_side_by_side(self) {
        let Domain { order, slots, printed, .. } = self.domain;
        if printed.is_empty() {
            let slots = order.iter().map(|number| &slots[*number as usize]);
            slots.for_each(|slot| printed.push(&slot.key, slot.instance.labels.bucket));
        }
    }

    fn begin_message(&mut self) {
        self.domain.message += 1;
        self.domain.is_pass_open = true;
        self.domain.printed.clear();
        self.domain.next_order.clear();
    }

    /// Notes what a repetition of the last message left unnoted.
    fn end_repetition(&mut self) {
        self.is_repetition = false;
        self.begin_message();
        let Domain { order, next_order, slots, message, .. } = &mut *self.domain;
        next_order.extend_from_slice(&order[..self.next]);
        for (position, number) in next_order.iter().enumerate() {
            let slot = &mut slots[*number as usize];
            slot.position = position;
            slot.seen_in_message = *message;
        }
        self.live = self.next;
    }

    /// The number of an instance that comes where it came in the last message.
    fn repeated(&self, key: &str, bucket: Option<Bucket>) -> Option<u32> {
        let Domain { order, printed, .. } = &*self.domain;
        let number = *order.get(self.next)?;
        let is_next = if printed.is_empty() {
            self.domain.is_at(number, key, bucket)
        } else {
            printed.is_at(self.next, key, bucket)
        };
        is_next.then_some(number)
    }

    /// The number of an instance that is known, and whether it comes for the first time.
    fn find_first(&mut self, key: &str, bucket: Option<Bucket>) -> Option<(u32, bool)> {
        // bpftrace sorts by value: mostly the next one is the one that came next the last time, too.
        if self.is_repetition {
            if let Some(number) = self.repeated(key, bucket) {
                self.next += 1;
                return Some((number, true));
            }
            self.end_repetition();
        }
        let domain = &mut *self.domain;
        let position = domain.next_order.len();
        let expected =
            domain.order.get(self.next).copied().filter(|number| domain.is_at(*number, key, bucket));
        let found = expected.or_else(|| domain.find(key, bucket));
        domain.next_order.push(found.unwrap_or(u32::MAX));
        let number = found?;
        let slot = &mut domain.slots[number as usize];
        self.next = if expected.is_some() { self.next + 1 } else { slot.position + 1 };
        slot.position = position;
        let is_first = slot.seen_in_message != domain.message;
        self.has_changed |= slot.seen_in_message + 1 < domain.message;
        self.live += usize::from(is_first);
        slot.seen_in_message = domain.message;
        Some((number, is_first))
    }
}
