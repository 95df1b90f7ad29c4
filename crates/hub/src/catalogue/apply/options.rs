//! What a change makes of options: changes some, adds some, and takes away those that were never published.

use axhub_domain::edition::{Edition, EditionOption, MAX_OPTIONS};
use axhub_domain::ids::OptionId;
use axhub_domain::pricing::NetPrice;
use axhub_domain::product::{OptionKind, ProductOption};
use axhub_domain::refusal::{FieldError, Reason};

use super::super::OptionChange;
use super::{Base, option_faults};

/// Options in the middle of a change.
struct Changing<'a> {
    edition: &'a mut Edition,
    base: Base<'a>,
    faults: &'a mut Vec<FieldError>,
    /// Options that are taken away, and where the client said so.
    removed: Vec<(String, OptionId)>,
    /// Pools that the client named for options that only change the price, and where.
    named_for_price: Vec<(String, OptionId, Option<String>)>,
}

/// Does `changes` to the options of `edition`, in their order.
pub(super) fn change(
    edition: &mut Edition,
    base: Base<'_>,
    changes: &[OptionChange],
    new_id: impl Fn() -> OptionId,
    faults: &mut Vec<FieldError>,
) {
    let mut changing = Changing { edition, base, faults, removed: Vec::new(), named_for_price: Vec::new() };
    for (at, change) in changes.iter().enumerate() {
        let path = format!("options[{at}]");
        match change.id {
            Some(id) if change.remove => changing.remove(path, id),
            Some(id) => changing.change(&path, id, change),
            None => changing.add(&path, new_id(), change),
        }
    }
    changing.finish();
}

impl Changing<'_> {
    fn wrong(&mut self, path: &str, field: &str, reason: Reason) {
        self.faults.push(FieldError::new(format!("{path}.{field}"), reason));
    }

    fn remove(&mut self, path: String, id: OptionId) {
        if self.edition.option(id).is_none() {
            self.wrong(&path, "option_code", Reason::OptionUnknown);
        } else if self.base.published.contains(&id) {
            self.wrong(&path, "remove", Reason::OptionPublished);
        } else {
            self.removed.push((path, id));
        }
    }

    fn change(&mut self, path: &str, id: OptionId, change: &OptionChange) {
        let Some(at) = self.edition.options.iter().position(|option| option.option.id == id) else {
            return self.wrong(path, "option_code", Reason::OptionUnknown);
        };
        let mut changed = self.edition.options[at].clone();
        if change.kind.is_some_and(|kind| kind != changed.option.kind) {
            self.wrong(path, "kind", Reason::CannotChange);
        }
        if change.stock_option.is_some_and(|of| of != changed.option.stock_option) {
            self.wrong(path, "stock_option_code", Reason::CannotChange);
        }
        if let Some(pool) = &change.pool {
            if changed.option.kind == OptionKind::Price {
                self.named_for_price.push((path.to_owned(), id, pool.clone()));
            } else if self.base.published.contains(&id) && *pool != changed.pool {
                self.wrong(path, "pool", Reason::CannotChange);
            } else {
                changed.pool.clone_from(pool);
            }
        }
        let option = &mut changed.option;
        option.depths = change.depths.clone().unwrap_or_else(|| option.depths.clone());
        option.persons_per_unit = change.persons_per_unit.unwrap_or(option.persons_per_unit);
        option.min_quantity = change.min_quantity.unwrap_or(option.min_quantity);
        option.max_quantity = change.max_quantity.unwrap_or(option.max_quantity);
        option.is_active = change.is_active.unwrap_or(option.is_active);
        changed.weight = change.weight.unwrap_or(changed.weight);
        self.set_prices(path, &mut changed, change);
        self.edition.options[at] = changed;
    }

    fn add(&mut self, path: &str, id: OptionId, change: &OptionChange) {
        if change.remove {
            return self.wrong(path, "option_code", Reason::Required);
        }
        let draws_from_another = change.stock_option.is_some();
        match change.kind {
            Some(OptionKind::Price) if !draws_from_another => self.wrong(path, "stock_option_code", Reason::Required),
            Some(OptionKind::Quantity) if draws_from_another => self.wrong(path, "stock_option_code", Reason::NotForThisKind),
            _ => {}
        }
        let (kind, stock_option) = match change.stock_option {
            None => (OptionKind::Quantity, id),
            Some(of) if self.edition.option(of).is_some_and(|other| other.option.kind == OptionKind::Quantity) => (OptionKind::Price, of),
            Some(_) => return self.wrong(path, "stock_option_code", Reason::OptionUnknown),
        };
        let mut pool = change.pool.clone().flatten();
        if kind == OptionKind::Price && change.pool.is_some() {
            self.named_for_price.push((path.to_owned(), id, pool.take()));
        }
        let option = ProductOption {
            id,
            depths: change.depths.clone().unwrap_or_default(),
            kind,
            stock_option,
            persons_per_unit: change.persons_per_unit.unwrap_or(1),
            min_quantity: change.min_quantity.unwrap_or(1),
            max_quantity: change.max_quantity.unwrap_or(10),
            is_active: change.is_active.unwrap_or(true),
        };
        let mut added = EditionOption { option, pool, weight: change.weight.unwrap_or(1), prices: Vec::new() };
        self.set_prices(path, &mut added, change);
        self.edition.options.push(added);
    }

    /// Sets the prices that the client sent, and looks at the option then.
    fn set_prices(&mut self, path: &str, option: &mut EditionOption, change: &OptionChange) {
        let prices = &mut option.prices;
        if let Some(net) = change.net {
            prices.retain(|price| price.dates.is_some());
            prices.push(NetPrice { net, dates: None });
        }
        if let Some(seasons) = &change.seasons {
            prices.retain(|price| price.dates.is_none());
            prices.extend(seasons.iter().map(|(from, to, net)| NetPrice { net: *net, dates: Some((*from, *to)) }));
        }
        self.faults.extend(option_faults(path, &option.option, &option.prices, !self.base.is_draft));
        option.sort_prices();
    }

    /// What can only be judged, or done, when all options have changed.
    fn finish(mut self) {
        self.take_away();
        if self.edition.options.len() > MAX_OPTIONS {
            self.faults.push(FieldError::new("options", Reason::TooMany { max: MAX_OPTIONS }));
        }
        let pools: Vec<(OptionId, Option<String>)> =
            self.edition.options.iter().map(|option| (option.option.id, option.pool.clone())).collect();
        for option in self.edition.options.iter_mut().filter(|option| option.option.kind == OptionKind::Price) {
            let drawn_from = pools.iter().find(|(id, _)| *id == option.option.stock_option);
            option.pool = drawn_from.and_then(|(_, pool)| pool.clone());
        }
        for (path, id, named) in std::mem::take(&mut self.named_for_price) {
            if self.edition.option(id).is_some_and(|option| option.pool != named) {
                self.wrong(&path, "pool", Reason::NotForThisKind);
            }
        }
    }

    fn take_away(&mut self) {
        let removed = std::mem::take(&mut self.removed);
        self.edition.options.retain(|option| !removed.iter().any(|(_, id)| *id == option.option.id));
        for (path, id) in removed {
            let drawing = self.edition.options.iter().filter(|option| option.option.stock_option == id);
            let options: Vec<String> = drawing.map(|option| option.option.name()).collect();
            if !options.is_empty() {
                self.wrong(&path, "remove", Reason::OptionDrawnFrom { options });
            }
        }
    }
}
