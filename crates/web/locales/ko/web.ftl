# HTTP 자체에 관한 오류. id는 web-{code}.

web-permission_denied = 이 작업을 수행할 권한(permission)이 없습니다.
web-not_found = 찾을 수 없습니다.
web-invalid_query = 유효하지 않은 query입니다.
web-malformed_request = 잘못된 요청입니다.
web-malformed_json =
    { $fault ->
        [empty] JSON 본문이 비어 있습니다.
        [encoding] 본문이 UTF-8이 아닙니다({ $line }행 { $column }열).
        [incomplete] JSON 본문이 중간에 끝났습니다({ $line }행 { $column }열).
        [too_deep] JSON 본문이 너무 깊게 중첩되어 있습니다({ $line }행 { $column }열).
        [too_many_values] JSON 본문에 값이 너무 많습니다({ $line }행 { $column }열). 나누어 보내 주세요.
       *[syntax] JSON 문법이 잘못되었습니다({ $line }행 { $column }열).
    }
web-malformed_csv =
    { $fault ->
        [empty] 표가 비어 있습니다. 첫 줄에 열 이름이 있어야 합니다.
        [encoding] 표가 UTF-8이 아닙니다. { $line }행의 인코딩이 다릅니다(본문의 { $column }번째 바이트).
        [utf16] 표가 UTF-16입니다. UTF-8로 저장해 주세요.
        [quote] 따옴표의 위치가 잘못되었습니다({ $line }행 { $column }열). 따옴표가 든 글은 따옴표로 묶고, 그 안의 따옴표는 두 번 써 주세요.
        [unclosed] 따옴표가 닫히지 않았습니다({ $line }행 { $column }열).
        [null] NUL 문자가 있습니다({ $line }행 { $column }열).
        [columns] 첫 줄의 열이 너무 많습니다({ $line }행 { $column }열). 필요 없는 열을 빼 주세요.
        [lines] 표의 줄이 너무 많습니다. { $line }행부터는 나누어 보내 주세요.
       *[cells] 칸의 수가 첫 줄의 열 이름 수와 다릅니다({ $line }행 { $column }열).
    }
web-body_not_an_object = 유효하지 않은 데이터. 딕셔너리(dictionary)대신 { $found }를 받았습니다.
web-method_not_allowed = 메소드(Method) "{ $method }"는 허용되지 않습니다.
web-request_timeout = 요청을 제시간에 처리하지 못했습니다. 같은 요청을 다시 보내 주세요.
web-address_too_long = 주소가 너무 깁니다. { $limit }바이트 이하로 보내거나 나누어 요청해 주세요.
web-body_too_large = 본문이 너무 큽니다. { $limit }바이트 이하로 보내 주세요.
web-unsupported_media_type = 요청된 "{ $media_type }"가 지원되지 않는 미디어 형태입니다.
web-rate_limited = 요청이 지연(throttled)되었습니다. { $wait } 초 후에 사용 가능합니다.
web-too_many_at_once = 이 키로 처리 중인 요청이 이미 최대치인 { $most }개입니다. 응답을 받은 후 다음 요청을 보내 주세요.
web-internal_error = 서버 장애가 발생했습니다.
web-unavailable = 잠시 서비스를 사용할 수 없습니다. 같은 요청을 잠시 후 다시 보내 주세요.
web-overloaded = 요청이 너무 많아 지금은 처리할 수 없습니다. 같은 요청을 잠시 후 다시 보내 주세요.
