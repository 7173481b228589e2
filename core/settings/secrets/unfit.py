"""Values that are no secret, or that Magento would make nothing of. Pure."""

from core.errors import ConsoleError, Exit
from core.magento.ciphertext import is_ciphertext
from core.secret import Secret


def refuse_unfit(secret: Secret, where: str) -> None:
    """Raise ConsoleError for a value that can't be right: empty, asterisks alone, or encrypted already."""
    value = secret.reveal()
    code, what = "", ""
    if not value:
        code, what = "secret-empty", "An empty value is no secret."
    elif not value.strip("*"):
        # Magento\Config\Model\Config\Backend\Encrypted: that is what the Admin shows in the place of a value.
        code, what = "secret-masked", "Asterisks alone mean `unchanged` to Magento; they are no value."
    elif is_ciphertext(value):
        code = "secret-encrypted"
        what = "The value is encrypted already, with the key of one system; Magento would encrypt it once more."
    if code:
        raise ConsoleError(code, what, where=where, remedy="Give the value itself.", exit_code=Exit.USAGE)
