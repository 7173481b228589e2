"""The only door for the screen and the command line: status, plan, start, follow, control.

What a screen may load, because it speaks to no host: `jobs` (list, watch, start, command), `looker` (asks the
looking process), `snapshot` and `snapshot_store` (the last known state), `answers`, `merging`, `possible`,
`approval`, `facts`, `figures`, `shop_state`, `unfinished`. What speaks SSH, in the command line's process or in
`looking_process`: `planning`, `checking`, `emergency`, `looking`, `looks`, `gaps`, `asking_magento`, `giving_up`,
and what ties them together there, `requests` and `watching`.
"""
