# 필드 하나가 왜 잘못되었는지. id는 reason-{domain::refusal::Reason의 code}.
# DRF(Django REST Framework)에 같은 문장이 있으면 DRF의 한국어 문장을 그대로 쓴다.

reason-required = 이 필드는 필수 항목입니다.
reason-null = 이 필드는 null일 수 없습니다.
reason-blank = 이 필드는 blank일 수 없습니다.
reason-empty_list = 이 리스트는 비워 둘 수 없습니다.
reason-null_character = null 문자는 사용할 수 없습니다.
reason-not_a_string = 유효한 문자열이 아닙니다.
reason-not_an_integer = 유효한 정수(integer)를 넣어주세요.
reason-not_a_number = 유효한 숫자를 넣어주세요.
reason-not_a_boolean = 유효한 불리언이어야 합니다.
reason-not_a_list = 아이템 리스트가 예상되었습니다.
reason-not_an_object = 아이템 딕셔너리가 예상되었습니다.
reason-not_a_datetime = Datetime의 포멧이 잘못되었습니다. 이 형식들 중 한가지를 사용하세요: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z], YYYY-MM-DD hh:mm[:ss[.uuuuuu]].
reason-not_a_date = Date의 포멧이 잘못되었습니다. 이 형식들 중 한가지를 사용하세요: YYYY-MM-DD.
reason-not_a_time_of_day = Time의 포멧이 잘못되었습니다. 이 형식들 중 한가지를 사용하세요: hh:mm.
reason-not_a_month = Month의 포멧이 잘못되었습니다. 이 형식들 중 한가지를 사용하세요: YYYY-MM.
reason-not_a_url = 유효한 URL을 입력하십시오.
reason-not_a_choice =
    { $count ->
        [0] "{ $value }"이 유효하지 않은 선택(choice)입니다.
       *[other] "{ $value }"이 유효하지 않은 선택(choice)입니다. 가능한 값: { $choices }.
    }
reason-not_a_time_zone = 없는 시간대입니다. Asia/Seoul처럼 IANA 시간대 이름을 보내 주세요.
reason-not_a_code = 코드는 소문자와 숫자 2~40자이고, "-", "_", "."는 그 사이에만 쓸 수 있습니다.
reason-repeated_member = 같은 이름의 항목이 한 객체 안에 두 번 이상 있습니다. 하나만 보내 주세요.
reason-repeated = 목록에 이미 있는 값입니다. 한 번만 보내 주세요.
reason-unknown_parameter = 없는 파라미터입니다. 쓸 수 있는 파라미터: { $known }.
reason-too_long = 이 필드의 글자 수가 { $max } 이하인지 확인하십시오.
reason-too_many = 이 필드가 최대 { $max } 개의 요소를 가지는지 확인하세요.
reason-too_deep = 목록과 객체가 { $max }단계를 넘어 중첩되지 않는지 확인하십시오.
reason-too_small = 이 값이 { $min }보다 크거나 같은지 확인하십시오.
reason-too_large = 이 값이 { $max }보다 작거나 같은지 확인하십시오.
reason-too_precise = 소수점 자릿수가 5 이하이고 소수점 자리 앞에 숫자(digits)가 13 이하인지 확인하십시오.
reason-too_many_places = 소수점 자릿수가 { $places } 이하인지 확인하십시오.
reason-not_positive = 이 값이 0보다 큰지 확인하십시오.
reason-in_the_past = 이미 지난 시각입니다.

