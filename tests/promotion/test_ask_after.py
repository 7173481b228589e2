"""After a database step Magento has to be satisfied; only what was known before may be left."""

import pytest

from core.actions.promotion.ask_after import judge
from core.errors import ConsoleError
from core.magento.probes import (
    CodeOlderThanDatabase,
    DatabaseUnreachable,
    NeedsImport,
    NeedsUpgrade,
    PermanentFalsePositive,
    ProbeResult,
    Unknown,
    UpToDate,
)  # fmt: skip

TEXT = ("Declarative Schema is not up to date",)
UPGRADE = NeedsUpgrade(("declarative",), TEXT)
OTHER = NeedsUpgrade(("data",), ("Data patches are not up to date",))
STALE = PermanentFalsePositive(TEXT)
OLDER = CodeOlderThanDatabase(("Acme_Blog",), ("Acme_Blog schema: 2 -> 1",))
OK = UpToDate()


def warned(
    before: ProbeResult,
    database: ProbeResult,
    config: ProbeResult = OK,
    *,
    upgraded: bool = True,
    anyway: bool = False,
) -> bool:
    """Return whether what Magento answers now is accepted with a warning; raises where it is not accepted."""
    return bool(judge(before, config, database, upgraded=upgraded, anyway=anyway, where="web1"))


def test_a_satisfied_magento_needs_no_word() -> None:
    assert not warned(UPGRADE, OK)
    assert not warned(OK, OK, upgraded=False)


def test_the_same_text_after_an_upgrade_that_returned_0_is_accepted_and_said() -> None:
    assert warned(UPGRADE, UPGRADE)
    assert warned(STALE, UPGRADE)


def test_a_demand_that_was_stale_before_an_import_is_stale_after_it() -> None:
    assert warned(STALE, UPGRADE, upgraded=False)
    with pytest.raises(ConsoleError):
        warned(STALE, OTHER, upgraded=False)


@pytest.mark.parametrize(
    "left", [OTHER, OLDER, Unknown(1, "?"), Unknown(None, "lost"), DatabaseUnreachable("gone")]
)
@pytest.mark.parametrize("anyway", [True, False])
def test_anything_else_keeps_the_shop_closed(left: ProbeResult, anyway: bool) -> None:
    for before in (UPGRADE, STALE, OK):
        with pytest.raises(ConsoleError) as error:
            warned(before, left, anyway=anyway)
        assert error.value.code == "still-pending" and error.value.remedy


def test_a_configuration_that_still_wants_an_import_is_never_accepted() -> None:
    for config in (NeedsImport(), Unknown(0, "?")):
        with pytest.raises(ConsoleError):
            warned(OK, OK, config, upgraded=False, anyway=True)


@pytest.mark.parametrize("unfit", [UPGRADE, OLDER])
def test_going_back_to_a_release_that_does_not_fit_is_the_persons_choice(unfit: ProbeResult) -> None:
    assert warned(unfit, unfit, upgraded=False, anyway=True)
    with pytest.raises(ConsoleError):
        warned(unfit, unfit, upgraded=False)
    with pytest.raises(ConsoleError):
        warned(unfit, OTHER, upgraded=False, anyway=True)
