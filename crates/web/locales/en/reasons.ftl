# What is wrong with one field. The id is reason-{code of domain::refusal::Reason}.
# Where DRF (Django REST Framework) has the sentence, it is DRF's.

reason-required = This field is required.
reason-null = This field may not be null.
reason-blank = This field may not be blank.
reason-empty_list = This list may not be empty.
reason-null_character = Null characters are not allowed.
reason-not_a_string = Not a valid string.
reason-not_an_integer = A valid integer is required.
reason-not_a_number = A valid number is required.
reason-not_a_boolean = Must be a valid boolean.
reason-not_a_list = Expected a list of items.
reason-not_an_object = Expected a dictionary of items.
reason-not_a_datetime = Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z], YYYY-MM-DD hh:mm[:ss[.uuuuuu]].
reason-not_a_date = Date has wrong format. Use one of these formats instead: YYYY-MM-DD.
reason-not_a_time_of_day = Time has wrong format. Use one of these formats instead: hh:mm.
reason-not_a_month = Month has wrong format. Use one of these formats instead: YYYY-MM.
reason-not_a_url = Enter a valid URL.
reason-not_a_choice =
    { $count ->
        [0] "{ $value }" is not a valid choice.
       *[other] "{ $value }" is not a valid choice. Accepted: { $choices }.
    }
reason-not_a_time_zone = There is no such time zone. Send a name of the IANA database, such as Asia/Seoul.
reason-not_a_code = A code has 2 to 40 lower-case letters and digits, with "-", "_" and "." only between them.
reason-repeated_member = This member stands more than once in its object. Send it once.
reason-repeated = This stands in the list before. Send it only once.
reason-unknown_parameter = There is no such parameter. There are: { $known }.
reason-too_long = Ensure this field has no more than { $max } characters.
reason-too_many = Ensure this field has no more than { $max } elements.
reason-too_deep = Ensure that no more than { $max } lists and objects lie in each other here.
reason-too_small = Ensure this value is greater than or equal to { $min }.
reason-too_large = Ensure this value is less than or equal to { $max }.
reason-too_precise = Ensure that there are no more than 5 decimal places and no more than 13 digits before the decimal point.
reason-too_many_places = Ensure that there are no more than { $places } decimal places.
reason-not_positive = Ensure this value is greater than zero.
reason-in_the_past = This time has passed.

reason-option_repeated = The order has the same option twice for the same date. Send it once with the sum of the quantities.
reason-mapping_unknown = This is no mapping code of a product that this channel registered. Send the code that the registration answered.
reason-option_unknown = The registered product has no such option. Send an option_code of the product's detail.
reason-inventory_unknown = There is no inventory at this date and time. Send a value of the inventory call as it is.
reason-quantity_out_of_range = One order may have { $min } to { $max } units of this option.
reason-ticket_count_mismatch =
    { $tickets ->
        [one] There is 1 ticket, but the quantity is { $quantity }. Send one ticket per unit.
       *[other] There are { $tickets } tickets, but the quantity is { $quantity }. Send one ticket per unit.
    }
reason-traveler_information_missing = This product needs the traveler information "{ $key }". Put it into representative.additional or into the additional of every ticket.
reason-sub_total_mismatch = This is not the sum of unit price × quantity, which is { $expected }.
reason-total_above_sub_total = This may not be more than sub_total ({ $sub_total }).
reason-amount_too_large = The amounts are too large to be added up.
reason-mapping_incomplete = Every active option must be mapped. Missing: { $options }.
reason-mapping_option_unknown = These codes are no active options: { $options }.
reason-mapping_name_repeated = Two options may not have the same name: { $names }.
reason-disagrees = This does not agree with the field { $with }.
reason-ends_before_start = The end may not lie before the start.
reason-range_too_long =
    { $max_days ->
        [one] The range may not be longer than 1 day.
       *[other] The range may not be longer than { $max_days } days.
    }
reason-skipped_by_daylight_saving = Daylight saving time skips this time on: { $dates }.
reason-no_such_option = You have no such option.
reason-no_stock_yet = There is no stock yet on: { $dates }. Say how many units there are.
reason-too_many_rows = These are more than { $max } dates and start times. Send fewer in one request.
reason-not_for_this_kind = Products of this kind have no such field.
reason-cannot_change = This value cannot be changed.
reason-option_published = An option that was published is never removed. Set is_active to false instead.
reason-option_drawn_from = Other options draw from its stock: { $options }. Remove them, too.
reason-only_manual = Only a product whose orders the supplier confirms (manual) has this.
reason-missing_for_channels = Channels show this to travelers, and it is empty.
reason-no_thumbnail = Channels have no picture to show. Send the address of one.
reason-no_option = No option is on sale, so nothing can be ordered.
reason-option_without_price = The option "{ $option }" has no price, so it cannot be ordered.
reason-option_name_repeated = Another option on sale is called "{ $name }", too. Travelers could not tell them apart.
reason-no_cancellation_policy = A conditional refund needs steps that say how much is given back until when.
reason-ranges_overlap = The ranges overlap.
reason-policy_percent_repeated = The policy has { $percent } % twice.
reason-policy_gives_less_for_more = A policy may not give less back to those who cancel earlier.
reason-refund_above_cost = The refund may not be more than the ticket cost ({ $cost }).
reason-score_not_allowed = A review with NO_SCORE has no score.
reason-cursor_unknown = This is no cursor of ours. Send the next_cursor of the last response as it is.
