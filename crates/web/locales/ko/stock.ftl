# 채널이 재고에서 주문할 수 없는 이유 (공급사에게). id는 hindrance-{domain::hindrance::Hindrance의 코드}.

hindrance-product_not_assigned = 운영자가 이 채널에 상품 판매를 허용하지 않았습니다.
hindrance-not_published = 공개된 적이 없는 옵션이라 채널에 보이지 않습니다.
hindrance-option_inactive = 비활성 옵션입니다.
hindrance-product_not_on_sale = 오늘은 상품의 판매 기간이 아닙니다.
hindrance-inventory_past = 날짜나 시작 시각이 지났습니다.
hindrance-inventory_closed = 판매를 닫은 날짜입니다.
hindrance-cut_off_passed = { $closed_at }에 주문이 마감되었습니다.
hindrance-sold_out = 주문하기에는 남은 수량이 부족합니다.
hindrance-allotted_to_others = 남은 수량 가운데 { $units }개는 다른 채널에 할당되어 있습니다.
