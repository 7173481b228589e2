"""XML files of a system's modules, read as data: no entities, no documents from elsewhere."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.errors import ConsoleError


def parse(xml: bytes, name: str) -> Element:
    """Return the root of a file. Raises ConsoleError `module-xml-broken` with its name and, where known, the line."""
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        # ParseError tells the position, never the text. The others: entities, a document type, an unknown encoding.
        line = f":{error.position[0]}" if isinstance(error, ParseError) else ""
        what = (
            "is not well formed"
            if isinstance(error, ParseError)
            else "holds what is not read: entities or a DTD"
        )
        raise ConsoleError(
            "module-xml-broken",
            f"the file {what}",
            where=f"{name}{line}",
            remedy="see what `xmllint --noout` says of it on the host",
        ) from None
    return root
