# 상품의 버전에서 바뀐 것. id는 difference-{domain::difference::Difference의 code}.

difference-first_version = 첫 버전입니다.
difference-set = { $field }: { $to }.
difference-changed = { $field }: { $from } → { $to }.
difference-removed = { $field }: 삭제했습니다.
difference-rewritten = { $field }: 바꾸었습니다.
difference-list_changed =
    { $kind ->
        [added] { $field }: { $added } 추가.
        [removed] { $field }: { $removed } 삭제.
       *[both] { $field }: { $added } 추가, { $removed } 삭제.
    }
difference-option_added = 새 옵션: { $option }.
difference-option_removed = 삭제한 옵션: { $option }.
difference-option_opened = 옵션 { $option }: 판매를 다시 시작했습니다.
difference-option_closed = 옵션 { $option }: 판매를 중지했습니다.
difference-option_renamed = 옵션 이름: { $from } → { $option }.
difference-option_changed = 옵션 { $option }, { $field }: { $from } → { $to }.
difference-price_set = 옵션 { $option }의 가격: { $to }.
difference-price_changed = 옵션 { $option }의 가격: { $from } → { $to }.
difference-season_added = 옵션 { $option }의 { $first } ~ { $last } 가격: { $to }.
difference-season_changed = 옵션 { $option }의 { $first } ~ { $last } 가격: { $from } → { $to }.
difference-season_removed = 옵션 { $option }의 { $first } ~ { $last } 가격({ $from }): 삭제했습니다.
