//! The instances of a map: numbers that stay, names, labels, and a bound.

mod pass;
mod printed;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use bt_metrics::{Bucket, Instance, InstanceLabels};
use bt_output::{KeyPart, split_key};

use crate::numbering::NumberedInstances;
use pass::Pass;
use printed::Printed;

/// What an instance is found by: the key as bpftrace prints it, and the bucket of a histogram.
pub(crate) type Place<'k> = (Cow<'k, str>, Option<Bucket>);

/// Numbers the instances of a map, in the order in which they first came.
///
/// An instance that vanishes keeps its number for when it comes again. Only when all `max_instances` numbers are
/// taken, a new instance gets the number of the one that vanished longest ago; if none has vanished, it is left out.
#[derive(Debug)]
pub(crate) struct Domain {
    key_parts: Vec<KeyPart>,
    max_instances: usize,
    /// The numbers of each key; one without bucket, or one a bucket.
    numbers: HashMap<Arc<str>, Vec<(Option<Bucket>, u32)>>,
    slots: Vec<Slot>,
    /// The numbers of the last message, in its order.
    order: Vec<u32>,
    /// Whether these are the live instances, each once: then a message in the same order changes nothing.
    is_order_plain: bool,
    /// The same instances side by side, once a message has repeated them; empty before.
    printed: Printed,
    /// A pass was begun and not ended: what it saw may hide that something changed.
    is_pass_open: bool,
    /// Those of the message that is being numbered; kept for its memory only.
    next_order: Vec<u32>,
    /// Counts the messages.
    message: u64,
    live: usize,
    instances: Arc<Vec<Instance>>,
    /// Numbers that were given out and not yet taken; `None` if nobody takes them.
    new: Option<Vec<u32>>,
}

/// What one number stands for.
#[derive(Debug)]
struct Slot {
    key: Arc<str>,
    instance: Instance,
    seen_in_message: u64,
    /// Where it stood in the last message that had it.
    position: usize,
}

impl Domain {
    pub(crate) fn new(key_parts: Vec<KeyPart>, max_instances: u32) -> Domain {
        Domain {
            key_parts,
            max_instances: max_instances as usize,
            numbers: HashMap::new(),
            slots: Vec::new(),
            order: Vec::new(),
            is_order_plain: false,
            printed: Printed::default(),
            is_pass_open: false,
            next_order: Vec::new(),
            message: 0,
            live: 0,
            instances: Arc::default(),
            new: None,
        }
    }

    /// Takes up the numbers of an earlier life, and keeps a list of the new ones from now on. A number that is missing
    /// there stands for nothing, until all others are taken.
    pub(crate) fn restore(&mut self, instances: NumberedInstances) {
        for (number, (key, bucket)) in instances {
            let position = number as usize;
            if position >= self.max_instances {
                break;
            }
            while self.slots.len() < position {
                self.slots.push(nothing(self.slots.len()));
            }
            if self.find(&key, bucket).is_some() {
                self.slots.push(nothing(position));
                continue;
            }
            let slot = self.slot(&key, bucket, number);
            self.enter(&slot, number);
            self.slots.push(slot);
        }
        self.new = Some(Vec::new());
    }

    /// How many numbers stand for something.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// What was numbered since the last call: key, bucket and number.
    pub(crate) fn take_new(&mut self) -> impl Iterator<Item = (&str, Option<Bucket>, u32)> {
        let new = self.new.as_mut().map(std::mem::take).unwrap_or_default();
        new.into_iter().filter_map(|number| self.numbered(number as usize))
    }

