from services.store.api.server import encoded


def test_letters_that_are_not_percent_encoded_are_in_the_line_of_a_request() -> None:
    head = "GET /places?q=Бах HTTP/1.1\r\nX-Note: ж\r\n\r\n".encode()
    assert encoded(head) == "GET /places?q=%D0%91%D0%B0%D1%85 HTTP/1.1\r\nX-Note: ж\r\n\r\n".encode()


def test_what_is_encoded_or_begins_no_request_is_left_as_it_is() -> None:
    for data in (b"GET /places?q=%D0%91 HTTP/1.1\r\n\r\n", b"\xff\xfe\x00", "ж\r\nGET / HTTP/1.1".encode(), b""):
        assert encoded(data) == data
