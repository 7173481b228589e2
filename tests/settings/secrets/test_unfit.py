"""Values that are refused before the keyring gets them."""

import pytest

from core.errors import ConsoleError, Exit
from core.secret import Secret
from core.settings.secrets.unfit import refuse_unfit


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "secret-empty"),
        ("******", "secret-masked"),
        ("0:3:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "secret-encrypted"),
        ("1:2:vectorvector:QUFBQUFBQUFBQUFBQUFBQQ==", "secret-encrypted"),
    ],
)
def test_what_magento_would_make_nothing_of_is_refused_and_not_shown(value: str, code: str) -> None:
    with pytest.raises(ConsoleError) as caught:
        refuse_unfit(Secret(value), "production a/b/c")
    assert (caught.value.code, caught.value.exit_code) == (code, Exit.USAGE)
    assert not value or value not in str(caught.value)


@pytest.mark.parametrize("value", ["0", "**a**", "a:b:c", "0:3:short", "geheim 4711", " "])
def test_other_values_are_taken_as_they_are(value: str) -> None:
    refuse_unfit(Secret(value), "production a/b/c")