    /// Everything that is numbered: key, bucket and number.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, Option<Bucket>, u32)> {
        (0..self.slots.len()).filter_map(|position| self.numbered(position))
    }

    fn numbered(&self, position: usize) -> Option<(&str, Option<Bucket>, u32)> {
        let slot = self.slots.get(position)?;
        let (key, bucket) = (&*slot.key, slot.instance.labels.bucket);
        let number = slot.instance.number;
        // What stands for nothing is found by no key.
        (self.find(key, bucket) == Some(number)).then_some((key, bucket, number))
    }

    /// The numbers of the instances of one message; `None` for what is beyond the bound. At the bound the first ones
    /// are left out: bpftrace prints the smallest values first.
    pub(crate) fn number(&mut self, places: &[Place<'_>]) -> Vec<Option<u32>> {
        let mut has_changed = self.is_pass_open;
        let mut pass = Pass::new(self);
        let mut numbers: Vec<Option<u32>> =
            places.iter().map(|(key, bucket)| pass.find(key, *bucket)).collect();
        let mut live = pass.live();
        has_changed |= pass.has_changed();
        has_changed |= self.number_new(places, &mut numbers, &mut live);
        self.end_pass(live, has_changed);
        self.order.clear();
        self.order.extend(numbers.iter().map(|number| number.unwrap_or(u32::MAX)));
        self.is_order_plain = live == numbers.len();
        numbers
    }

    /// Begins to number the instances of a message that may have none that is new or comes twice; `None` if the last
    /// one had.
    pub(crate) fn pass(&mut self) -> Option<Pass<'_>> {
        if self.is_order_plain { Some(Pass::repetition(self)) } else { None }
    }

    fn end_pass(&mut self, live: usize, has_changed: bool) {
        self.is_pass_open = false;
        if has_changed || live != self.live {
            self.live = live;
            self.list();
        }
    }

    /// How many instances the last message had.
    pub(crate) fn instance_count(&self) -> usize {
        self.instances.len()
    }

    /// Whether this number stands for this key and bucket.
    fn is_at(&self, number: u32, key: &str, bucket: Option<Bucket>) -> bool {
        let slot = self.slots.get(number as usize);
        slot.is_some_and(|slot| *slot.key == *key && slot.instance.labels.bucket == bucket)
    }

    /// Numbers what has no number yet; whether there was any.
    fn number_new(&mut self, places: &[Place<'_>], numbers: &mut [Option<u32>], live: &mut usize) -> bool {
        let mut new: Vec<usize> = (0..places.len()).filter(|at| numbers[*at].is_none()).collect();
        if new.is_empty() {
            return false;
        }
        let free = self.max_instances.saturating_sub(self.slots.len());
        let mut vanished = if new.len() > free { self.vanished() } else { Vec::new() };
        if new.len() > free + vanished.len() {
            new.reverse();
        }
        for at in new {
            // A key that comes twice in a message is new only once.
            let (key, bucket) = &places[at];
            numbers[at] = self.find(key, *bucket);
            if numbers[at].is_none() {
                numbers[at] = self.add(key, *bucket, &mut vanished);
                *live += usize::from(numbers[at].is_some());
            }
        }
        true
    }

    /// The instances of the last message, sorted by key and bucket.
    pub(crate) fn instances(&self) -> Arc<Vec<Instance>> {
        Arc::clone(&self.instances)
    }

    /// No instance has a value any more; the numbers stay.
    pub(crate) fn clear(&mut self) {
        self.message += 1;
        self.is_order_plain = false;
        self.live = 0;
        self.instances = Arc::default();
    }

    fn find(&self, key: &str, bucket: Option<Bucket>) -> Option<u32> {
        let numbers = self.numbers.get(key)?;
        // There are 64 buckets at most for hist(), 1000 for lhist().
        numbers.iter().find(|(known, _)| *known == bucket).map(|(_, number)| *number)
    }

    fn add(&mut self, key: &str, bucket: Option<Bucket>, vanished: &mut Vec<u32>) -> Option<u32> {
        let number = if self.slots.len() < self.max_instances {
            u32::try_from(self.slots.len()).ok()?
        } else {
            let number = vanished.pop()?;
            self.forget(number);
            number
        };
        let slot = self.slot(key, bucket, number);
        self.enter(&slot, number);
        self.new.iter_mut().for_each(|new| new.push(number));
        if (number as usize) < self.slots.len() {
            self.slots[number as usize] = slot;
        } else {
            self.slots.push(slot);
        }
        Some(number)
    }

    fn enter(&mut self, slot: &Slot, number: u32) {
        // Most keys have one number. A vector that grows begins with four, which would be most of the memory here.
        let numbers = self.numbers.entry(Arc::clone(&slot.key)).or_insert_with(|| Vec::with_capacity(1));
        numbers.push((slot.instance.labels.bucket, number));
    }

    fn slot(&self, key: &str, bucket: Option<Bucket>, number: u32) -> Slot {
        // The buckets of a key share its text.
        let known = self.numbers.get_key_value(key);
        let key: Arc<str> = known.map_or_else(|| Arc::from(key), |(key, _)| Arc::clone(key));
        let parts = match self.key_parts.len() {
            0 => Vec::new(),
            1 => vec![Arc::clone(&key)],
            _ => split_key(&key, &self.key_parts).parts.into_iter().map(Arc::from).collect(),
        };
        let labels = InstanceLabels { key: parts, bucket };
        let name = if bucket.is_none() && !labels.key.is_empty() {
            Arc::clone(&key)
        } else {
            labels.instance_name().into()
        };
        Slot { key, instance: Instance { number, name, labels }, seen_in_message: self.message, position: 0 }
    }

    /// The numbers of instances that are not in this message, the one that vanished longest ago last.
    fn vanished(&self) -> Vec<u32> {
        let mut vanished: Vec<&Slot> =
            self.slots.iter().filter(|slot| slot.seen_in_message < self.message).collect();
        vanished.sort_by_key(|slot| std::cmp::Reverse(slot.seen_in_message));
        vanished.into_iter().map(|slot| slot.instance.number).collect()
    }

    fn forget(&mut self, number: u32) {
        let key = &self.slots[number as usize].key;
        if let Some(numbers) = self.numbers.get_mut(key) {
            numbers.retain(|(_, known)| *known != number);
            if numbers.is_empty() {
                self.numbers.remove(key);
            }
        }
    }

    fn list(&mut self) {
        let live = self.slots.iter().filter(|slot| slot.seen_in_message == self.message);
        let mut instances: Vec<Instance> = live.map(|slot| slot.instance.clone()).collect();
        instances.sort_by(|a, b| (&a.labels.key, a.labels.bucket).cmp(&(&b.labels.key, b.labels.bucket)));
        self.instances = Arc::new(instances);
    }
}

