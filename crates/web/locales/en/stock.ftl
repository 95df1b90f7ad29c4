# Why a channel cannot order something from a stock row, for its supplier. The id is hindrance-{code of
# domain::hindrance::Hindrance}.

hindrance-product_not_assigned = The operator does not let this channel sell the product.
hindrance-not_published = The option was never published, so channels do not see it.
hindrance-option_inactive = The option is not active.
hindrance-product_not_on_sale = Today is outside the product's period of sale.
hindrance-inventory_past = The date or start time has passed.
hindrance-inventory_closed = This date is closed.
hindrance-cut_off_passed = Orders closed at { $closed_at }.
hindrance-sold_out = Too few units are left for an order.
hindrance-allotted_to_others = Of the units that are left, { $units } are allotted to other channels.
