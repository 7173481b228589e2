"""A stand-in for `php`, `bin/magento` and `composer`: prints, returns and changes what Magento 2.4.7-p3 did.

Started for every command, so it imports the standard library alone, and as little of it as it needs:
`dataclasses` or `http` would take as long as all the rest. It must not share code with what it tests, and is
no kinder than the real ones.
"""