/// What a number stands for that nothing has.
fn nothing(position: usize) -> Slot {
    let number = u32::try_from(position).unwrap_or(u32::MAX);
    let instance = Instance { number, name: "".into(), labels: InstanceLabels::default() };
    Slot { key: "".into(), instance, seen_in_message: 0, position: 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn domain(max_instances: u32) -> Domain {
        Domain::new(vec![KeyPart::Text], max_instances)
    }

    /// Numbers a message as it is done for nearly all: in one pass, and as a whole only if that does not do.
    fn number(domain: &mut Domain, places: &[Place<'_>]) -> Vec<Option<u32>> {
        let numbers = domain.pass().and_then(|mut pass| {
            let numbers: Option<Vec<Option<u32>>> =
                places.iter().map(|(key, bucket)| pass.number(key, *bucket).map(Some)).collect();
            numbers.inspect(|_| pass.end())
        });
        numbers.unwrap_or_else(|| domain.number(places))
    }

    fn names(domain: &Domain) -> Vec<String> {
        domain.instances().iter().map(|instance| format!("{}={}", instance.number, instance.name)).collect()
    }

    fn keys<'k>(keys: &[&'k str]) -> Vec<Place<'k>> {
        keys.iter().map(|key| ((*key).into(), None)).collect()
    }

    #[test]
    fn numbers_stay_and_names_are_sorted() {
        let mut domain = domain(10);
        assert_eq!(domain.number(&keys(&["b", "a", "b"])), [Some(0), Some(1), Some(0)]);
        assert_eq!(names(&domain), ["1=a", "0=b"]);
        assert_eq!(domain.number(&keys(&["c", "a"])), [Some(2), Some(1)]);
        assert_eq!(names(&domain), ["1=a", "2=c"]);
        assert_eq!(domain.number(&keys(&["b"])), [Some(0)], "it comes again");
    }

    #[test]
    fn at_the_bound_the_one_that_vanished_first_gives_its_number() {
        let mut domain = domain(3);
        domain.number(&keys(&["a"]));
        domain.number(&keys(&["b"]));
        domain.number(&keys(&["c"]));
        assert_eq!(domain.number(&keys(&["c", "d"])), [Some(2), Some(0)], "a went before b");
        assert_eq!(domain.number(&keys(&["x", "y", "z", "w"])), [None, Some(0), Some(2), Some(1)]);
        assert_eq!(names(&domain), ["1=w", "0=y", "2=z"]);
    }

    #[test]
    fn numbers_of_an_earlier_life() {
        let mut domain = domain(4);
        let known = |key: &str| (key.to_string(), None);
        domain.restore([(0, known("b")), (2, known("a")), (3, known("b")), (9, known("z"))].into());
        assert_eq!(domain.all().collect::<Vec<_>>(), [("b", None, 0), ("a", None, 2)]);
        assert_eq!(domain.number(&keys(&["a", "b"])), [Some(2), Some(0)]);
        assert_eq!(domain.take_new().count(), 0);
        assert_eq!(domain.number(&keys(&["a", "b", "x", "y"])), [Some(2), Some(0), Some(3), Some(1)]);
        assert_eq!(names(&domain), ["2=a", "0=b", "3=x", "1=y"]);
        assert_eq!(domain.take_new().collect::<Vec<_>>(), [("x", None, 3), ("y", None, 1)]);
        assert_eq!(domain.take_new().count(), 0);
    }

    #[test]
    fn buckets_by_their_bounds_and_keys_by_their_parts() {
        let bucket = |low, high| Some(Bucket { low, high });
        let mut domain = Domain::new(vec![KeyPart::Text, KeyPart::Integer], 10);
        domain.number(&[
            ("dd,1".into(), bucket(Some(16), Some(31))),
            ("dd,1".into(), bucket(Some(8), Some(15))),
            ("cat,2".into(), bucket(None, Some(-1))),
        ]);
        assert_eq!(names(&domain), ["2=cat,2::-inf--1", "1=dd,1::8-15", "0=dd,1::16-31"]);
        assert_eq!(domain.instances()[0].labels.key, ["cat".into(), "2".into()]);
        let mut plain = Domain::new(vec![], 10);
        plain.number(&[("".into(), bucket(Some(4), Some(7)))]);
        assert_eq!(names(&plain), ["0=4-7"]);
    }

    #[test]
    fn a_repeated_message_is_told_from_one_with_other_buckets() {
        let bucket = |low| Some(Bucket { low: Some(low), high: Some(low) });
        let place = |low| -> Place<'_> { ("a".into(), bucket(low)) };
        let mut domain = domain(10);
        for _ in 0..4 {
            assert_eq!(number(&mut domain, &[place(1), place(2)]), [Some(0), Some(1)]);
        }
        assert_eq!(number(&mut domain, &[place(2), place(1)]), [Some(1), Some(0)]);
        assert_eq!(number(&mut domain, &[place(2), place(3)]), [Some(1), Some(2)]);
        assert_eq!(names(&domain), ["1=a::2-2", "2=a::3-3"]);
    }

    #[test]
    fn an_unchanged_list_is_the_same_list() {
        let mut domain = domain(10);
        domain.number(&keys(&["a", "b"]));
        let before = domain.instances();
        for message in [["b", "a"], ["b", "a"], ["a", "b"]] {
            number(&mut domain, &keys(&message));
            assert!(Arc::ptr_eq(&before, &domain.instances()));
        }
    }

    proptest! {
        /// Whatever keys come and go: numbers are below the bound, differ, and the list has exactly what was numbered.
        #[test]
        fn churn(messages in prop::collection::vec(prop::collection::vec("[a-h]", 0..8), 0..30)) {
            let mut domain = domain(5);
            for message in &messages {
                let places: Vec<Place<'_>> = message.iter().map(|key| (key.into(), None)).collect();
                if message.len() == 7 {
                    domain.clear();
                }
                let numbers = number(&mut domain, &places);
                let distinct: std::collections::HashSet<_> = message.iter().collect();
                if distinct.len() <= 5 {
                    // The same message once more, and again after a part of it.
                    prop_assert_eq!(&number(&mut domain, &places), &numbers);
                    prop_assert_eq!(&number(&mut domain, &places), &numbers);
                    prop_assert_eq!(&number(&mut domain, &places), &numbers);
                    number(&mut domain, &places[..places.len() / 2]);
                    prop_assert_eq!(&number(&mut domain, &places), &numbers);
                }
                let mut expected: Vec<(u32, String)> = numbers
                    .iter()
                    .zip(message)
                    .filter_map(|(number, key)| Some(((*number)?, key.clone())))
                    .collect();
                expected.sort();
                expected.dedup();
                let mut listed: Vec<_> =
                    domain.instances().iter().map(|one| (one.number, one.name.to_string())).collect();
                listed.sort();
                prop_assert!(listed.iter().all(|(number, _)| *number < 5));
                prop_assert_eq!(&listed, &expected);
                prop_assert_eq!(listed.len(), distinct.len().min(5));
            }
        }
    }
}
