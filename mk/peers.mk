# Our decision tables beside other engines' (bench/peers): npm packages that are no part of the product.
# install and not ci: where a registry lacks zen's packages for other machines, ci refuses the lock file.
## make bench-peers       decision tables beside zen-engine and feelin, with ratios
.PHONY: bench-peers
bench-peers: $(BUILD)/bench
	@npm install --prefix bench/peers --ignore-scripts --no-audit --no-fund --silent --omit-lockfile-registry-resolved=true
	@node bench/peers/decisions.mjs $(BUILD)/bench
