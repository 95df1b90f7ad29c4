//! How much data there is: products, options, days and past orders.

use std::fmt;
use std::str::FromStr;

/// How much is in a database, written `PRODUCTSxOPTIONSxDAYS+ORDERS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Products.
    pub products: u32,
    /// Options of each product, each with stock of its own.
    pub options: u32,
    /// Days of stock of each option.
    pub days: u32,
    /// Orders that were placed before.
    pub past_orders: u32,
}

/// The most of anything: ids have room for a thousand times more, disks have not.
const MAX: u64 = 1_000_000_000;

impl Size {
    /// 10,000 stock rows and no past orders.
    pub const SMALL: Size = Size { products: 50, options: 2, days: 100, past_orders: 0 };
    /// 1,000,000 stock rows and 1,000,000 past orders.
    pub const LARGE: Size = Size { products: 1_000, options: 2, days: 500, past_orders: 1_000_000 };

    /// How many stock rows there are.
    pub fn stock_rows(&self) -> u64 {
        u64::from(self.products) * u64::from(self.options) * u64::from(self.days)
    }

    /// The place of an option among the options of all products.
    pub(crate) fn option_number(&self, product: u32, option: u32) -> u64 {
        u64::from(product) * u64::from(self.options) + u64::from(option)
    }

    /// The place of a stock row among all of them.
    pub(crate) fn stock_number(&self, product: u32, option: u32, day: u32) -> u64 {
        self.option_number(product, option) * u64::from(self.days) + u64::from(day)
    }

    /// Product, option and day of a stock row.
    pub(crate) fn place_of(&self, stock: u64) -> (u32, u32, u32) {
        let part = |number: u64, of: u32| u32::try_from(number % u64::from(of.max(1))).unwrap_or_default();
        let option = stock / u64::from(self.days.max(1));
        let product = option / u64::from(self.options.max(1));
        (part(product, self.products), part(option, self.options), part(stock, self.days))
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Size, String> {
        match text {
            "small" => return Ok(Size::SMALL),
            "large" => return Ok(Size::LARGE),
            _ => {}
        }
        let read = || {
            let (stock, orders) = text.split_once('+').unwrap_or((text, "0"));
            let numbers: Vec<u32> = stock.split('x').map(|number| number.parse().ok()).collect::<Option<_>>()?;
            let [products, options, days] = numbers[..] else { return None };
            Some(Size { products, options, days, past_orders: orders.parse().ok()? })
        };
        let size = read().ok_or_else(|| format!("{text:?} is no size: small, large, or PRODUCTSxOPTIONSxDAYS+ORDERS as 50x2x100+0"))?;
        match size.stock_rows() {
            0 => Err("there must be at least one product, option and day".to_owned()),
            rows if rows > MAX => Err(format!("that are {rows} stock rows; the most are {MAX}")),
            _ if size.options > 200 => Err("a product has at most 200 options".to_owned()),
            _ => Ok(size),
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Size { products, options, days, past_orders } = self;
        write!(f, "{products}x{options}x{days}+{past_orders}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_it_is_read() {
        assert_eq!("small".parse(), Ok(Size::SMALL));
        assert_eq!("large".parse(), Ok(Size::LARGE));
        assert_eq!("7x3x5".parse(), Ok(Size { products: 7, options: 3, days: 5, past_orders: 0 }));
        assert_eq!(Size::LARGE.to_string().parse(), Ok(Size::LARGE));
        assert_eq!((Size::SMALL.stock_rows(), Size::LARGE.stock_rows()), (10_000, 1_000_000));
        for wrong in ["", "medium", "1x2", "1x2x3x4", "1x2x3+", "0x2x100", "-1x2x3", "1x201x1", "6000000x200x1"] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_stock_row_has_its_place() {
        let size = Size { products: 3, options: 2, days: 5, past_orders: 0 };
        for number in 0..size.stock_rows() {
            let (product, option, day) = size.place_of(number);
            assert_eq!(size.stock_number(product, option, day), number);
        }
    }
}
