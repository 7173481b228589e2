"""A Secret shows its value to nobody but who asks with `reveal`."""

import copy
import json
import logging
import operator
import pickle
import traceback

import msgspec
import pytest

from core.secret import MASK, Secret

VALUE = "Tr0ub4dor&3"


def test_reveal() -> None:
    assert Secret(VALUE).reveal() == VALUE


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        ascii,
        lambda secret: f"{secret}",
        lambda secret: f"{secret!r:>40}",
        lambda secret: f"{secret:>40}",
        lambda secret: operator.mod("%s and %r", (secret, secret)),
        "{0} {0!s} {0!r}".format,
        lambda secret: str([secret]) + str({"a": secret}) + str((secret,)),
        lambda secret: json.dumps({"a": secret}, default=str),
        lambda secret: str(hash(secret)),
        lambda secret: str(ValueError(secret)) + repr(ValueError(secret)),
    ],
)
def test_no_way_of_showing_it_shows_it(show: object) -> None:
    assert callable(show)
    shown = str(show(Secret(VALUE)))
    assert VALUE not in shown


@pytest.mark.parametrize(
    "serialise",
    [json.dumps, msgspec.json.encode, msgspec.msgpack.encode, msgspec.to_builtins, pickle.dumps, copy.deepcopy],
)
def test_nothing_serialises_it(serialise: object) -> None:
    assert callable(serialise)
    for data in (Secret(VALUE), {"a": [Secret(VALUE)]}):
        with pytest.raises(TypeError) as caught:
            serialise(data)
        assert VALUE not in str(caught.value)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_no_protocol_of_pickle(protocol: int) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(VALUE), protocol)


def test_it_has_no_dictionary() -> None:
    assert not hasattr(Secret(VALUE), "__dict__")
    with pytest.raises(TypeError):
        vars(Secret(VALUE))


def test_a_traceback_with_locals() -> None:
    secret = Secret(VALUE)
    try:
        raise RuntimeError("failed", secret)
    except RuntimeError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "secret = " in told
    assert VALUE not in told


def test_a_log(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").error("with %s and %r", Secret(VALUE), Secret(VALUE))
    assert MASK in caplog.text
    assert VALUE not in caplog.text


def test_it_equals_a_secret_of_the_same_value_and_nothing_else() -> None:
    assert Secret(VALUE) == Secret(VALUE)
    assert Secret(VALUE) != Secret("another")
    assert Secret(VALUE) != VALUE
    assert len({Secret(VALUE), Secret(VALUE)}) == 1
