# 요청은 맞지만 지금 상태에서는 할 수 없는 까닭. id는 conflict-{domain::refusal::Conflict의 code}.

conflict-sold_out = 재고가 부족합니다. 남은 수량: { $remain }.
conflict-product_not_assigned = 이 채널이 더 이상 판매할 수 없는 상품입니다.
conflict-product_not_on_sale =
    { $period ->
        [from] 판매 기간이 아닙니다. 판매 시작일: { $from }.
        [to] 판매 기간이 아닙니다. 판매 종료일: { $to }.
        [both] 판매 기간이 아닙니다. 판매 기간: { $from } ~ { $to }.
       *[none] 판매 기간이 아닙니다.
    }
conflict-option_inactive = 더 이상 판매하지 않는 옵션입니다.
conflict-inventory_closed = 공급사가 이 날짜의 판매를 마감했습니다.
conflict-inventory_past = 이미 지난 날짜 또는 시각입니다.
conflict-cut_off_passed = 예약 마감 시각({ $closed_at })이 지났습니다.
conflict-order_code_reused = 같은 channel_order_code로 내용이 다른 주문이 이미 있습니다. 새 주문에는 새 코드를 써 주세요.
conflict-transition_not_allowed =
    { $subject ->
        [ticket] 지금 상태에서는 할 수 없습니다. 주문 상태: { $order_status }, 티켓 상태: { $ticket_status }.
       *[order] 지금 상태에서는 할 수 없습니다. 주문 상태: { $order_status }.
    }
conflict-ticket_used = 이미 사용한 티켓이 있어 취소할 수 없습니다: { $tickets }.
conflict-ticket_not_canceled = 취소된 티켓만 환불을 보고할 수 있습니다. 티켓 상태: { $ticket_status }.
conflict-undo_too_late = { $used_at }에 사용한 티켓입니다. 사용 처리는 15분 안에만 되돌릴 수 있습니다.
conflict-refund_reported = 이 티켓의 환불은 이미 다른 금액({ $amount })으로 보고되었습니다.
conflict-review_code_reused = 같은 후기 코드로 내용이 다른 후기가 이미 있습니다.
conflict-question_code_reused = 같은 question_code로 내용이 다른 문의가 이미 있습니다.
conflict-stock_below_sold = 이미 주문되었거나 잡혀 있는 수량보다 적게 줄일 수 없습니다: { $rows }.
conflict-stock_below_allotted = 주문되었거나 잡혀 있거나 채널에 할당된 수량보다 적게 줄일 수 없습니다: { $rows }.
conflict-allotment_exceeds_stock = 할당할 수 있는 수량보다 많습니다. 할당할 수 있는 수량: { $rows }.
conflict-version_changed = 읽은 뒤에 상품이 바뀌었습니다. 최신 버전({ $version })을 다시 읽고 시도해 주세요.
conflict-month_not_over = 아직 마감할 수 없는 달입니다. { $closes_from }부터 마감할 수 있습니다.
conflict-draft_open = 작성 중인 초안이 있습니다. 초안을 고쳐 공개하거나 먼저 버려 주세요.
conflict-no_draft = 초안이 없습니다. 최신 버전: { $version }.
conflict-not_published = 아직 공개한 적이 없는 상품입니다.
conflict-code_taken = 이미 쓰이고 있는 코드입니다.
conflict-assigned_by_rule = 규칙({ $rule })이 배정한 상품입니다. 규칙을 바꾸거나 이 상품을 규칙의 예외로 넣어 주세요.
conflict-key_ended = 폐기되었거나 만료된 키입니다.
