mc_usable
mc_take || exit 95
exit 0
