# Why the state of the world does not allow a request. The id is conflict-{code of domain::refusal::Conflict}.

conflict-sold_out =
    { $remain ->
        [0] Sold out.
        [one] Not enough stock: 1 unit is left.
       *[other] Not enough stock: { $remain } units are left.
    }
conflict-product_not_assigned = This channel may not sell the product any more.
conflict-product_not_on_sale =
    { $period ->
        [from] The product is not on sale. Its sale starts on { $from }.
        [to] The product is not on sale. Its sale ended on { $to }.
        [both] The product is not on sale. Its sale period is { $from } to { $to }.
       *[none] The product is not on sale.
    }
conflict-option_inactive = This option is no longer sold.
conflict-inventory_closed = The supplier has closed this date.
conflict-inventory_past = This date or time has passed.
conflict-cut_off_passed = Orders for this date closed at { $closed_at }.
conflict-order_code_reused = There is another order with this channel_order_code and other contents. Use a new code for a new order.
conflict-transition_not_allowed =
    { $subject ->
        [ticket] The present state does not allow this. Order: { $order_status }, ticket: { $ticket_status }.
       *[order] The present state does not allow this. Order: { $order_status }.
    }
conflict-ticket_used = It cannot be cancelled because these tickets are used: { $tickets }.
conflict-ticket_not_canceled = A refund can only be reported for a cancelled ticket. Ticket: { $ticket_status }.
conflict-undo_too_late = The ticket was used at { $used_at }. A redemption can be taken back for 15 minutes.
conflict-refund_reported = A refund of another amount ({ $amount }) was reported for this ticket before.
conflict-review_code_reused = There is another review with this code and other contents.
conflict-question_code_reused = There is another question with this question_code and other contents.
conflict-stock_below_sold = The maximum cannot be below what is already ordered or held: { $rows }.
conflict-stock_below_allotted = The maximum cannot be below what is ordered, held or allotted to channels: { $rows }.
conflict-allotment_exceeds_stock = There is not so much left to allot. There is room for: { $rows }.
conflict-version_changed = The product has changed since it was read. Read version { $version } and try again.
conflict-month_not_over = This month cannot be closed yet. It can be closed from { $closes_from } on.
conflict-draft_open = The product has a draft. Change and publish the draft, or discard it first.
conflict-no_draft = The product has no draft. Its newest version is { $version }.
conflict-not_published = The product was never published.
conflict-code_taken = This code is taken.
conflict-assigned_by_rule = A rule ({ $rule }) assigns this product. Change the rule, or make the product an exception of it.
conflict-key_ended = This key was revoked or has run out.
