# Who may use whom: the table of ARCHITECTURE.md, obeyed by the build and read by `tools/check_tree.py`.
# One line a module: vv_layer(<module> USES <modules>). `base` is everyone's.

vv_layer(base USES)

vv_layer(net     USES)
vv_layer(store   USES)
vv_layer(rtc     USES)
vv_layer(blobs   USES)

vv_layer(reactive USES store)
vv_layer(identity USES store)
vv_layer(sfu      USES rtc)
vv_layer(push     USES net)

vv_layer(video     USES identity)
vv_layer(shard     USES sfu rtc net)

vv_layer(market            USES reactive store identity video)
vv_layer(signaling         USES net identity sfu shard rtc)  # rtc: its vocabulary (fingerprint, candidate) alone
vv_layer(engines/embedded  USES video identity)

vv_layer(server USES market signaling engines/embedded video shard reactive identity sfu store net rtc blobs push)

# Linked by tests, simulations and benchmarks only.
vv_layer(testing USES rtc sfu net shard)
