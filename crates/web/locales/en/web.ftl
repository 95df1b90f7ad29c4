# Errors of HTTP itself. The id is web-{code}.

web-permission_denied = You do not have permission to perform this action.
web-not_found = Not found.
web-invalid_query = Invalid query.
web-malformed_request = Malformed request.
web-malformed_json =
    { $fault ->
        [empty] The JSON body is empty.
        [encoding] The body is not UTF-8 (line { $line }, column { $column }).
        [incomplete] The JSON body ends too early (line { $line }, column { $column }).
        [too_deep] The JSON body is nested too deeply (line { $line }, column { $column }).
        [too_many_values] The JSON body has too many values (line { $line }, column { $column }). Send it in parts.
       *[syntax] The body is not valid JSON (line { $line }, column { $column }).
    }
web-malformed_csv =
    { $fault ->
        [empty] The table is empty. Its first line must name the columns.
        [encoding] The table is not UTF-8: line { $line } has another encoding (byte { $column } of the body).
        [utf16] The table is UTF-16. Save it as UTF-8.
        [quote] There is a quote in the wrong place (line { $line }, column { $column }). Put a text with quotes into quotes, and write each of its own twice.
        [unclosed] A quote is never closed (line { $line }, column { $column }).
        [null] There is a NUL character (line { $line }, column { $column }).
        [columns] The first line names too many columns (line { $line }, column { $column }). Leave out those that nobody reads.
        [lines] The table has too many lines: line { $line } is one too many. Send it in parts.
       *[cells] The line has more or fewer cells than the first line has names (line { $line }, column { $column }).
    }
web-body_not_an_object = Invalid data. Expected a dictionary, but got { $found }.
web-method_not_allowed = Method "{ $method }" not allowed.
web-request_timeout = The request took too long. Send the same request again.
web-address_too_long = The address is too long. Send at most { $limit } bytes, or ask in parts.
web-body_too_large = The body is too large. Send at most { $limit } bytes.
web-unsupported_media_type = Unsupported media type "{ $media_type }" in request.
web-rate_limited =
    { $wait ->
        [one] Request was throttled. Expected available in 1 second.
       *[other] Request was throttled. Expected available in { $wait } seconds.
    }
web-too_many_at_once = { $most } requests with this key are in progress, which is the most at a time. Wait for an answer before you send the next one.
web-internal_error = A server error occurred.
web-unavailable = The service is not available at the moment. Send the same request again soon.
web-overloaded = There are too many requests at the moment. Send the same request again soon.