reason-option_repeated = 한 주문에 같은 옵션이 같은 날짜로 두 번 들어 있습니다. 수량을 합쳐 한 번만 보내 주세요.
reason-mapping_unknown = 이 채널이 등록한 상품의 매핑 코드가 아닙니다. 상품 등록(registration)에서 받은 코드를 보내 주세요.
reason-option_unknown = 등록된 상품에 없는 옵션입니다. 상품 상세의 option_code를 보내 주세요.
reason-inventory_unknown = 이 날짜와 시각에는 재고가 없습니다. 재고 조회의 값을 그대로 보내 주세요.
reason-quantity_out_of_range = 이 옵션은 한 주문에 { $min }개 이상 { $max }개 이하로 주문할 수 있습니다.
reason-ticket_count_mismatch = 티켓 수({ $tickets })가 수량({ $quantity })과 같아야 합니다.
reason-traveler_information_missing = 이 상품에는 여행자 정보 "{ $key }"가 필요합니다. representative.additional 또는 모든 티켓의 additional에 넣어 주세요.
reason-sub_total_mismatch = 단가 × 수량의 합과 다릅니다. { $expected }이어야 합니다.
reason-total_above_sub_total = sub_total({ $sub_total })보다 클 수 없습니다.
reason-amount_too_large = 금액의 합이 너무 커서 계산할 수 없습니다.
reason-mapping_incomplete = 판매 중인 모든 옵션을 매핑해야 합니다. 빠진 옵션: { $options }.
reason-mapping_option_unknown = 판매 중인 옵션이 아닌 코드가 있습니다: { $options }.
reason-mapping_name_repeated = 같은 이름을 두 옵션에 쓸 수 없습니다: { $names }.
reason-disagrees = { $with } 필드의 값과 맞지 않습니다.
reason-ends_before_start = 끝이 시작보다 빠를 수 없습니다.
reason-range_too_long = 기간은 { $max_days }일을 넘을 수 없습니다.
reason-skipped_by_daylight_saving = 서머타임 때문에 이 시각이 없는 날짜가 있습니다: { $dates }.
reason-no_such_option = 이 공급사에 없는 옵션입니다.
reason-no_stock_yet = 아직 재고가 없는 날짜가 있습니다: { $dates }. 수량을 함께 보내 주세요.
reason-too_many_rows = 날짜와 시각이 { $max }개를 넘습니다. 나누어 보내 주세요.
reason-not_for_this_kind = 이 종류의 상품에는 없는 필드입니다.
reason-cannot_change = 이 값은 바꿀 수 없습니다.
reason-option_published = 한 번 공개한 옵션은 지울 수 없습니다. is_active를 false로 바꿔 주세요.
reason-option_drawn_from = 이 옵션의 재고를 쓰는 옵션이 있습니다: { $options }. 그 옵션도 함께 지워 주세요.
reason-only_manual = 공급사가 직접 확정하는 상품(manual)에만 있는 값입니다.
reason-missing_for_channels = 채널이 여행자에게 보여 주는 값인데 비어 있습니다.
reason-no_thumbnail = 채널이 보여 줄 사진이 없습니다. 사진 주소를 넣어 주세요.
reason-no_option = 판매 중인 옵션이 없어 아무것도 주문할 수 없습니다.
reason-option_without_price = 옵션 "{ $option }"에 가격이 없어 주문할 수 없습니다.
reason-option_name_repeated = 판매 중인 다른 옵션도 이름이 "{ $name }"입니다. 여행자가 구별할 수 없습니다.
reason-no_cancellation_policy = 조건부 환불에는 언제까지 얼마를 돌려주는지 단계가 필요합니다.
reason-ranges_overlap = 기간이 서로 겹칩니다.
reason-policy_percent_repeated = 같은 비율({ $percent }%)이 두 번 들어 있습니다.
reason-policy_gives_less_for_more = 더 일찍 취소할 때 더 적게 돌려주는 정책은 쓸 수 없습니다.
reason-refund_above_cost = 환불 금액은 티켓 금액({ $cost })을 넘을 수 없습니다.
reason-score_not_allowed = NO_SCORE인 후기에는 점수를 넣을 수 없습니다.
reason-cursor_unknown = 알 수 없는 cursor입니다. 지난 응답의 next_cursor를 그대로 보내 주세요.
